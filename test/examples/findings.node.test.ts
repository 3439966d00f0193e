import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runScript } from "./run-script.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "findings-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

it("averaging over equal slices beats positions where device errors dominate (Le Gallo et al. 2022)", async () => {
  const page = join(folder, "averaging.html");
  const { code, stdout, stderr } = await runScript(["examples/04-averaging-or-positions/run.mjs", page]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.match(/better at every number of pairs, as the paper found/g)).toHaveLength(2);
  expect(readFileSync(page, "utf8")).toContain("<svg");
});

it("one-sided proportional mapping beats an offset under the same device error (Xiao et al. 2022)", async () => {
  const page = join(folder, "proportional.html");
  const { code, stdout, stderr } = await runScript(["examples/05-proportional-or-offset/run.mjs", "--small", page]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  // Three chips and a hundred digits: only the largest error is far beyond chance.
  const kept = [
    ...stdout.matchAll(/at 20 % the proportional mapping keeps ([\d.]+) %, the offset mapping ([\d.]+) %/g),
  ];
  expect(kept).toHaveLength(2);
  for (const [, pair, offset] of kept) expect(Number(pair)).toBeGreaterThan(Number(offset));
  expect(readFileSync(page, "utf8")).toContain("<svg");
});
