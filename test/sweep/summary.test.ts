import { describe, expect, it } from "vitest";
import { type SweepRow, summarise } from "../../src/index.js";

const rows = [
  { adc: 4, chip: 1, accuracy: 0.5 },
  { adc: 8, chip: 1, accuracy: 0.9 },
  { adc: 4, chip: 2, accuracy: 0.7 },
  { adc: 8, chip: 2, accuracy: null, error: { code: "X", message: "" } },
  { adc: 9, chip: 1, accuracy: null },
] as unknown as SweepRow[];

describe("a summary", () => {
  it("has mean, sample deviation and extremes of every group, failures counted", () => {
    const [four, eight, nine] = summarise(rows, ["adc"]);
    expect(four).toMatchObject({ adc: 4, count: 2, failed: 0, min: 0.5, max: 0.7 });
    expect(four?.mean).toBeCloseTo(0.6, 15);
    expect(four?.sd).toBeCloseTo(Math.sqrt(0.02), 15);
    expect(eight).toMatchObject({ adc: 8, count: 1, failed: 1, mean: 0.9, sd: null });
    expect(nine).toMatchObject({ adc: 9, count: 0, failed: 1, mean: null, sd: null, min: null });
  });

  it("groups by several columns in order of appearance, or by none", () => {
    expect(summarise(rows, ["chip", "adc"]).map(({ chip, adc }) => [chip, adc])).toEqual([
      [1, 4],
      [1, 8],
      [2, 4],
      [2, 8],
      [1, 9],
    ]);
    expect(summarise(rows, [], "chip")).toMatchObject([{ count: 5, mean: 7 / 5 }]);
  });
});
