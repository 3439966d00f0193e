import { beforeAll, describe, expect, it } from "vitest";
import { KERNELS } from "../../src/engine/registry.js";
import { add32, clamp, floats, mul32, nearest, Rig, randoms, sampleWords, sub32 } from "./rig.js";

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.make();
});

/** Vectors and input slices; reads are their product. */
const SHAPES = [
  ...Array.from({ length: 9 }, (_, i) => [i + 1, 1] as const),
  ...Array.from({ length: 16 }, (_, i) => [1 + (i % 3), i + 1] as const),
  [63, 1],
  [64, 1],
  [65, 1],
  [64, 8],
] as const;
const f = Math.fround;

/** The sixteen draws of one read's lines. */
function lineDraws(word0: number, word1: number, word2: number, word3: number, key: readonly [number, number]) {
  const out = rig.room("f32", 16);
  rig.kernels.f32_normal_fill(out, 4, word0, word1, word2, word3, ...key);
  return rig.f32(out, 16);
}

describe("line noise", () => {
  const key = [99, 0xabcdef01] as const;
  const [word0, word1, word3] = [12, 65539 | (3 << 18), (7 << 6) | (1 << 26)];

  it("adds a draw addressed by column, input slice and sample to every line", () => {
    for (const [vectors, slices] of SHAPES) {
      const reads = vectors * slices;
      const random = randoms(reads);
      const before = floats(reads * 16, () => 8 * random() - 4);
      const variance = floats(reads * 16, random);
      const lines = rig.room("f32", reads * 16, before);
      const samples = rig.put(sampleWords(1000, 3, vectors));
      const draws = rig.room("f32", KERNELS.f32_line_noise.scratchBytes / 4);
      rig.kernels.f32_line_noise(
        lines,
        rig.put(variance),
        vectors,
        slices,
        draws,
        word0,
        word1,
        samples,
        word3,
        ...key,
      );
      const got = rig.f32(lines, reads * 16);
      for (let c = 0; c < reads; c++) {
        const [v, i] = [Math.floor(c / slices), c % slices];
        const xi = lineDraws(word0, (word1 | (i << 24)) >>> 0, 1000 + v, word3 | 3, key);
        const expected = xi.map((x, l) => {
          const sigma = f(Math.sqrt(variance[c * 16 + l]!));
          return add32(before[c * 16 + l]!, mul32(sigma, x));
        });
        expect(got.slice(c * 16, c * 16 + 16)).toEqual(expected);
      }
      rig.done();
    }
  });

  it("takes samples in any order, past 32 bits", () => {
    const lines = rig.room("f32", 4 * 16, new Float32Array(64));
    const samples = rig.put(Uint32Array.of(0xfffffffe, 5, 1, 6, 0xffffffff, 5, 0, 6));
    const draws = rig.room("f32", KERNELS.f32_line_noise.scratchBytes / 4);
    rig.kernels.f32_line_noise(lines, rig.put(new Float32Array(64).fill(1)), 4, 1, draws, 0, 0, samples, word3, ...key);
    const got = rig.f32(lines, 64);
    for (const [v, low, high] of [
      [0, 0xfffffffe, 5],
      [1, 1, 6],
      [2, 0xffffffff, 5],
      [3, 0, 6],
    ] as const) {
      expect(got.slice(16 * v, 16 * v + 16)).toEqual(lineDraws(0, 0, low, word3 | high, key));
    }
    rig.done();
  });
});

describe("f32_limit_lines", () => {
  it("clamps the current, baseline included", () => {
    for (const reads of [1, 2, 3, 8, 9, 65]) {
      for (const withTau of [false, true]) {
        const random = randoms(reads);
        const before = floats(reads * 16, () => 40 * random() - 20);
        const tau = floats(reads, () => Math.floor(30 * random()) - 15);
        const lines = rig.room("f32", reads * 16, before);
        const baseline = f(0.3);
        rig.kernels.f32_limit_lines(lines, reads, -10, 10, withTau ? rig.put(tau) : 0, baseline);
        const expected = before.map((n, at) => {
          const offset = withTau ? mul32(tau[at >> 4]!, baseline) : 0;
          return clamp(n, sub32(-10, offset), sub32(10, offset));
        });
        expect(rig.f32(lines, reads * 16)).toEqual(expected);
        rig.done();
      }
    }
  });
});

describe("f32_widen_sums", () => {
  it("gives every sum as it is", () => {
    for (const reads of [1, 2, 3, 8, 65]) {
      const random = randoms(reads);
      const sums = Int16Array.from({ length: reads * 16 }, () => Math.floor(random() * 65536) - 32768);
      const lines = rig.room("f32", reads * 16);
      rig.kernels.f32_widen_sums(lines, rig.put(new Int32Array(sums.buffer)), reads);
      expect(rig.f32(lines, reads * 16)).toEqual(Float32Array.from(sums));
      rig.done();
    }
  });
});

describe("f64_convert_lines", () => {
  it("converts every line and adds its input slices to the accumulators", () => {
    for (const [vectors, slices] of SHAPES) {
      for (const [bits, weight, withTau] of [
        [8, 1, false],
        [8, 64, true],
        [1, 1, true],
        [16, -3.7, false],
      ] as const) {
        const sliceBits = slices > 8 ? 1 : 2;
        const reads = vectors * slices;
        const random = randoms(reads + bits);
        const top = 2 ** bits - 1;
        const [q, p, o] = [f(top / 37), f(top / 370), f(top / 3)];
        const values = floats(reads * 16, () => 60 * random() - 25);
        const tau = floats(reads, () => Math.floor(20 * random()) - 10);
        const start = Float64Array.from({ length: vectors * 16 }, random);
        const acc = rig.room("f64", vectors * 16, start);
        const lines = rig.put(values);
        const taus = withTau ? rig.put(tau) : 0;
        rig.kernels.f64_convert_lines(acc, lines, vectors, slices, taus, q, p, o, top, weight, sliceBits);
        const expected = start.map((before, at) => {
          const [v, l] = [at >> 4, at & 15];
          let sum = 0;
          for (let i = 0; i < slices; i++) {
            const c = v * slices + i;
            const offset = withTau ? add32(mul32(tau[c]!, p), o) : o;
            const code = clamp(nearest(add32(mul32(values[c * 16 + l]!, q), offset)), 0, top);
            sum += 2 ** (sliceBits * i) * code;
          }
          return before + weight * sum;
        });
        expect(rig.f64(acc, vectors * 16)).toEqual(expected);
        rig.done();
      }
    }
  });

  it("gives the even code half way between two, and saturates at both ends", () => {
    const n = [0.5, 1.5, 2.5, 3.5, 6.5, 7.5, 8.5, 100, -0.5, -1, -100, 0, -0, 0.49999997, 1.5000001, 3];
    const acc = rig.room("f64", 16, new Float64Array(16));
    rig.kernels.f64_convert_lines(acc, rig.put(Float32Array.from(n)), 1, 1, 0, 1, 0, 0, 7, 1, 1);
    expect([...rig.f64(acc, 16)]).toEqual([0, 2, 2, 4, 6, 7, 7, 7, 0, 0, 0, 0, 0, 0, 2, 3]);
    rig.done();
  });
});

describe("f64_convert_sums", () => {
  it("gives what lines, accumulators and scaled totals give, panel by panel", () => {
    for (const [vectors, slices] of SHAPES) {
      for (const [panels, withTau, shifted] of [
        [1, false, true],
        [4, true, false],
        [4, false, true],
      ] as const) {
        const [reads, stride] = [vectors * slices, panels * 16 + (vectors % 3)];
        const random = randoms(reads);
        const [q, p, o, top, factor] = [f(1 / 37), f(-1 / 370), f(85.2), 255, 1.37];
        const sums = Int16Array.from({ length: reads * panels * 16 }, () => Math.floor(random() * 20_000) - 10_000);
        const start = Float64Array.from({ length: vectors * stride }, random);
        const tau = withTau ? rig.put(floats(reads, () => Math.floor(200 * random()) - 100)) : 0;
        const perVector = shifted ? rig.put(Float64Array.from({ length: vectors }, random)) : 0;
        const total = rig.room("f64", start.length, start);
        const from = rig.put(new Int32Array(sums.buffer));
        const converter = [q, p, o, top] as const;
        const room = [total, stride, from, panels, vectors, slices, tau] as const;
        rig.kernels.f64_convert_sums(...room, ...converter, factor, perVector);
        const expected = rig.room("f64", start.length, start);
        for (let panel = 0; panel < panels; panel++) {
          const own = Int16Array.from(
            { length: reads * 16 },
            (_, i) => sums[((i >> 4) * panels + panel) * 16 + (i & 15)]!,
          );
          const lines = rig.room("f32", reads * 16, own);
          const acc = rig.room("f64", vectors * 16, new Float64Array(vectors * 16));
          rig.kernels.f64_convert_lines(acc, lines, vectors, slices, tau, ...converter, 1, 1);
          rig.kernels.f64_add_scaled(expected + panel * 128, stride, acc, vectors, factor, perVector);
        }
        expect(rig.f64(total, start.length)).toEqual(rig.f64(expected, start.length));
        rig.done();
      }
    }
  });
});

describe("f64_convert_totals", () => {
  it("gives what lines, accumulators and scaled totals give", () => {
    for (const [vectors, slices] of SHAPES) {
      for (const [sliceBits, top, withTau, shifted] of [
        [1, 255, false, true],
        [2, 65535, true, false],
        [3, 1000, true, true],
        [0, 65535, false, false],
      ] as const) {
        const random = randoms(vectors * slices);
        // Whole sums of codes stay below 2^31.
        const inputSlices = Math.min(slices, sliceBits === 0 ? 1 : Math.floor(15 / sliceBits));
        const reads = vectors * inputSlices;
        const panels = 1 + (reads % 3);
        const stride = 16 * panels + (vectors % 3);
        const [q, p, o, factor] = [f(top / 700), f(-1 / 370), f(top / 2), 1.37] as const;
        // Every second line ends between two codes.
        const values = floats(panels * reads * 16, () => 800 * random() - 400);
        const lines = rig.put(values.map((x, i) => (i % 2 === 0 ? x : Math.fround((Math.round(x) + 0.5) / q))));
        const start = Float64Array.from({ length: vectors * stride }, random);
        const tau = withTau ? rig.put(floats(reads, () => Math.floor(200 * random()) - 100)) : 0;
        const perVector = shifted ? rig.put(Float64Array.from({ length: vectors }, random)) : 0;
        const converter = [q, p, o, top] as const;
        const total = rig.room("f64", start.length, start);
        const shape = [vectors, inputSlices] as const;
        const rest = [...shape, sliceBits, tau, ...converter, factor, perVector] as const;
        rig.kernels.f64_convert_totals(total, stride, lines, panels, ...rest);
        const expected = rig.room("f64", start.length, start);
        for (let panel = 0; panel < panels; panel++) {
          const acc = rig.room("f64", vectors * 16, new Float64Array(vectors * 16));
          rig.kernels.f64_convert_lines(acc, lines + panel * reads * 64, ...shape, tau, ...converter, 1, sliceBits);
          rig.kernels.f64_add_scaled(expected + panel * 128, stride, acc, vectors, factor, perVector);
        }
        expect(rig.f64(total, start.length)).toEqual(rig.f64(expected, start.length));
        rig.done();
      }
    }
  });
});

describe("accumulators", () => {
  it("take lines without a conversion, input slices ascending, each step rounded to f64", () => {
    for (const [vectors, slices] of SHAPES) {
      const values = floats(vectors * slices * 16, randoms(slices)).map((x) => x - 0.5);
      const start = Float64Array.from({ length: vectors * 16 }, randoms(vectors));
      const acc = rig.room("f64", vectors * 16, start);
      rig.kernels.f64_accumulate_lines(acc, rig.put(values), vectors, slices, 3, 1.7);
      const expected = start.map((before, at) => {
        let sum = before;
        for (let i = 0; i < slices; i++) {
          sum += 1.7 * 2 ** (3 * i) * values[((at >> 4) * slices + i) * 16 + (at & 15)]!;
        }
        return sum;
      });
      expect(rig.f64(acc, vectors * 16)).toEqual(expected);
      rig.done();
    }
  });

  it("are rounded once to f32 for an analog accumulation", () => {
    for (const vectors of [1, 2, 3, 7, 8, 65]) {
      const sums = Float64Array.from({ length: vectors * 16 }, randoms(vectors)).map((x) => 1e3 * (x - 0.5));
      const lines = rig.room("f32", vectors * 16);
      rig.kernels.f32_round_accumulators(lines, rig.put(sums), vectors);
      expect(rig.f32(lines, vectors * 16)).toEqual(Float32Array.from(sums));
      rig.done();
    }
  });
});
