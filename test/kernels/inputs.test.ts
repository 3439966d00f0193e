import { beforeAll, describe, expect, it } from "vitest";
import { planesOf } from "./cells.js";
import { clamp, floats, mul32, nearest, Rig, randoms } from "./rig.js";

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.make();
});

const COUNTS = [...Array.from({ length: 71 }, (_, i) => i), 127, 251, 509];

/** Inputs around and beyond full scale, many of them half way between two codes of `scale`. */
function inputs(count: number, scale: number, signed: boolean): Float32Array {
  const random = randoms(count + scale);
  return floats(count, () => {
    const tie = (Math.floor(random() * 20) + 0.5) / scale;
    const x = random() < 0.5 ? tie : 1.3 * random();
    return signed && random() < 0.5 ? -x : x;
  });
}

describe("i32_dac_unsigned", () => {
  it("rounds to the nearest code, ties to even, negative inputs to 0, at every count", () => {
    for (const count of COUNTS) {
      for (const [scale, top] of [
        [16, 15],
        [255, 255],
        [65535, 65535],
      ] as const) {
        const x = inputs(count, scale, true);
        const codes = rig.room("i32", count, undefined, count % 4);
        rig.kernels.i32_dac_unsigned(codes, rig.put(x, count % 3), count, scale, top);
        expect([...rig.i32(codes, count)]).toEqual([...x].map((v) => nearest(clamp(mul32(v, scale), 0, top)) + 0));
        rig.done();
      }
    }
  });
});

describe("i32_dac_sign_magnitude", () => {
  it("rounds the magnitude, ties to even, and mirrors", () => {
    for (const count of COUNTS) {
      for (const [scale, top] of [
        [8, 7],
        [127, 127],
        [32767, 32767],
      ] as const) {
        const x = inputs(count, scale, true);
        const codes = rig.room("i32", count, undefined, count % 4);
        rig.kernels.i32_dac_sign_magnitude(codes, rig.put(x, count % 3), count, scale, top);
        const code = (v: number) => Math.sign(v) * nearest(Math.min(mul32(Math.abs(v), scale), top)) + 0;
        expect([...rig.i32(codes, count)]).toEqual([...x].map(code));
        rig.done();
      }
    }
  });

  it("gives the even code half way between two", () => {
    const x = Float32Array.of(0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5, -3.5, 0, -0);
    const codes = rig.room("i32", 10);
    rig.kernels.i32_dac_sign_magnitude(codes, rig.put(x), 10, 1, 7);
    expect([...rig.i32(codes, 10)]).toEqual([0, 2, 2, 4, 0, -2, -2, -4, 0, 0]);
    rig.done();
  });
});

describe("f32_dac_drives", () => {
  it.each([true, false])("drives with the codes of the vectors' own scales, never with -0 (signed: %s)", (signed) => {
    for (const [vectors, rows, stride] of [
      [1, 1, 8],
      [3, 7, 8],
      [5, 16, 16],
      [2, 71, 80],
    ] as const) {
      const top = 63;
      const x = inputs(vectors * stride, 40, true);
      x[0] = -0.001;
      const scales = Float32Array.from({ length: vectors }, (_, v) => (v === 1 ? 0 : 40 + v));
      const before = floats(vectors * stride, () => 7);
      const drives = rig.room("f32", vectors * stride, before);
      const low = signed ? -top : 0;
      rig.kernels.f32_dac_drives(drives, rig.put(x), stride, vectors, rows, rig.put(scales), low, top);
      const code = (value: number, scale: number) =>
        signed
          ? Math.sign(value) * nearest(Math.min(mul32(Math.abs(value), scale), top)) + 0
          : nearest(clamp(mul32(value, scale), 0, top)) + 0;
      const expected = before.map((old, i) => {
        const [v, r] = [Math.floor(i / stride), i % stride];
        return r < rows ? code(x[i]!, scales[v]!) : old;
      });
      expect(rig.f32(drives, vectors * stride)).toEqual(expected);
      rig.done();
    }
  });
});

describe("f32_drive_real", () => {
  it("scales and clamps, or only scales", () => {
    for (const count of COUNTS) {
      for (const bound of [1, Number.POSITIVE_INFINITY]) {
        const x = inputs(count, 3, true);
        const drives = rig.room("f32", count, undefined, count % 4);
        rig.kernels.f32_drive_real(drives, rig.put(x), count, 1.25, -bound, bound);
        expect(rig.f32(drives, count)).toEqual(x.map((v) => clamp(mul32(v, 1.25), -bound, bound)));
        rig.done();
      }
    }
  });
});

describe("u32_bit_planes", () => {
  it("gives every bit of every code to its word, signs apart", () => {
    for (const [rows, vectors] of [
      ...[1, 2, 7, 31, 32, 33, 63, 64, 65, 96, 127].map((n) => [n, 1 + (n % 3)] as const),
      [512, 5],
    ] as const) {
      for (const [slices, signed] of [
        [1, true],
        [3, false],
        [7, true],
        [8, false],
        [9, true],
        [15, true],
        [16, false],
      ] as const) {
        const random = randoms(rows + slices);
        const [stride, reads, words] = [rows + (rows % 4), vectors * slices, Math.ceil(rows / 32)];
        const top = 2 ** slices - 1;
        const codes = Int32Array.from({ length: vectors * stride }, () => {
          const code = Math.round(random() * top);
          return signed && random() < 0.5 ? -code : code;
        });
        const positive = rig.room("u32", words * reads);
        const negative = signed ? rig.room("u32", words * reads) : 0;
        rig.kernels.u32_bit_planes(positive, negative, rig.put(codes), vectors, rows, stride, slices);
        const expected = (sign: 1 | -1) => {
          const digit = (read: number, row: number) => {
            const code = codes[Math.floor(read / slices) * stride + row]!;
            return sign * code > 0 ? (Math.abs(code) >>> (read % slices)) & 1 : 0;
          };
          const bits = Int32Array.from({ length: reads * rows }, (_, i) => digit(Math.floor(i / rows), i % rows));
          return planesOf(bits, rows, reads, 1);
        };
        expect(rig.u32(positive, words * reads)).toEqual(expected(1));
        if (signed) expect(rig.u32(negative, words * reads)).toEqual(expected(-1));
        rig.done();
      }
    }
  });
});

describe("f32_drive_sums", () => {
  it("adds up drives and their squares row after row, every step rounded, for any number of reads", () => {
    const f = Math.fround;
    for (const reads of [1, 2, 3, 4, 5, 7, 8, 13]) {
      for (const rows of [1, 3, 8, 61]) {
        const stride = rows + (reads % 3);
        const drives = floats(reads * stride, randoms(reads * rows)).map((x) => 2 * x - 1);
        const [tau, squares] = [rig.room("f32", reads), rig.room("f32", reads)];
        rig.kernels.f32_drive_sums(tau, squares, rig.put(drives), stride, reads, rows);
        const sums = Array.from({ length: reads }, (_, c) => {
          const own = drives.subarray(c * stride, c * stride + rows);
          return [own.reduce((sum, t) => f(sum + t), 0), own.reduce((sum, t) => f(sum + f(t * t)), 0)] as const;
        });
        expect([...rig.f32(tau, reads)]).toEqual(sums.map(([sum]) => sum));
        expect([...rig.f32(squares, reads)]).toEqual(sums.map(([, square]) => square));
        rig.done();
      }
    }
  });
});
