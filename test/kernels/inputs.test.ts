import { beforeAll, describe, expect, it } from "vitest";
import { add32, clamp, floats, mul32, nearest, Rig, randoms } from "./rig.js";

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

describe("f32_abs_max", () => {
  it("finds the largest magnitude wherever it stands", () => {
    for (const count of COUNTS) {
      const x = inputs(count, 7, true);
      expect(rig.kernels.f32_abs_max(rig.put(x), count)).toBe(x.reduce((most, v) => Math.max(most, Math.abs(v)), 0));
      for (const at of [0, count >> 1, count - 1].filter((i) => i >= 0 && i < count)) {
        x[at] = -5;
        expect(rig.kernels.f32_abs_max(rig.put(x), count)).toBe(5);
      }
      rig.done();
    }
  });
});

/** Codes of `vectors` vectors, each `stride` apart, within +-(2^bits - 1). */
function makeCodes(vectors: number, stride: number, bits: number, signed: boolean): Int32Array {
  const random = randoms(vectors * stride + bits);
  return Int32Array.from({ length: vectors * stride }, () => {
    const code = Math.floor(random() * 2 ** bits);
    return signed && random() < 0.5 ? -code : code;
  });
}

describe("u32_bit_planes", () => {
  it("puts bit i of row r's magnitude into bit r of read v K + i, positive and negative codes apart", () => {
    for (const rows of COUNTS.slice(1)) {
      for (const signed of [false, true]) {
        const [vectors, slices] = [1 + (rows % 5), 1 + (rows % 16)];
        const stride = rows + (rows % 4);
        const reads = vectors * slices;
        const codes = makeCodes(vectors, stride, slices, signed);
        const words = Math.ceil(rows / 32) * reads;
        const [positive, negative] = [rig.room("u32", words), signed ? rig.room("u32", words) : 0];
        rig.kernels.u32_bit_planes(positive, negative, rig.put(codes), vectors, rows, stride, slices);
        for (const [at, sign] of [[positive, 1], ...(signed ? [[negative, -1]] : [])] as const) {
          const expected = new Uint32Array(words);
          for (let v = 0; v < vectors; v++) {
            for (let r = 0; r < rows; r++) {
              const code = sign * codes[v * stride + r]!;
              for (let i = 0; i < slices; i++) {
                if (code > 0 && (code >> i) & 1) expected[(r >> 5) * reads + v * slices + i]! |= 1 << (r & 31);
              }
            }
          }
          expect(rig.u32(at, words)).toEqual(expected);
        }
        rig.done();
      }
    }
  });
});

describe("f32_digit_drives", () => {
  it("cuts magnitudes into digits that keep the sign and add up to the code", () => {
    for (const rows of COUNTS.slice(1)) {
      for (const [slices, bits] of [
        [1, 8],
        [2, 4],
        [3, 2],
        [4, 1],
        [2, 8],
      ] as const) {
        const vectors = 1 + (rows % 3);
        const [stride, driveStride] = [rows + 1, rows + (rows % 2)];
        const codes = makeCodes(vectors, stride, slices * bits, true);
        const drives = rig.room("f32", (vectors * slices - 1) * driveStride + rows);
        rig.kernels.f32_digit_drives(drives, driveStride, rig.put(codes), vectors, rows, stride, slices, bits);
        const got = rig.f32(drives, (vectors * slices - 1) * driveStride + rows);
        for (let v = 0; v < vectors; v++) {
          for (let r = 0; r < rows; r++) {
            const code = codes[v * stride + r]!;
            const digits = Array.from({ length: slices }, (_, i) => got[(v * slices + i) * driveStride + r]!);
            const magnitude = (i: number) => (Math.abs(code) >> (i * bits)) & (2 ** bits - 1);
            if (!digits.every((d, i) => d === Math.sign(code) * magnitude(i) + 0)) expect.fail(`${code}: ${digits}`);
          }
        }
        rig.done();
      }
    }
  });
});

describe("sums of drives", () => {
  it("count the bits of planes", () => {
    for (const [words, reads] of [
      [1, 1],
      [2, 3],
      [3, 8],
      [16, 65],
    ] as const) {
      for (const signed of [false, true]) {
        const random = randoms(words * reads);
        const plus = Uint32Array.from({ length: words * reads }, () => Math.floor(random() * 2 ** 32));
        const minus = plus.map((word) => Math.floor(random() * 2 ** 32) & ~word);
        const [tau, square] = [rig.room("f32", reads), rig.room("f32", reads)];
        const planes = [rig.put(plus), signed ? rig.put(minus) : 0] as const;
        rig.kernels.f32_plane_sums(tau, square, ...planes, reads, words);
        const bits = (plane: Uint32Array, c: number) => {
          let count = 0;
          for (let g = 0; g < words; g++) for (let r = 0; r < 32; r++) count += (plane[g * reads + c]! >>> r) & 1;
          return count;
        };
        for (let c = 0; c < reads; c++) {
          const [p, m] = [bits(plus, c), signed ? bits(minus, c) : 0];
          expect([rig.f32(tau, reads)[c], rig.f32(square, reads)[c]]).toEqual([p - m, p + m]);
        }
        rig.kernels.f32_plane_sums(tau, 0, ...planes, reads, words);
        rig.done();
      }
    }
  });

  it("run over real drives in f32, rows ascending", () => {
    for (const rows of COUNTS) {
      const reads = 1 + (rows % 9);
      const stride = rows + (rows % 3);
      const drives = floats(reads * stride, randoms(rows)).map((x) => x - 0.5);
      const [tau, square] = [rig.room("f32", reads), rig.room("f32", reads)];
      rig.kernels.f32_drive_sums(tau, square, rig.put(drives), stride, reads, rows);
      for (let c = 0; c < reads; c++) {
        const own = drives.subarray(c * stride, c * stride + rows);
        expect(rig.f32(tau, reads)[c]).toBe(own.reduce((sum, t) => add32(sum, t), 0));
        expect(rig.f32(square, reads)[c]).toBe(own.reduce((sum, t) => add32(sum, mul32(t, t)), 0));
      }
      rig.done();
    }
  });
});
