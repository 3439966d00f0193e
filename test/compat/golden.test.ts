import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runReferenceCase } from "../../src/compat/index.js";
import { createEngine, type Engine } from "../../src/index.js";
import { crossSimCases } from "../support/golden.js";

describe("cases computed by CrossSim 3.2.0", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  const supported = crossSimCases.filter(({ kind }) => kind !== "parasitic");
  it.each(supported.map((c) => [c.id, c.kind, c] as const))("are reproduced: %s %s", async (_id, _kind, c) => {
    const { unsupported, passed, error, tolerance, remark } = await runReferenceCase(engine, { ...c });
    expect(unsupported).toBeUndefined();
    expect(passed, `largest error ${error}, allowed ${tolerance}`).toBe(true);
    // Lines there carry exactly half of their range (15 levels and 16 times gMin); the tool itself takes either code.
    expect(remark).toBe(c.id === "cs-2026-018" ? "a tie decides outputs[0][5]" : undefined);
  });

  const others = crossSimCases.filter(({ kind }) => kind === "parasitic");
  it.each(others.map((c) => [c.id, c.kind, c] as const))(
    "say why they are not supported: %s %s",
    async (_id, _kind, c) => {
      const { unsupported, passed } = await runReferenceCase(engine, { ...c });
      expect(passed).toBe(false);
      expect(unsupported).toMatch(/not modelled/);
    },
  );
});
