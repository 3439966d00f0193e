import { writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { createEngine, lawVersion } from "../../src/index.js";
import { LARGE_WORKLOADS, WORKLOADS, workloadDigest } from "../support/workloads.js";

const ALL = { ...WORKLOADS, ...LARGE_WORKLOADS };

const FILE = new URL("../golden/checksums.json", import.meta.url);

it.runIf(process.env["UPDATE_CHECKSUMS"] === "1")("writes the checksums of the law in force", async () => {
  const engine = await createEngine();
  const digests = Object.fromEntries(
    Object.entries(ALL).map(([name, config]) => [name, workloadDigest(engine, config)]),
  );
  engine.dispose();
  await writeFile(FILE, `${JSON.stringify({ lawVersion, digests }, null, 2)}\n`);
  expect(Object.keys(digests)).toHaveLength(Object.keys(ALL).length);
});

it("a digest sees the last bit, and two engines agree", async () => {
  const [one, two] = [await createEngine(), await createEngine()];
  const seen = Object.values(ALL).map((config) => workloadDigest(one, config));
  expect(Object.values(ALL).map((config) => workloadDigest(two, config))).toEqual(seen);
  expect(new Set(seen).size).toBe(seen.length);
  one.dispose();
  two.dispose();
});
