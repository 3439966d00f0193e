import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { cell4 } from "./cell";

@inline
function low2(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

@inline
function high2(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

@inline
function rounded(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/**
 * Column sums of one panel in f64, rounded once to f32: over integer drives and integer levels the sum is the exact
 * integer. Rows ascending from +0.
 *
 *     lines     f32[reads][16], overwritten
 *     drives    f32[reads][driveStride], the first `rows` of each are used
 *     cellsA    one panel; cellsB the same, or 0
 *     limit     with cellsB a cell is clamp(A - B, -limit, limit) in f32; Infinity for none
 */
export function f64_mvm_16__simd(
  lines: usize,
  reads: usize,
  drives: usize,
  driveStride: usize,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  limit: f32,
): void {
  assert(((lines | cellsA | cellsB) & 15) == 0);
  const high = f32x4.splat(limit);
  const low = f32x4.neg(high);
  const linesEnd = lines + reads * LINE_BYTES;
  for (; lines < linesEnd; lines += LINE_BYTES, drives += driveStride << 2) {
    let acc0 = f64x2.splat(0);
    let acc2 = acc0;
    let acc4 = acc0;
    let acc6 = acc0;
    let acc8 = acc0;
    let accA = acc0;
    let accC = acc0;
    let accE = acc0;
    let a = cellsA;
    let b = cellsB;
    for (let t = drives, end = drives + (rows << 2); t < end; t += 4) {
      const drive = f64x2.splat(load<f32>(t));
      const x0 = cell4(a, b, Q0, high, low);
      const x4 = cell4(a, b, Q4, high, low);
      const x8 = cell4(a, b, Q8, high, low);
      const xC = cell4(a, b, QC, high, low);
      acc0 = f64x2.add(acc0, f64x2.mul(drive, low2(x0)));
      acc2 = f64x2.add(acc2, f64x2.mul(drive, high2(x0)));
      acc4 = f64x2.add(acc4, f64x2.mul(drive, low2(x4)));
      acc6 = f64x2.add(acc6, f64x2.mul(drive, high2(x4)));
      acc8 = f64x2.add(acc8, f64x2.mul(drive, low2(x8)));
      accA = f64x2.add(accA, f64x2.mul(drive, high2(x8)));
      accC = f64x2.add(accC, f64x2.mul(drive, low2(xC)));
      accE = f64x2.add(accE, f64x2.mul(drive, high2(xC)));
      a += LINE_BYTES;
      if (b) b += LINE_BYTES;
    }
    v128.store(lines, rounded(acc0, acc2), Q0);
    v128.store(lines, rounded(acc4, acc6), Q4);
    v128.store(lines, rounded(acc8, accA), Q8);
    v128.store(lines, rounded(accC, accE), QC);
  }
}
