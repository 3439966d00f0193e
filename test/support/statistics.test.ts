import { describe, expect, it } from "vitest";
import { correlation, kolmogorovSmirnov, kolmogorovSmirnovGate, moments } from "./statistics.js";

/** Sums of twelve uniforms of a plain congruential generator: near enough to normal to try a gate on. */
function rough(seed: number, n: number): Float64Array {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Float64Array.from({ length: n }, () => Array.from({ length: 12 }, uniform).reduce((a, b) => a + b, -6));
}

describe("statistics gates", () => {
  it("compute moments of a known sample", () => {
    const { mean, variance, skewness } = moments([1, 2, 3, 4]);
    expect(mean).toBe(2.5);
    expect(variance).toBeCloseTo(5 / 3, 12);
    expect(skewness).toBeCloseTo(0, 12);
  });

  it("find equal distributions equal and a shift of 5 % of sigma, or a spread of 6 %, different", () => {
    const n = 100_000;
    const gate = kolmogorovSmirnovGate(n, n, 1e-6);
    const a = rough(1, n);
    const b = rough(2, n);
    expect(kolmogorovSmirnov(a, b)).toBeLessThan(gate);
    expect(
      kolmogorovSmirnov(
        a,
        b.map((v) => v + 0.05),
      ),
    ).toBeGreaterThan(gate);
    expect(
      kolmogorovSmirnov(
        a,
        b.map((v) => v * 1.06),
      ),
    ).toBeGreaterThan(gate);
    expect(Math.abs(correlation(a, b))).toBeLessThan(4.892 / Math.sqrt(n));
  });
});
