import { beforeAll, describe, expect, it } from "vitest";
import { digest } from "../support/digest.js";
import { correlation, correlationGate, meanGate, moments, varianceGate, Z } from "../support/statistics.js";
import { boxMuller, counterOf, type Key, normalsOf, philox, type Words } from "./philox.js";
import { Rig, randoms } from "./rig.js";

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.make();
});

/**
 * Largest distance of a draw from the f64 transform of the same words. Over 2^28 draws 8.3e-7 was seen; it grows with
 * the radius (up to 6.76, where one f32 ulp is 4.8e-7).
 */
const MAX_ERROR = 1e-6;

function draw(count: number, counter: Words, key: Key): Float32Array {
  const quads = Math.ceil(count / 16) * 4;
  const out = rig.room("f32", 4 * quads);
  rig.kernels.f32_normal_fill(out, quads, ...counter, ...key);
  const draws = rig.f32(out, 4 * quads).slice(0, count);
  rig.done();
  return draws;
}

/** The four normals of four wanted words. */
function drawOf(words: Words): Float32Array {
  const key: Key = [7, 11];
  return draw(4, counterOf(words, key), key);
}

describe("normals", () => {
  it("lie within the stated error of an f64 Box-Muller of the same words", () => {
    const counter: Words = [123, 45, 678, 9];
    const key: Key = [0xfeedbeef, 3];
    const draws = draw(1 << 15, counter, key);
    const exact = normalsOf(counter, key, draws.length);
    const worst = draws.reduce((most, x, i) => Math.max(most, Math.abs(x - exact[i]!)), 0);
    expect(worst).toBeLessThan(MAX_ERROR);
  });

  it("are right at every edge of radius and angle", () => {
    const edges = [0, 1, 2, 3, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff, 0xb504f333, 0xb504f334];
    const angles = Array.from({ length: 16 }, (_, i) => i * 0x10000000).flatMap((w) => [w, w + 1, (w - 1) >>> 0]);
    for (const first of [...edges, ...Array.from({ length: 31 }, (_, i) => 2 ** (i + 1) - 1)]) {
      for (const second of angles) {
        const got = drawOf([first, second, second, first]);
        const wanted = [...boxMuller(first, second), ...boxMuller(second, first)];
        for (let i = 0; i < 4; i++) {
          if (!(Math.abs(got[i]! - wanted[i]!) <= MAX_ERROR)) expect.fail(`${first} ${second}: ${got} for ${wanted}`);
        }
      }
    }
  });

  it("keep their relative precision near radius 0, where u is near 1", () => {
    for (const w of [0xffffffff, 0xfffffffe, 0xffffff00, 0xffff0000, 0xff000000]) {
      const [got, wanted] = [drawOf([w, 0, w, 0])[0]!, boxMuller(w, 0)[0]];
      expect(Math.abs(got - wanted) / wanted).toBeLessThan(3e-7);
    }
  });

  it("have the moments of a standard normal (alpha = 1e-6 each)", () => {
    const n = 1 << 20;
    const { mean, variance, skewness, kurtosis } = moments(draw(n, [0, 0, 0, 0], [1, 2]));
    expect(Math.abs(mean)).toBeLessThan(meanGate(1, n));
    expect(Math.abs(variance - 1)).toBeLessThan(varianceGate(1, n));
    expect(Math.abs(skewness)).toBeLessThan(Z["1e-6"] * Math.sqrt(6 / n));
    expect(Math.abs(kurtosis - 3)).toBeLessThan(Z["1e-6"] * Math.sqrt(24 / n));
  });

  it("have the tails of a standard normal (alpha = 1e-6 each)", () => {
    const n = 1 << 20;
    const draws = draw(n, [1 << 22, 0, 0, 0], [1, 2]);
    // P(|x| > k) of the normal distribution.
    const tails = [
      [1, 0.31731050786291415],
      [2, 0.04550026389635842],
      [3, 0.0026997960632601866],
      [4, 6.334248366623996e-5],
    ] as const;
    for (const [k, p] of tails) {
      const count = draws.reduce((sum, x) => sum + (Math.abs(x) > k ? 1 : 0), 0);
      expect(Math.abs(count - n * p)).toBeLessThan(Z["1e-6"] * Math.sqrt(n * p * (1 - p)) + 1);
    }
    expect(draws.every((x) => Math.abs(x) < 6.77)).toBe(true);
  });

  it("are not correlated between neighbours in any word of the address (alpha = 1e-6 each)", () => {
    const n = 1 << 17;
    const base: Words = [0, 65536 | (5 << 18), 40, 3 << 26];
    const draws = draw(n + 16, base, [1, 2]);
    const others = [
      draws.slice(1, n + 1),
      draws.slice(2, n + 2),
      draws.slice(4, n + 4),
      draw(n, [0, base[1] + 1, base[2], base[3]], [1, 2]),
      draw(n, [0, base[1] + (1 << 16), base[2], base[3]], [1, 2]),
      draw(n, [0, base[1] + (1 << 24), base[2], base[3]], [1, 2]),
      draw(n, [0, base[1], base[2] + 1, base[3]], [1, 2]),
      draw(n, [0, base[1], base[2], base[3] + 64], [1, 2]),
      draw(n, base, [2, 2]),
      draw(n, base, [1, 3]),
    ];
    for (const other of others) {
      expect(Math.abs(correlation(draws.slice(0, n), other))).toBeLessThan(correlationGate(n));
    }
  });

  it("are a function of their address, however many are drawn at once", () => {
    const random = randoms(5);
    const whole = draw(4096, [1000, 1, 2, 3], [4, 5]);
    for (let i = 0; i < 50; i++) {
      const first = Math.floor(random() * 240) * 16;
      expect(draw(16, [1000 + first / 4, 1, 2, 3], [4, 5])).toEqual(whole.slice(first, first + 16));
    }
    for (const count of [16, 32, 48, 496, 512, 528, 1040]) {
      expect(draw(count, [1000, 1, 2, 3], [4, 5])).toEqual(whole.slice(0, count));
    }
    expect(philox([1000, 1, 2, 3], [4, 5])).not.toEqual(philox([1001, 1, 2, 3], [4, 5]));
  });

  it("have the same bits in every engine and release", () => {
    expect(digest(draw(1 << 13, [5, 1 << 16, 3, 1 << 26], [1, 2]))).toBe("ce69d602712c147f");
  });
});
