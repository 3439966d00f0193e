import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReferenceCase, runReferenceCase } from "../../src/compat/index.js";
import { createEngine, type Engine } from "../../src/index.js";
import golden from "../golden/aihwkit.json";

const cases = (golden as unknown as { cases: ReferenceCase[] }).cases;

describe("devices computed by aihwkit 1.1.0", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  const of = (wanted: string) => cases.filter(({ kind }) => kind === wanted).map((c) => [c.id, c] as const);

  it.each(of("converter"))("are where its converters put them: %s", async (_, c) => {
    const { error, tolerance } = await runReferenceCase(engine, c);
    expect(error).toBeLessThanOrEqual(tolerance);
  });

  it.each(of("moments"))("are as widely spread after programming, drift and noise: %s", async (_, c) => {
    // The cases were made with 400,000 devices per target, and `npm run golden` uses as many.
    const { error, tolerance, rows } = await runReferenceCase(engine, { ...c, samples: 100_000 });
    expect(error, `in units of what is allowed: ${JSON.stringify(rows)}`).toBeLessThanOrEqual(tolerance);
    // S16: a drifted conductance at or below zero gives no NaN.
    expect(JSON.stringify(rows)).not.toContain("null");
  });
});
