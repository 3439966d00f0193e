import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, type Engine, lawVersion } from "../../src/index.js";
import frozen from "../golden/checksums.json" with { type: "json" };
import { LARGE_WORKLOADS, WORKLOADS, workloadDigest } from "../support/workloads.js";

const ALL = { ...WORKLOADS, ...LARGE_WORKLOADS };

const digests: Readonly<Record<string, string | undefined>> = frozen.digests;
const isFrozen = Object.keys(digests).length > 0;

/**
 * The same bits in Node, Chromium and Firefox, in this release and the next. A digest changes only with a new law
 * version or a bug that is named; `UPDATE_CHECKSUMS=1 npx vitest run --project node test/model/checksums` writes them.
 */
describe.runIf(isFrozen)(`checksums of law version ${frozen.lawVersion}`, () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  it("are those of the law in force, one per workload", () => {
    expect(frozen.lawVersion).toBe(lawVersion);
    expect(Object.keys(digests).sort()).toEqual(Object.keys(ALL).sort());
  });

  it.each(Object.entries(ALL))("%s", (name, config) => {
    expect(workloadDigest(engine, config)).toBe(digests[name]);
  });
});
