import { beforeAll, describe, expect, it } from "vitest";
import { add32, clamp, floats, mul32, nearest, paddedTo, Rig, randoms } from "./rig.js";

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.make();
});

const COUNTS = [...Array.from({ length: 71 }, (_, i) => i), 127, 251, 509, 512];
const f = Math.fround;

/** The normals of elements 4 word0 ... as the fill kernel gives them, which has tests of its own. */
function normals(count: number, address: readonly [number, number, number, number, number, number]): Float32Array {
  const quads = paddedTo(count, 16) / 4;
  const out = rig.room("f32", 4 * quads);
  rig.kernels.f32_normal_fill(out, quads, ...address);
  return rig.f32(out, 4 * quads);
}

const ADDRESS = [77, 65539, 0, 0, 0xc0ffee, 0] as const;

describe("f32_program_error_linear", () => {
  it("adds a linear standard deviation times a normal to each level, at every count, and clamps", () => {
    const [s0, s1] = [f(0.1), f(0.05)];
    for (const count of COUNTS) {
      const random = randoms(count);
      const levels = floats(count, () => 3 * random());
      const at = rig.room("f32", count, levels, count % 4);
      rig.kernels.f32_program_error_linear(at, count, ...ADDRESS, s0, s1, 0, Number.POSITIVE_INFINITY);
      const xi = normals(count, ADDRESS);
      const expected = levels.map((x, i) => Math.max(add32(x, mul32(add32(s0, mul32(s1, x)), xi[i]!)), 0));
      expect(rig.f32(at, count)).toEqual(expected);
      rig.done();
    }
  });

  it("leaves levels as they are when there is no error", () => {
    const levels = floats(37, randoms(1));
    const at = rig.room("f32", 37, levels);
    rig.kernels.f32_program_error_linear(at, 37, ...ADDRESS, 0, 0, 0, 1);
    expect(rig.f32(at, 37)).toEqual(levels);
    rig.done();
  });
});

describe("f32_program_error_quadratic", () => {
  const [scale, offset, floor, c0, c1, c2, least] = [0.5, 0.25, 0.3, 0.02, 0.3, -0.2, 0.01].map(f) as number[];

  function expected(levels: Float32Array, most: number, low: number, high: number): Float32Array {
    const xi = normals(levels.length, ADDRESS);
    return levels.map((x, i) => {
      const g = Math.max(add32(mul32(x, scale!), offset!), floor!);
      const sigma = add32(mul32(add32(mul32(c2!, g), c1!), g), c0!);
      return clamp(add32(x, mul32(clamp(sigma, least!, most), xi[i]!)), low, high);
    });
  }

  it("adds a quadratic standard deviation times a normal to each level, at every count, with bounds and without", () => {
    const law = [scale!, offset!, floor!, c0!, c1!, c2!, least!] as const;
    for (const count of [...COUNTS, 511, 512, 513, 1100]) {
      const random = randoms(count);
      const levels = floats(count, () => 3 * random());
      for (const [most, low, high] of [
        [Infinity, 0, Infinity],
        [f(0.08), 0, Infinity],
        [Infinity, 0, 1],
        [f(0.1), f(0.2), 2],
      ] as const) {
        const at = rig.room("f32", paddedTo(count, 16), [
          ...levels,
          ...new Array<number>(paddedTo(count, 16) - count).fill(0),
        ]);
        const draws = rig.room("f32", 512);
        rig.kernels.f32_program_error_quadratic(at, count, draws, ...ADDRESS, ...law, most, low, high);
        expect(rig.f32(at, count)).toEqual(expected(levels, most, low, high));
        rig.done();
      }
    }
  });
});

describe("f32_greatest", () => {
  it("finds the greatest in every place, 0 where all are below", () => {
    for (const count of [16, 32, 48, 160]) {
      const below = floats(count, () => -1 - randoms(count)());
      expect(rig.kernels.f32_greatest(rig.put(below), count)).toBe(0);
      for (let i = 0; i < count; i++) {
        const x = below.map((value, k) => (k === i ? 3 : value));
        expect(rig.kernels.f32_greatest(rig.put(x), count)).toBe(3);
      }
      expect(rig.kernels.f32_greatest(rig.put(below), 0)).toBe(0);
      rig.done();
    }
  });
});

describe("f32_snap", () => {
  it("rounds to the grid, ties to even, and clamps", () => {
    const grid = 2 ** -10;
    for (const count of COUNTS) {
      const random = randoms(count);
      const levels = floats(count, () =>
        random() < 0.3 ? (Math.floor(random() * 64) + 0.5) * grid : 10 * random() - 5,
      );
      const at = rig.room("f32", count, levels, count % 3);
      rig.kernels.f32_snap(at, count, 1 / grid, grid, 4);
      const expected = levels.map((x) => clamp(nearest(x / grid) * grid, -4, 4));
      // -0.3 rounds to -0 in the kernel; both are zero.
      expect(rig.f32(at, count).map((x) => x + 0)).toEqual(expected.map((x) => x + 0));
      rig.done();
    }
  });
});

describe("panels", () => {
  it("hold a row-major matrix 16 columns at a time, padded with +0, and give it back", () => {
    for (const rows of [1, 2, 7, 8, 9, 31, 33, 64, 127]) {
      for (const columns of [1, 2, 3, 4, 15, 16, 17, 31, 32, 33, 47, 61]) {
        const levels = floats(rows * columns, randoms(rows + columns));
        const padded = paddedTo(rows, 8);
        const size = (paddedTo(columns, 16) / 16) * padded * 16;
        const panels = rig.room("f32", size);
        rig.kernels.f32_pack_panels(panels, rig.put(levels), rows, columns, padded);
        const packed = rig.f32(panels, size);
        const expected = new Float32Array(size);
        for (let r = 0; r < rows; r++) {
          for (let m = 0; m < columns; m++) {
            expected[((m >> 4) * padded + r) * 16 + (m & 15)] = levels[r * columns + m]!;
          }
        }
        expect(packed).toEqual(expected);
        const back = rig.room("f32", rows * columns);
        rig.kernels.f32_unpack_panels(back, rig.put(packed), rows, columns, padded);
        expect(rig.f32(back, rows * columns)).toEqual(levels);
        rig.done();
      }
    }
  });
});

describe("f32_pack_rows", () => {
  it("packs matrices, or the clamped difference of two, some rows after the others", () => {
    for (const [rows, step] of [
      [1, 1],
      [7, 3],
      [16, 16],
      [33, 8],
      [40, 17],
    ] as const) {
      for (const columns of [1, 3, 15, 16, 17, 32, 47]) {
        for (const limit of [0.5, Number.POSITIVE_INFINITY]) {
          const random = randoms(rows + columns);
          const [levels, minus] = [floats(rows * columns, random), floats(rows * columns, random)];
          const slack = (data: Float32Array) => rig.put(Float32Array.of(...data, ...new Float32Array(16).fill(99)));
          const [a, b] = [slack(levels), slack(minus)];
          const padded = paddedTo(rows, 8);
          const size = (paddedTo(columns, 16) / 16) * padded * 16;
          const [single, pair] = [rig.room("f32", size), rig.room("f32", size)];
          for (let first = 0; first < rows; first += step) {
            const from = 4 * first * columns;
            const place = [first, Math.min(step, rows - first), columns, rows, padded, limit] as const;
            rig.kernels.f32_pack_rows(single, a + from, 0, ...place);
            rig.kernels.f32_pack_rows(pair, a + from, b + from, ...place);
          }
          const expected = [new Float32Array(size), new Float32Array(size)] as const;
          for (let r = 0; r < rows; r++) {
            for (let m = 0; m < columns; m++) {
              const [to, at] = [((m >> 4) * padded + r) * 16 + (m & 15), r * columns + m];
              expected[0][to] = levels[at]!;
              expected[1][to] = clamp(f(levels[at]! - minus[at]!), -limit, limit);
            }
          }
          expect([rig.f32(single, size), rig.f32(pair, size)]).toEqual(expected);
          rig.done();
        }
      }
    }
  });
});

describe("f32_largest", () => {
  it("is the largest magnitude, wherever it is, and 0 of nothing", () => {
    for (const count of COUNTS) {
      const random = randoms(count);
      const x = floats(count, () => random() - 0.5);
      for (const at of [0, count >> 1, count - 1]) {
        if (count > 0) x[at] = -7 - at;
        const expected = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        expect(rig.kernels.f32_largest(rig.put(x, count % 4), count)).toBe(expected);
        rig.done();
      }
    }
  });

  it("is what is not finite, wherever it is, NaN above infinity", () => {
    for (const count of COUNTS.filter((n) => n > 1)) {
      for (let at = 1; at < count; at += 5) {
        const x = floats(count, () => 3);
        for (const [value, expected] of [
          [-Infinity, Infinity],
          [NaN, NaN],
        ] as const) {
          x[at] = value;
          x[0] = Infinity;
          expect(rig.kernels.f32_largest(rig.put(x, count % 4), count)).toBe(expected);
          rig.done();
        }
      }
    }
  });
});

describe("panels of sixteen bits", () => {
  const step = 2 ** -9;

  function pack(levels: Float32Array, rows: number, columns: number) {
    const padded = paddedTo(rows, 8);
    const size = (paddedTo(columns, 16) / 16) * padded * 16;
    const panels = rig.room("u32", size / 2);
    // What lies behind the matrix is no level, and may be anything.
    const slack = rig.put(Float32Array.of(...levels, ...new Float32Array(16).fill(1e9)));
    const held = rig.kernels.i16_pack_panels(panels, slack, 1 / step, rows, columns, padded);
    const packed = new Int16Array(rig.u32(panels, size / 2).buffer);
    rig.done();
    return { held, packed, padded };
  }

  it("hold multiples of a step, padded with 0", () => {
    for (const rows of [1, 7, 8, 33]) {
      for (const columns of [1, 3, 4, 15, 16, 17, 31, 47]) {
        const random = randoms(rows + columns);
        const levels = floats(rows * columns, () => step * (Math.floor(random() * 65536) - 32768));
        const { held, packed, padded } = pack(levels, rows, columns);
        const expected = new Int16Array(packed.length);
        for (let r = 0; r < rows; r++) {
          for (let m = 0; m < columns; m++) {
            expected[((m >> 4) * padded + r) * 16 + (m & 15)] = levels[r * columns + m]! / step;
          }
        }
        expect(packed).toEqual(expected);
        expect(held).toBe(1);
      }
    }
  });

  it("say where a level is too large for them", () => {
    for (const at of [0, 4, 11, 16, 18]) {
      for (const [steps, held] of [
        [32767, 1],
        [32768, 0],
        [-32767, 1],
        [-32768, 0],
        [-32769, 0],
        [200_000, 0],
      ] as const) {
        const levels = new Float32Array(19);
        levels[at] = steps * step;
        expect(pack(levels, 1, 19).held).toBe(held);
      }
    }
  });
});

describe("panels of bytes", () => {
  it("hold whole levels, or the difference of two matrices of them, padded with 0", () => {
    for (const rows of [1, 2, 7, 8, 9, 33]) {
      for (const columns of [1, 2, 3, 4, 15, 16, 17, 31, 32, 33, 47]) {
        for (const pair of [false, true]) {
          const random = randoms(rows + columns);
          const whole = () =>
            floats(rows * columns, () => Math.floor(random() * (pair ? 128 : 255)) - (pair ? 0 : 127));
          const [levels, minus] = [whole(), pair ? whole() : null];
          const slack = (data: Float32Array) => rig.put(Float32Array.of(...data, ...new Float32Array(16).fill(99)));
          const padded = paddedTo(rows, 8);
          const size = (paddedTo(columns, 16) / 16) * padded * 16;
          const panels = rig.room("u32", size / 4);
          const second = minus === null ? 0 : slack(minus);
          rig.kernels.i8_pack_panels(panels, slack(levels), second, rows, columns, padded);
          const expected = new Int8Array(size);
          for (let r = 0; r < rows; r++) {
            for (let m = 0; m < columns; m++) {
              const at = r * columns + m;
              expected[((m >> 4) * padded + r) * 16 + (m & 15)] = levels[at]! - (minus?.[at] ?? 0);
            }
          }
          expect(rig.i8(panels, size)).toEqual(expected);
          rig.done();
        }
      }
    }
  });
});

describe("f32_share_levels", () => {
  const LAWS = [
    { sides: 2, oneSided: 1 },
    { sides: 2, oneSided: 0 },
    { sides: 1, oneSided: 0 },
  ];

  it("shares analog weights out to devices, at every shape, clipped or not", () => {
    for (const rows of [1, 3, 4, 5, 16, 17, 21]) {
      for (const columns of [1, 2, 3, 4, 7, 8, 19]) {
        for (const { sides, oneSided } of LAWS) {
          for (const clip of [0, 1]) {
            const random = randoms(rows * 100 + columns);
            const stride = paddedTo(rows, 4);
            const weights = floats(columns * stride, () => (random() < 0.1 ? -0 : 4 * random() - 2));
            const full = Float64Array.from({ length: columns }, () => 0.5 + random());
            const [from, scale] = [rig.room("f32", weights.length, weights), rig.room("f64", columns, full)];
            const plus = rig.room("f32", rows * columns);
            const minus = sides === 2 ? rig.room("f32", rows * columns) : 0;
            rig.kernels.f32_share_levels(plus, minus, from, scale, rows, columns, stride, clip, oneSided, 7);
            const expected = (sign: number) =>
              Float32Array.from({ length: rows * columns }, (_, i) => {
                const m = i % columns;
                const own = full[m]!;
                const w = weights[m * stride + Math.floor(i / columns)]!;
                const code = (clip === 1 ? clamp(w, -own, own) : w) / own;
                return 7 * (oneSided === 1 ? Math.max(0, sign * code) : (1 + sign * code) * 0.5);
              });
            expect(rig.f32(plus, rows * columns)).toEqual(expected(1));
            if (minus !== 0) expect(rig.f32(minus, rows * columns)).toEqual(expected(-1));
            rig.done();
          }
        }
      }
    }
  });
});
