import { beforeAll, describe, expect, it } from "vitest";
import { KERNELS } from "../../src/engine/registry.js";
import { bitDrives, planesOf, sums } from "./cells.js";
import { floats, paddedTo, Rig, randoms } from "./rig.js";

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.make();
});

const PANELS = [0, 1, 2];
const STEP = 2 ** -12;

/** Three panels of cells, each [rows][16]; `level` of (random number, panel, row, column). */
function threePanels(rows: number, seed: number, level: (u: number, p: number, r: number, l: number) => number) {
  const random = randoms(seed);
  return PANELS.map((p) =>
    Int16Array.from({ length: rows * 16 }, (_, i) => level(random(), p, Math.floor(i / 16), i % 16)),
  );
}

/** The same behind each other, rows padded with 0. */
function padded<Cells extends Int8Array | Int16Array>(panels: readonly Int16Array[], rows: number, all: Cells): Cells {
  panels.forEach((panel, p) => {
    all.set(panel, p * paddedTo(rows, 8) * 16);
  });
  return all;
}

const exactly = (panels: readonly Int16Array[], drives: ArrayLike<number>, rows: number, reads: number, unit: number) =>
  Float32Array.from(
    panels.flatMap((cells) => [...sums(Float64Array.from(drives), rows, reads, (at) => cells[at]!)]),
    (x) => unit * x + 0,
  );

const whole = (top: number) => (u: number) => Math.floor(u * (2 * top + 1)) - top;

describe("i32_mvm_48__simd", () => {
  function mvm(panels: readonly Int16Array[], drives: Float32Array, rows: number, reads: number): Float32Array {
    const lines = rig.room("f32", 3 * reads * 16);
    const packed = rig.room("f32", Math.ceil(reads / 4) * 2 * paddedTo(rows, 8));
    rig.kernels.i16_pack_drives(packed, rig.put(drives), rows, reads, rows);
    const cells = rig.put(padded(panels, rows, new Int8Array(3 * paddedTo(rows, 8) * 16)));
    const scratch = rig.room("f32", KERNELS.i32_mvm_48__simd.scratchBytes / 4);
    rig.kernels.i32_mvm_48__simd(lines, reads, packed, cells, rows, scratch);
    const got = rig.f32(lines, 3 * reads * 16);
    rig.done();
    return got;
  }
  const mostDrive = (rows: number) => Math.min(32767, Math.floor(((1 << 20) - 1) / 15 / rows));

  it("gives the exact integers of three panels, each rounded once", () => {
    for (const rows of [1, 2, 7, 8, 9, 33, 64, 127, 509, 512, 513, 1030]) {
      for (const reads of [1, 3, 4, 5, 8, 11]) {
        for (const [level, drive] of [
          [1, 255],
          [3, 255],
          [15, mostDrive(rows)],
        ] as const) {
          const random = randoms(rows + reads);
          const panels = threePanels(rows, rows, whole(level));
          const drives = floats(reads * rows, () => whole(drive)(random()));
          expect(mvm(panels, drives, rows, reads)).toEqual(exactly(panels, drives, rows, reads, 1));
        }
      }
    }
  });

  it("holds where every sum is as large as it may be, beside neighbours of either sign", () => {
    for (const rows of [1, 64, 257, 512, 685, 1040]) {
      const drives = new Float32Array(5 * rows).fill(mostDrive(rows));
      for (const signs of [
        [1, 1, 1],
        [-1, -1, -1],
        [1, -1, 1],
        [-1, 1, -1],
        [1, 1, -1],
        [-1, -1, 1],
      ]) {
        const panels = threePanels(rows, 1, (_, p) => 15 * signs[p]!);
        const got = mvm(panels, drives, rows, 5);
        expect(got).toEqual(exactly(panels, drives, rows, 5, 1));
        expect(got[0]).toBe(15 * signs[0]! * mostDrive(rows) * rows);
      }
    }
  });
});

describe("i32_subset_sum_48__simd", () => {
  function subsets(panels: readonly Int16Array[], drives: Int32Array, rows: number, reads: number, signed: boolean) {
    const lines = rig.room("f32", 3 * reads * 16);
    const scratch = KERNELS.i32_subset_sum_48__simd.scratchBytes / 4;
    const cells = padded(panels, rows, new Int16Array(3 * paddedTo(rows, 8) * 16));
    rig.kernels.i32_subset_sum_48__simd(
      lines,
      rig.room("f32", 2 * reads * 16),
      reads,
      rig.put(planesOf(drives, rows, reads, 1)),
      signed ? rig.put(planesOf(drives, rows, reads, -1)) : 0,
      rig.put(new Uint32Array(cells.buffer)),
      rows,
      STEP,
      rig.room("f32", scratch),
    );
    const got = rig.f32(lines, 3 * reads * 16);
    rig.done();
    return got;
  }

  it("gives the exact sums for every number of rows and reads, where all fit and where they are parted often", () => {
    for (const rows of [1, 7, 8, 31, 32, 33, 64, 95, 250, 512]) {
      for (const reads of [1, 2, 65, 160, 163]) {
        for (const level of [50, 4000, 32767]) {
          const signed = (rows + reads) % 2 === 1;
          const panels = threePanels(rows, rows + reads, whole(level));
          const drives = bitDrives(rows, reads, signed, reads);
          expect(subsets(panels, drives, rows, reads, signed)).toEqual(exactly(panels, drives, rows, reads, STEP));
        }
      }
    }
  });

  it("holds where all rows are driven and every level is the largest, of one sign, of both, or of another in each panel", () => {
    for (const rows of [32, 33, 64, 512]) {
      for (const sign of [
        () => 1,
        () => -1,
        (p: number) => (p === 1 ? -1 : 1),
        (p: number) => (p === 1 ? 1 : -1),
        (p: number, r: number) => (p + r) % 2 || -1,
        (p: number, _: number, l: number) => (p === l % 3 ? 1 : -1),
      ]) {
        const panels = threePanels(rows, 1, (_, p, r, l) => 32767 * sign(p, r, l));
        for (const fill of [1, -1]) {
          const drives = new Int32Array(3 * rows).fill(fill);
          // In the last read only positive cells of the first column are driven.
          for (let r = 0; r < rows; r++) if (panels[0]![r * 16]! < 0) drives[2 * rows + r] = 0;
          const got = subsets(panels, drives, rows, 3, true);
          expect(got).toEqual(exactly(panels, drives, rows, 3, STEP));
        }
        const ones = new Int32Array(3 * rows).fill(1);
        expect(subsets(panels, ones, rows, 3, false)).toEqual(exactly(panels, ones, rows, 3, STEP));
      }
    }
  });

  it("parts its sums just before one could pass 2^20 steps", () => {
    // 512 rows of 2048, or 64 of 16384, are 2^20.
    for (const level of [2047, 2048, 2049, 16383, 16384, 16385]) {
      for (const rows of [64, 512]) {
        const panels = threePanels(rows, 1, (_, p) => (p === 0 ? level : -level));
        const drives = new Int32Array(2 * rows).fill(1);
        expect(subsets(panels, drives, rows, 2, false)).toEqual(exactly(panels, drives, rows, 2, STEP));
      }
    }
  });
});
