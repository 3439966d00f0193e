import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { variance4 } from "./variance";

/**
 * Read-noise variance of one panel's lines for any drives: rows ascending from +0 in f32.
 *
 *     lines[c][l] = sum over rows r of (t(c,r) t(c,r)) * (s2(cellsA(r,l)) + s2(cellsB(r,l)))
 *     s2(x)       = min(nearest(v * gridInverse) * grid, top),  v = c0 + x (c1 + x c2);  grid 0: s2(x) = v
 *
 *     lines     f32[reads][16], overwritten
 *     drives    f32[reads][driveStride], the first `rows` of each are used
 *     cellsA    one panel; cellsB the same, or 0
 */
export function f32_mvm_variance_16__simd(
  lines: usize,
  reads: usize,
  drives: usize,
  driveStride: usize,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  c0: f32,
  c1: f32,
  c2: f32,
  gridInverse: f32,
  grid: f32,
  top: f32,
): void {
  assert(((lines | cellsA | cellsB) & 15) == 0);
  const linesEnd = lines + reads * LINE_BYTES;
  for (; lines < linesEnd; lines += LINE_BYTES, drives += driveStride << 2) {
    let acc0 = f32x4.splat(0);
    let acc4 = acc0;
    let acc8 = acc0;
    let accC = acc0;
    let a = cellsA;
    let b = cellsB;
    for (let t = drives, end = drives + (rows << 2); t < end; t += 4) {
      const drive = v128.load32_splat(t);
      const power = f32x4.mul(drive, drive);
      acc0 = f32x4.add(acc0, f32x4.mul(power, variance4(a, b, Q0, c0, c1, c2, gridInverse, grid, top)));
      acc4 = f32x4.add(acc4, f32x4.mul(power, variance4(a, b, Q4, c0, c1, c2, gridInverse, grid, top)));
      acc8 = f32x4.add(acc8, f32x4.mul(power, variance4(a, b, Q8, c0, c1, c2, gridInverse, grid, top)));
      accC = f32x4.add(accC, f32x4.mul(power, variance4(a, b, QC, c0, c1, c2, gridInverse, grid, top)));
      a += LINE_BYTES;
      if (b) b += LINE_BYTES;
    }
    v128.store(lines, acc0, Q0);
    v128.store(lines, acc4, Q4);
    v128.store(lines, acc8, Q8);
    v128.store(lines, accC, QC);
  }
}
