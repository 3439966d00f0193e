import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { cell4 } from "./cell";

/**
 * Column sums of one panel for any drives: rows ascending from +0, every product and every sum rounded to f32.
 *
 *     lines[c][l] = (((0 + t(c,0) x(0,l)) + t(c,1) x(1,l)) + ...)
 *
 *     lines     f32[reads][16], overwritten
 *     drives    f32[reads][driveStride], the first `rows` of each are used
 *     cellsA    one panel; cellsB the same, or 0
 *     limit     with cellsB a cell is clamp(A - B, -limit, limit); Infinity for none
 */
export function f32_mvm_16__simd(
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
    let acc0 = f32x4.splat(0);
    let acc4 = acc0;
    let acc8 = acc0;
    let accC = acc0;
    let a = cellsA;
    let b = cellsB;
    for (let t = drives, end = drives + (rows << 2); t < end; t += 4) {
      const drive = v128.load32_splat(t);
      acc0 = f32x4.add(acc0, f32x4.mul(drive, cell4(a, b, Q0, high, low)));
      acc4 = f32x4.add(acc4, f32x4.mul(drive, cell4(a, b, Q4, high, low)));
      acc8 = f32x4.add(acc8, f32x4.mul(drive, cell4(a, b, Q8, high, low)));
      accC = f32x4.add(accC, f32x4.mul(drive, cell4(a, b, QC, high, low)));
      a += LINE_BYTES;
      if (b) b += LINE_BYTES;
    }
    v128.store(lines, acc0, Q0);
    v128.store(lines, acc4, Q4);
    v128.store(lines, acc8, Q8);
    v128.store(lines, accC, QC);
  }
}
