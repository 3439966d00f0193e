import { beforeAll, describe, expect, it } from "vitest";
import { KERNELS } from "../../src/engine/registry.js";
import {
  add32,
  clamp,
  floats,
  mul32,
  nearest,
  packedDrives,
  paddedTo,
  Rig,
  randoms,
  sampleWords,
  sub32,
} from "./rig.js";

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.make();
});

const f = Math.fround;
const READS = [1, 2, 3, 4, 5, 8, 9, 65];
const ROWS = [1, 2, 3, 7, 8, 9, 31, 33, 100, 261];

/** A panel of cells, and drives with a stride of their own. */
function array(reads: number, rows: number, seed: number) {
  const random = randoms(seed);
  const stride = paddedTo(rows, 8);
  const drives = floats(reads * stride, () => 2 * random() - 1);
  const cells = () => {
    const panel = new Float32Array(stride * 16);
    for (let i = 0; i < rows * 16; i++) panel[i] = f(random());
    return panel;
  };
  return { stride, drives, plus: cells(), minus: cells() };
}

function eachArray(check: (shape: { reads: number; rows: number; paired: boolean; limit: number }) => void) {
  for (const rows of ROWS) {
    for (const reads of [1, 2, 3, 4, 9]) {
      for (const paired of [false, true]) check({ reads, rows, paired, limit: paired ? 0.4 : Infinity });
    }
  }
}

describe("f32_absolute_square_16__simd", () => {
  it("sums |cell| t² over rows ascending", () => {
    eachArray(({ reads, rows, paired, limit }) => {
      const { stride, drives, plus, minus } = array(reads, rows, reads * 1000 + rows);
      const out = rig.room("f32", reads * 16);
      const squares = rig.put(packedDrives(drives, stride, reads, rows).map((t) => mul32(t, t)));
      const sides = [rig.put(plus), paired ? rig.put(minus) : 0] as const;
      const scratch = rig.room("f32", KERNELS.f32_absolute_square_16__simd.scratchBytes / 4);
      rig.kernels.f32_absolute_square_16__simd(out, reads, squares, ...sides, rows, limit, scratch);
      const expected = Float32Array.from({ length: reads * 16 }, (_, i) => {
        const [c, l] = [Math.floor(i / 16), i % 16];
        let sum = 0;
        for (let r = 0; r < rows; r++) {
          const [p, t] = [plus[r * 16 + l]!, drives[c * stride + r]!];
          const cell = paired ? clamp(sub32(p, minus[r * 16 + l]!), -f(limit), f(limit)) : p;
          sum = add32(sum, mul32(Math.abs(cell), mul32(t, t)));
        }
        return sum;
      });
      expect(rig.f32(out, reads * 16)).toEqual(expected);
      rig.done();
    });
  });
});

describe.each(["f32_ir_drop_16__simd", "f32_mvm_ir_drop_16__simd"] as const)("%s", (kernel) => {
  it("takes off what the wires lose, of the lines as they are or as it sums them", () => {
    eachArray(({ reads, rows, paired, limit }) => {
      const [load, factor] = [f(0.37), f(1.5)];
      const { stride, drives, plus, minus } = array(reads, rows, reads * 999 + rows);
      const before = floats(reads * 16, randoms(rows));
      const lines = rig.room("f32", reads * 16, before);
      const packed = rig.put(packedDrives(drives, stride, reads, rows));
      const sides = [rig.put(plus), paired ? rig.put(minus) : 0] as const;
      const strip = rig.room("f32", rows * 8);
      rig.kernels[kernel](lines, reads, packed, ...sides, rows, limit, load, factor, strip);
      const share = f(1 / rows);
      const expected = before.map((n, i) => {
        const [c, l] = [Math.floor(i / 16), i % 16];
        let [sum, current, placed] = [0, 0, 0];
        for (let r = 0; r < rows; r++) {
          const p = plus[r * 16 + l]!;
          const cell = paired ? clamp(sub32(p, minus[r * 16 + l]!), -f(limit), f(limit)) : p;
          const product = mul32(cell, drives[c * stride + r]!);
          const s = mul32(r, share);
          sum = add32(sum, product);
          current = add32(current, Math.abs(product));
          placed = add32(placed, mul32(product, mul32(s, sub32(2, s))));
        }
        const a = mul32(load, current);
        const inner = sub32(mul32(f(0.05), a), f(0.2));
        const drop = mul32(a, add32(mul32(a, inner), 0.5));
        const full = kernel === "f32_ir_drop_16__simd" ? n : sum;
        return sub32(full, mul32(mul32(factor, drop), placed));
      });
      expect(rig.f32(lines, reads * 16)).toEqual(expected);
      rig.done();
    });
  });
});

/** Runs a kernel over lines and compares every lane with a scalar law. */
function overLines(
  run: (place: { lines: number; reads: number; tau: number }) => void,
  law: (n: number, lane: number, tau: number) => number,
): void {
  for (const reads of READS) {
    const random = randoms(reads);
    const before = floats(reads * 16, () => 8 * random() - 4);
    const tau = floats(reads, () => 6 * random() - 3);
    const lines = rig.room("f32", reads * 16, before);
    run({ lines, reads, tau: rig.put(tau) });
    expect(rig.f32(lines, reads * 16)).toEqual(before.map((n, i) => law(n, i % 16, tau[Math.floor(i / 16)]!)));
    rig.done();
  }
}

describe("f32_affine_lines", () => {
  it.each([true, false])("scales lines and adds their baseline: %s", (baseline) => {
    const [gain, tauGain] = [f(0.3), f(-0.7)];
    overLines(
      ({ lines, reads, tau }) => rig.kernels.f32_affine_lines(lines, reads, baseline ? tau : 0, gain, tauGain),
      (n, _, tau) => add32(mul32(n, gain), baseline ? mul32(tau, tauGain) : 0),
    );
  });
});

describe("f32_series_lines", () => {
  const offsets = floats(16, () => 0.1).map((v, i) => f(v * (i - 6)));
  const cases = [true, false].flatMap((withOffsets) =>
    [0, 0.2].flatMap((resistance) => [0, 0.9].map((common) => ({ withOffsets, resistance, common }))),
  );
  it.each(cases)("$withOffsets, R $resistance, common weight $common", ({ withOffsets, resistance, common }) => {
    const [r, w] = [f(resistance), f(common)];
    const loaded = (x: number) => f(x / add32(1, mul32(r, Math.abs(x))));
    overLines(
      ({ lines, reads, tau }) =>
        rig.kernels.f32_series_lines(lines, reads, tau, withOffsets ? rig.put(offsets) : 0, r, w),
      (n, lane, tau) => {
        const v = withOffsets ? offsets[lane]! : 0;
        if (w === 0) return mul32(sub32(1, v), loaded(n));
        const y0 = mul32(tau, w);
        return sub32(mul32(sub32(1, v), loaded(add32(n, y0))), mul32(add32(1, v), loaded(y0)));
      },
    );
  });
});

describe("f32_compress_lines", () => {
  it.each([true, false])("bends each lane by its own strength, then scales negative currents: %s", (bends) => {
    const strengths = floats(16, randoms(4));
    const [gain, negative] = [f(1.3), f(0.9)];
    overLines(
      ({ lines, reads }) =>
        rig.kernels.f32_compress_lines(lines, reads, bends ? rig.put(strengths) : 0, gain, negative),
      (n, lane) => {
        const loss = add32(1, Math.abs(mul32(strengths[lane]!, n)));
        const v = bends ? f(mul32(gain, n) / loss) : n;
        return v < 0 ? mul32(v, negative) : v;
      },
    );
  });
});

describe("f32_lane_noise", () => {
  const key = [99, 0xabcdef01] as const;
  it("adds a draw addressed by column, input slice and sample, each lane with its own deviation", () => {
    const [word0, word1, word3] = [12, 65539 | (3 << 18), (7 << 6) | (8 << 26)];
    for (const [vectors, slices] of [
      [1, 1],
      [3, 2],
      [5, 4],
      [64, 1],
    ] as const) {
      const reads = vectors * slices;
      const before = floats(reads * 16, randoms(reads));
      const deviations = floats(16, randoms(7));
      const lines = rig.room("f32", reads * 16, before);
      const put = rig.put(deviations);
      const samples = rig.put(sampleWords(0xffffffff, 3, vectors));
      const draws = rig.room("f32", KERNELS.f32_lane_noise.scratchBytes / 4);
      rig.kernels.f32_lane_noise(lines, put, vectors, slices, draws, word0, word1, samples, word3, ...key);
      const got = rig.f32(lines, reads * 16);
      for (let c = 0; c < reads; c++) {
        const [v, i] = [Math.floor(c / slices), c % slices];
        const out = rig.room("f32", 16);
        const [low, high] = v === 0 ? [0xffffffff, 3] : [v - 1, 4];
        rig.kernels.f32_normal_fill(out, 4, word0, (word1 | (i << 24)) >>> 0, low, word3 | high, ...key);
        const expected = rig.f32(out, 16).map((xi, l) => add32(before[c * 16 + l]!, mul32(deviations[l]!, xi)));
        expect(got.slice(c * 16, c * 16 + 16)).toEqual(expected);
      }
      rig.done();
    }
  });
});

describe("f32_accumulate_variance", () => {
  it("adds every input slice with its squared significance, rounding to f32 after each", () => {
    for (const [vectors, slices, bits] of [
      [1, 1, 0],
      [3, 2, 4],
      [65, 4, 2],
    ] as const) {
      const random = randoms(vectors + slices);
      const before = floats(vectors * 16, random);
      const from = floats(vectors * slices * 16, random);
      const into = rig.room("f32", vectors * 16, before);
      rig.kernels.f32_accumulate_variance(into, rig.put(from), vectors, slices, bits, 0.3);
      const expected = before.map((sum, at) => {
        const [v, l] = [Math.floor(at / 16), at % 16];
        for (let i = 0; i < slices; i++) sum = f(sum + 0.3 * 2 ** (bits * i) * from[(v * slices + i) * 16 + l]!);
        return sum;
      });
      expect(rig.f32(into, vectors * 16)).toEqual(expected);
      rig.done();
    }
  });
});

describe("f32_scale_variance", () => {
  it("multiplies by sigma twice in f64", () => {
    for (const reads of READS) {
      const before = floats(reads * 16, randoms(reads));
      const variance = rig.room("f32", reads * 16, before);
      rig.kernels.f32_scale_variance(variance, reads, 0.0175 / 3);
      expect(rig.f32(variance, reads * 16)).toEqual(before.map((v) => f(v * (0.0175 / 3) * (0.0175 / 3))));
      rig.done();
    }
  });
});

describe("u32_flag_outside", () => {
  const [q, p, o] = [f(0.8), f(0.3), f(2)];
  it.each([true, false])("tells which end a vector left, of the columns that exist (rounded: %s)", (rounded) => {
    for (const [vectors, slices, columns] of [
      [1, 1, 16],
      [33, 2, 16],
      [7, 1, 5],
      [5, 3, 1],
      [33, 2, 11],
    ] as const) {
      const reads = vectors * slices;
      const random = randoms(reads + columns);
      const lines = floats(reads * 16, () => 9 * random() - 4);
      const tau = floats(reads, random);
      const flags = rig.room("u32", vectors, new Uint32Array(vectors).fill(4));
      const counted = 1 + (vectors % 3);
      const count = rig.kernels.u32_flag_outside(
        flags,
        rig.put(lines),
        vectors,
        slices,
        rig.put(tau),
        q,
        p,
        o,
        0,
        5,
        rounded ? 1 : 0,
        columns,
        counted,
      );
      const expected = new Uint32Array(vectors).fill(4);
      lines.forEach((n, i) => {
        const [c, l] = [Math.floor(i / 16), i % 16];
        if (l >= columns) return;
        const x = add32(mul32(n, q), add32(mul32(tau[c]!, p), o));
        const seen = rounded ? nearest(x) : x;
        expected[Math.floor(c / slices)]! |= seen > 5 ? 1 : seen < 0 ? 2 : 0;
      });
      expect(rig.u32(flags, vectors)).toEqual(expected);
      expect(count).toBe(expected.filter((flag) => (flag & counted) !== 0).length);
      rig.done();
    }
  });
});

describe("f32_perturb_drives", () => {
  it.each([true, false])("adds noise and scales what is negative: %s", (noisy) => {
    for (const count of ROWS) {
      const random = randoms(count);
      const before = floats(count, () => 2 * random() - 1);
      const draws = floats(count, () => 2 * random() - 1);
      const [sigma, negative] = [f(0.3), f(0.9)];
      const drives = rig.room("f32", count, before);
      rig.kernels.f32_perturb_drives(drives, noisy ? rig.put(draws) : 0, count, sigma, negative);
      const expected = before.map((t, i) => {
        const v = noisy ? add32(t, mul32(sigma, draws[i]!)) : t;
        return v < 0 ? mul32(v, negative) : v;
      });
      expect(rig.f32(drives, count)).toEqual(expected);
      rig.done();
    }
  });
});
