import { beforeAll, describe, expect, it } from "vitest";
import { KERNELS } from "../../src/engine/registry.js";
import { cellAt, sums, variance, type VarianceModel } from "./cells.js";
import { add32, clamp, floats, mul32, packedDrives, paddedTo, Rig, randoms } from "./rig.js";

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.make();
});

const ROWS = [...Array.from({ length: 70 }, (_, i) => i + 1), 127, 128, 251, 509];
const f = Math.fround;

interface Case {
  readonly rows: number;
  readonly reads: number;
  readonly stride: number;
  readonly drives: Float32Array;
  readonly a: Float32Array;
  readonly b: Float32Array | null;
}

function makeCase(rows: number, reads: number, pair: boolean, draw?: (random: () => number) => number): Case {
  const random = randoms(rows * 100 + reads);
  const value = () => (draw === undefined ? 2 * random() - 1 : draw(random));
  const stride = rows + (reads % 3);
  const panel = () => {
    const cells = new Float32Array(paddedTo(rows, 8) * 16);
    cells.set(floats(rows * 16, value));
    return cells;
  };
  return { rows, reads, stride, drives: floats(reads * stride, value), a: panel(), b: pair ? panel() : null };
}

/** Rows ascending from +0, every product and sum rounded to f32. */
function sequential(c: Case, cell: (at: number) => number, weigh = (t: number) => t): Float32Array {
  const out = new Float32Array(c.reads * 16);
  for (let read = 0; read < c.reads; read++) {
    for (let r = 0; r < c.rows; r++) {
      const t = weigh(c.drives[read * c.stride + r]!);
      for (let l = 0; l < 16; l++) out[read * 16 + l] = add32(out[read * 16 + l]!, mul32(t, cell(r * 16 + l)));
    }
  }
  return out;
}

const sides = (c: Case) => [rig.put(c.a), c.b === null ? 0 : rig.put(c.b)] as const;

function run(kernel: "f32_mvm_16__simd" | "f64_mvm_16__simd", c: Case, limit: number): Float32Array {
  const lines = rig.room("f32", c.reads * 16);
  if (kernel === "f64_mvm_16__simd") {
    rig.kernels[kernel](lines, c.reads, rig.put(c.drives), c.stride, ...sides(c), c.rows, limit);
  } else {
    const packed = rig.put(packedDrives(c.drives, c.stride, c.reads, c.rows));
    const scratch = rig.room("f32", KERNELS[kernel].scratchBytes / 4);
    rig.kernels[kernel](lines, c.reads, packed, ...sides(c), c.rows, limit, scratch);
  }
  const got = rig.f32(lines, c.reads * 16);
  rig.done();
  return got;
}

/** Every number of rows with some number of reads, and every small number of reads. */
const SHAPES = [
  ...ROWS.map((rows) => [rows, 1 + (rows % 9)] as const),
  ...ROWS.slice(0, 13).map((n) => [17, n] as const),
];

describe("f32_pack_drives", () => {
  it("lays the drives of four reads side by side, and their squares", () => {
    for (const [rows, reads] of SHAPES) {
      const { drives, stride } = makeCase(rows, reads, false);
      const expected = packedDrives(drives, stride, reads, rows);
      for (const [wanted, squared] of [
        [true, true],
        [true, false],
        [false, true],
      ] as const) {
        const packed = wanted ? rig.room("f32", expected.length) : 0;
        const squares = squared ? rig.room("f32", expected.length) : 0;
        rig.kernels.f32_pack_drives(packed, squares, rig.put(drives), stride, reads, rows);
        if (wanted) expect(rig.f32(packed, expected.length)).toEqual(expected);
        if (squared) expect(rig.f32(squares, expected.length)).toEqual(expected.map((t) => mul32(t, t)));
        rig.done();
      }
    }
  });
});

describe("f32_move_packed", () => {
  it("gives one read's place to another", () => {
    for (const [rows, reads] of SHAPES) {
      const { drives, stride } = makeCase(rows, reads, false);
      for (const [to, from] of [
        [0, reads - 1],
        [reads >> 1, 0],
      ] as const) {
        const before = packedDrives(drives, stride, reads, rows);
        const packed = rig.room("f32", before.length, before);
        rig.kernels.f32_move_packed(packed, rows, to, from);
        const moved = drives.slice();
        moved.copyWithin(to * stride, from * stride, from * stride + rows);
        expect(rig.f32(packed, before.length)).toEqual(packedDrives(moved, stride, reads, rows));
        rig.done();
      }
    }
  });
});

describe("f32_mvm_16__simd", () => {
  it("equals the sequential f32 sum bit for bit, of one array or a clamped difference", () => {
    for (const [rows, reads] of SHAPES) {
      for (const [pair, limit] of [
        [false, Number.POSITIVE_INFINITY],
        [true, Number.POSITIVE_INFINITY],
        [true, 0.5],
      ] as const) {
        const c = makeCase(rows, reads, pair);
        expect(run("f32_mvm_16__simd", c, limit)).toEqual(sequential(c, (at) => cellAt(c.a, c.b, limit, at)));
      }
    }
  });
});

describe("f64_mvm_16__simd", () => {
  it("gives the exact integer, rounded once, where f32 sums would not", () => {
    const digit = (random: () => number) => Math.floor(random() * 65536) - 32768;
    for (const [rows, reads] of SHAPES) {
      const c = makeCase(rows, reads, rows % 2 === 0, digit);
      const drives = new Float64Array(reads * rows).map(
        (_, i) => c.drives[Math.floor(i / rows) * c.stride + (i % rows)]!,
      );
      const exact = sums(drives, rows, reads, (at) => cellAt(c.a, c.b, 65536, at));
      expect(exact.every(Number.isSafeInteger)).toBe(true);
      expect(run("f64_mvm_16__simd", c, 65536)).toEqual(Float32Array.from(exact));
    }
  });
});

describe("i16_pack_drives", () => {
  it("lays four reads and two rows side by side, padded with 0", () => {
    for (const [rows, reads] of SHAPES) {
      const { drives, stride } = makeCase(rows, reads, false, (random) => Math.floor(random() * 65535) - 32767);
      const [padded, groups] = [paddedTo(rows, 8), Math.ceil(reads / 4)];
      const packed = rig.room("u32", groups * 2 * padded);
      rig.kernels.i16_pack_drives(packed, rig.put(drives), stride, reads, rows);
      const expected = new Int16Array(groups * 4 * padded);
      for (let read = 0; read < reads; read++) {
        for (let row = 0; row < rows; row++) {
          const at = (read >> 2) * 4 * padded + (row >> 1) * 8 + (read & 3) * 2 + (row & 1);
          expected[at] = drives[read * stride + row]!;
        }
      }
      expect(new Int16Array(rig.u32(packed, groups * 2 * padded).buffer)).toEqual(expected);
      rig.done();
    }
  });
});

describe("i32_mvm_16__simd", () => {
  it("gives the exact integer, rounded once, up to the largest drives and levels it takes", () => {
    for (const [rows, reads] of SHAPES) {
      for (const [largest, drive] of [
        [3, 255],
        [127, 32767],
        [127, 7],
      ] as const) {
        const whole = (top: number) => (random: () => number) => Math.floor(random() * (2 * top + 1)) - top;
        const cells = makeCase(rows, reads, false, whole(largest));
        const c = { ...cells, drives: makeCase(rows, reads, false, whole(drive)).drives };
        const lines = rig.room("f32", reads * 16);
        const bytes = rig.put(Int8Array.from(c.a));
        const scratch = rig.room("f32", KERNELS.i32_mvm_16__simd.scratchBytes / 4);
        const packed = rig.room("f32", Math.ceil(reads / 4) * 2 * paddedTo(rows, 8));
        rig.kernels.i16_pack_drives(packed, rig.put(c.drives), c.stride, reads, rows);
        rig.kernels.i32_mvm_16__simd(lines, reads, packed, bytes, rows, scratch);
        const drives = Float64Array.from({ length: reads * rows }, (_, i) => {
          return c.drives[Math.floor(i / rows) * c.stride + (i % rows)]!;
        });
        const exact = sums(drives, rows, reads, (at) => c.a[at]!);
        expect(rig.f32(lines, reads * 16)).toEqual(Float32Array.from(exact, (x) => x + 0));
        rig.done();
      }
    }
  });
});

describe("f32_mvm_variance_16__simd", () => {
  it("equals the sequential f32 sum of t t s2 bit for bit", () => {
    const model: VarianceModel = { c0: 0.0123, c1: 0.031, c2: 0.0071, grid: 2 ** -14, top: 0.04 };
    for (const [rows, reads] of SHAPES) {
      const c = makeCase(rows, reads, rows % 3 === 0);
      const lines = rig.room("f32", reads * 16);
      rig.kernels.f32_mvm_variance_16__simd(
        lines,
        reads,
        rig.put(packedDrives(c.drives, c.stride, reads, rows).map((t) => mul32(t, t))),
        ...sides(c),
        rows,
        model.c0,
        model.c1,
        model.c2,
        1 / model.grid,
        model.grid,
        model.top,
        rig.room("f32", KERNELS.f32_mvm_variance_16__simd.scratchBytes / 4),
      );
      const cell = (at: number) => f(variance(c.a[at]!, model) + (c.b === null ? 0 : variance(c.b[at]!, model)));
      expect(rig.f32(lines, reads * 16)).toEqual(sequential(c, cell, (t) => mul32(t, t)));
      rig.done();
    }
  });
});

describe("f32_cell_read_16__simd", () => {
  it("adds a draw to every cell it reads, rows ascending in f32", () => {
    const [c0, c1, c2] = [f(0.01), f(0.02), f(-0.3)];
    for (const rows of ROWS) {
      for (const columns of [1, 3, 15, 16]) {
        const c = makeCase(rows, 1, false);
        const noise = new Float32Array(rows * columns + 16).map(randoms(rows));
        const line = rig.room("f32", 16);
        const cells = rig.put(c.a);
        rig.kernels.f32_cell_read_16__simd(line, rig.put(c.drives), cells, rig.put(noise), columns, rows, c0, c1, c2);
        const expected = new Float32Array(columns);
        for (let r = 0; r < rows; r++) {
          for (let l = 0; l < columns; l++) {
            const x = c.a[r * 16 + l]!;
            const sigma = f(Math.sqrt(clamp(f(c0 + f(x * f(c1 + f(x * c2)))), 0, Number.POSITIVE_INFINITY)));
            const seen = add32(x, mul32(sigma, noise[r * columns + l]!));
            expected[l] = add32(expected[l]!, mul32(c.drives[r]!, seen));
          }
        }
        expect(rig.f32(line, 16).slice(0, columns)).toEqual(expected);
        rig.done();
      }
    }
  });
});
