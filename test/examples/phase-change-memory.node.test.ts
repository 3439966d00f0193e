import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runScript } from "./run-script.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "phase-change-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

it("two phase-change pairs of significance 1 and 4 over a year, summed both ways (aihwkit issue 287)", async () => {
  const page = join(folder, "new", "year.html");
  const script = "examples/07-phase-change-memory-over-a-year/run.mjs";
  const { code, stdout, stderr } = await runScript([script, "--small", page]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });

  /** Accuracies of a line of the table, one per time. */
  const line = (name: string) => {
    const found = stdout.split("\n").find((text) => text.startsWith(name));
    return Array.from(found?.matchAll(/([\d.]+) ± /g) ?? [], ([, mean]) => Number(mean));
  };
  for (const sum of ["summed in analog, one ADC", "summed in digital, an ADC each"]) {
    const [none, layer, output] = ["none", "one factor per layer", "one factor per output"].map((compensation) =>
      line(`${sum}: ${compensation}`),
    ) as [number[], number[], number[]];
    expect([none, layer, output].map((list) => list.length)).toEqual([3, 3, 3]);
    // Without compensation a year leaves next to nothing, and every compensation is worth more than the chips' spread.
    expect(none[2]).toBeLessThan((none[0] as number) / 2);
    expect(layer[2]).toBeGreaterThan(none[2] as number);
    expect(output[2]).toBeGreaterThan(layer[2] as number);
  }
  expect(stdout).toContain("It takes 290 conversions per text, the digital sum 580");
  expect(line("the pair that counts fourfold")[0]).toBeGreaterThan(line("neither")[0] as number);

  const html = readFileSync(page, "utf8");
  expect(html.match(/<svg/g)).toHaveLength(3);
  expect(html).not.toMatch(/NaN|undefined|\[object|<script|src=/);
});
