import { beforeAll, describe, expect, it } from "vitest";
import { SIZES } from "../support/sizes.js";
import { add32, clamp, floats, mul32, Rig, randoms, sampleWords } from "./rig.js";

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.make();
});

const f = Math.fround;
/** Vectors and input slices; reads are their product. */
const SHAPES = [
  [1, 1],
  [2, 1],
  [1, 3],
  [3, 5],
  [7, 8],
  [65, 1],
] as const;
const key = [99, 0xabcdef01] as const;

/** Codes that round up where the uniform is below the fraction. */
const roundedUp = (v: number, uniform: number) => Math.floor(v) + Number(uniform < v - Math.floor(v));

describe("DACs that round at random", () => {
  it.each(["unsigned", "sign_magnitude"] as const)("take the code above where the draw says so: %s", (kind) => {
    for (const count of SIZES) {
      for (const shift of [0, 1, 2, 3]) {
        const random = randoms(count + shift);
        const x = floats(count, () => 20 * random() - 10);
        const uniforms = floats(count, () => Math.floor(random() * 2 ** 24) / 2 ** 24);
        const [scale, top] = [f(1.7), 12];
        const codes = rig.room("i32", count);
        rig.kernels[`i32_dac_${kind}_stochastic`](codes, rig.put(x), count, scale, top, rig.put(uniforms, shift));
        const expected = x.map((value, i) => {
          const drive = mul32(kind === "unsigned" ? value : Math.abs(value), scale);
          const code = roundedUp(clamp(drive, 0, top), uniforms[i]!);
          return kind === "unsigned" || value >= 0 ? code : -code + 0;
        });
        expect([...rig.i32(codes, count)]).toEqual([...expected]);
        rig.done();
      }
    }
  });

  it("leave whole values as they are, whatever the draw", () => {
    const x = Float32Array.from([0, 1, 2, 12, 40, 0, 5, 7, 3]);
    for (const uniform of [0, 1 - 2 ** -24]) {
      const codes = rig.room("i32", x.length);
      rig.kernels.i32_dac_unsigned_stochastic(
        codes,
        rig.put(x),
        x.length,
        1,
        12,
        rig.put(new Float32Array(9).fill(uniform)),
      );
      expect([...rig.i32(codes, x.length)]).toEqual([0, 1, 2, 12, 12, 0, 5, 7, 3]);
      rig.done();
    }
  });
});

describe("f64_convert_lines_stochastic", () => {
  const [word0, word1, word3] = [12, 65539 | (3 << 18), (7 << 6) | (4 << 26)];

  it("rounds by the draw of each column, input slice and sample, and adds the slices up", () => {
    for (const [vectors, slices] of SHAPES) {
      for (const [bits, sign, withTau, low] of [
        [8, 1, false, 1000],
        [3, -1, true, 0xfffffffe],
        [16, 1, true, 1],
      ] as const) {
        const reads = vectors * slices;
        const random = randoms(reads + bits);
        const top = 2 ** bits - 1;
        const [q, p, o] = [f(top / 37), f(top / 370), f(top / 3)];
        const values = floats(reads * 16, () => 60 * random() - 25);
        const tau = floats(reads, () => Math.floor(20 * random()) - 10);
        const start = Float64Array.from({ length: vectors * 16 }, () => Math.floor(100 * random()));
        const acc = rig.room("f64", vectors * 16, start);
        const scratch = rig.room("f32", 16);
        const taus = withTau ? rig.put(tau) : 0;
        const where = [word0, word1, rig.put(sampleWords(low, 3, vectors)), word3, ...key] as const;
        rig.kernels.f64_convert_lines_stochastic(
          ...([acc, rig.put(values), vectors, slices, taus, q, p, o, top, sign, 2, scratch] as const),
          ...where,
        );
        const got = rig.f64(acc, vectors * 16);
        rig.done();
        const expected = start.slice();
        for (let c = 0; c < reads; c++) {
          const [v, i] = [Math.floor(c / slices), c % slices];
          const sample = low + v;
          const draws = rig.room("f32", 16);
          const high = 3 + Number(sample >= 2 ** 32);
          rig.kernels.f32_uniform_fill(draws, 4, word0, (word1 | (i << 24)) >>> 0, sample >>> 0, word3 | high, ...key);
          const uniforms = rig.f32(draws, 16);
          rig.done();
          for (let l = 0; l < 16; l++) {
            const offset = withTau ? add32(mul32(tau[c]!, p), o) : o;
            const u = clamp(add32(mul32(values[c * 16 + l]!, q), offset), 0, top);
            expected[v * 16 + l]! += sign * 4 ** i * roundedUp(u, uniforms[l]!);
          }
        }
        expect(got).toEqual(expected);
      }
    }
  });
});

describe("f64_convert_transfers", () => {
  /** A staircase in memory: its parts, padded to a power of two. */
  function place(edges: readonly number[], numbers: readonly number[]) {
    let size = 1;
    while (size < numbers.length) size *= 2;
    const padded = Array.from({ length: size }, (_, i) => (i === 0 ? -Infinity : (edges[i - 1] ?? Infinity)));
    const values = Array.from({ length: size }, (_, i) => numbers[i] ?? numbers[numbers.length - 1]!);
    return { table: rig.put(Float64Array.from([...padded, ...values])), half: size / 2 };
  }

  it("finds the part of every line in its column's own staircase", () => {
    for (const [vectors, slices] of SHAPES) {
      for (const [withTau, weight] of [
        [false, 1],
        [true, -1],
      ] as const) {
        const reads = vectors * slices;
        const random = randoms(reads + Number(withTau));
        const lanes = Array.from({ length: 16 }, (_, l) => {
          const edges = Array.from({ length: l * l }, () => 30 * random() - 15).sort((a, b) => a - b);
          const numbers = Array.from({ length: l * l + 1 }, () => Math.floor(100 * random()) + (l === 5 ? 0.125 : 0));
          return { edges, numbers, offset: random() - 0.5, ...place(edges, numbers) };
        });
        const block = new ArrayBuffer(256);
        lanes.forEach(({ offset, table, half }, l) => {
          new Float64Array(block)[2 * l] = offset;
          new Uint32Array(block).set([table, half], 4 * l + 2);
        });
        const [low, high, baseline] = [-13, 12.5, 0.7];
        const values = floats(reads * 16, () => 40 * random() - 20);
        const tau = floats(reads, () => Math.floor(20 * random()) - 10);
        const start = Float64Array.from({ length: vectors * 16 }, random);
        const acc = rig.room("f64", vectors * 16, start);
        const taus = withTau ? rig.put(tau) : 0;
        const converters = rig.put(new Uint32Array(block));
        rig.kernels.f64_convert_transfers(
          ...([acc, rig.put(values), vectors, slices, 3, taus, baseline, low, high, converters, weight] as const),
        );
        const expected = start.map((before, at) => {
          const [v, l] = [at >> 4, at & 15];
          const { edges, numbers, offset } = lanes[l]!;
          let sum = 0;
          for (let i = 0; i < slices; i++) {
            const c = v * slices + i;
            const shift = withTau ? tau[c]! * baseline : 0;
            const x = clamp(values[c * 16 + l]! + shift, low, high) + offset;
            sum += 8 ** i * numbers[edges.filter((edge) => x > edge).length]!;
          }
          return before + weight * sum;
        });
        expect(rig.f64(acc, vectors * 16)).toEqual(expected);
        rig.done();
      }
    }
  });
});
