import { clamp, nearest, paddedTo, randoms } from "./rig.js";

// Cell arrays, drives and planes for the kernels that sum, and their sums written for clarity.

/** One panel of levels on the grid 2^-exponent within +-limit; rows padded with zeros, `columns` of 16 in use. */
export function panelOnGrid(
  rows: number,
  columns: number,
  limit: number,
  exponent: number,
  seed: number,
): Float32Array {
  const random = randoms(seed);
  const panel = new Float32Array(paddedTo(rows, 8) * 16);
  const grid = 2 ** -exponent;
  for (let r = 0; r < rows; r++) {
    for (let l = 0; l < columns; l++) {
      const x = nearest(((2 * random() - 1) * limit) / grid) * grid;
      panel[r * 16 + l] = random() < 0.1 ? 0 : x;
    }
  }
  return panel;
}

/** Drives -1, 0, 1 (or 0, 1) of `reads` reads. */
export function bitDrives(rows: number, reads: number, signed: boolean, seed: number): Int32Array {
  const random = randoms(seed);
  return Int32Array.from({ length: rows * reads }, () => {
    const x = random();
    return x < 0.4 ? 0 : signed && x < 0.7 ? -1 : 1;
  });
}

/** planes[g][c] of the drives [reads][rows] that equal `sign`. */
export function planesOf(drives: Int32Array, rows: number, reads: number, sign: 1 | -1): Uint32Array {
  const planes = new Uint32Array(Math.ceil(rows / 32) * reads);
  for (let c = 0; c < reads; c++) {
    for (let r = 0; r < rows; r++) {
      if (drives[c * rows + r] === sign) planes[(r >>> 5) * reads + c]! |= 1 << (r & 31);
    }
  }
  return planes;
}

/** A cell as the sums see it. */
export function cellAt(a: Float32Array, b: Float32Array | null, limit: number, at: number): number {
  return b === null ? a[at]! : clamp(Math.fround(a[at]! - b[at]!), -limit, limit);
}

export interface VarianceModel {
  readonly c0: number;
  readonly c1: number;
  readonly c2: number;
  readonly grid: number;
  readonly top: number;
}

/** The variance of one level on its grid. */
export function variance(level: number, { c0, c1, c2, grid, top }: VarianceModel): number {
  const f = Math.fround;
  const v = f(f(c0) + f(level * f(f(c1) + f(level * f(c2)))));
  return Math.min(f(nearest(f(v * f(1 / grid))) * grid), f(top));
}

/** sums[c][16] in f64 of drive * x over rows. */
export function sums(
  drives: ArrayLike<number>,
  rows: number,
  reads: number,
  cell: (at: number) => number,
  weigh: (t: number) => number = (t) => t,
): Float64Array {
  const out = new Float64Array(reads * 16);
  for (let c = 0; c < reads; c++) {
    for (let r = 0; r < rows; r++) {
      const t = weigh(drives[c * rows + r]!);
      for (let l = 0; l < 16; l++) out[c * 16 + l]! += t * cell(r * 16 + l);
    }
  }
  return out;
}
