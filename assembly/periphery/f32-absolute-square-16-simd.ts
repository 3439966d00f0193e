import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { cell4 } from "../sums/cell";

@inline
function term(cellsA: usize, cellsB: usize, offset: usize, limit: v128, floor: v128, square: v128): v128 {
  return f32x4.mul(f32x4.abs(cell4(cellsA, cellsB, offset, limit, floor)), square);
}

/**
 * What noise that grows with the weight adds up to on one panel's lines: rows ascending from +0 in f32.
 *
 *     out[c][l] = sum over rows r of fl(|cell(r,l)| * fl(t(c,r) t(c,r)))
 *
 *     out       f32[reads][16], overwritten
 *     drives    f32[reads][driveStride], the first `rows` of each are used
 *     cellsA    one panel; cellsB the same and subtracted, held to +-limit, or 0
 */
export function f32_absolute_square_16__simd(
  out: usize,
  reads: usize,
  drives: usize,
  driveStride: usize,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  limit: f32,
): void {
  assert(((out | cellsA | cellsB) & 15) == 0);
  const high = f32x4.splat(limit);
  const low = f32x4.splat(-limit);
  for (const end = out + reads * LINE_BYTES; out < end; out += LINE_BYTES, drives += driveStride << 2) {
    let acc0 = f32x4.splat(0);
    let acc4 = acc0;
    let acc8 = acc0;
    let accC = acc0;
    let a = cellsA;
    let b = cellsB;
    for (let t = drives, last = drives + (rows << 2); t < last; t += 4) {
      const drive = v128.load32_splat(t);
      const square = f32x4.mul(drive, drive);
      acc0 = f32x4.add(acc0, term(a, b, Q0, high, low, square));
      acc4 = f32x4.add(acc4, term(a, b, Q4, high, low, square));
      acc8 = f32x4.add(acc8, term(a, b, Q8, high, low, square));
      accC = f32x4.add(accC, term(a, b, QC, high, low, square));
      a += LINE_BYTES;
      if (b) b += LINE_BYTES;
    }
    v128.store(out, acc0, Q0);
    v128.store(out, acc4, Q4);
    v128.store(out, acc8, Q8);
    v128.store(out, accC, QC);
  }
}
