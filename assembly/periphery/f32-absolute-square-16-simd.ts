import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { cell4 } from "../sums/cell";

@inline
function magnitude(cellsA: usize, cellsB: usize, offset: usize, limit: v128, floor: v128): v128 {
  return f32x4.abs(cell4(cellsA, cellsB, offset, limit, floor));
}

@inline
function square(drive: usize): v128 {
  const t = v128.load32_splat(drive);
  return f32x4.mul(t, t);
}

// Four reads share four columns of cells.
@inline
function reads4(out: usize, t: usize, stride: usize, a: usize, b: usize, rows: usize, high: v128, low: v128): void {
  let acc0 = f32x4.splat(0);
  let acc1 = acc0;
  let acc2 = acc0;
  let acc3 = acc0;
  for (const end = t + (rows << 2); t < end; t += 4, a += LINE_BYTES) {
    const cell = magnitude(a, b, 0, high, low);
    if (b) b += LINE_BYTES;
    acc0 = f32x4.add(acc0, f32x4.mul(cell, square(t)));
    acc1 = f32x4.add(acc1, f32x4.mul(cell, square(t + stride)));
    acc2 = f32x4.add(acc2, f32x4.mul(cell, square(t + 2 * stride)));
    acc3 = f32x4.add(acc3, f32x4.mul(cell, square(t + 3 * stride)));
  }
  v128.store(out, acc0);
  v128.store(out + LINE_BYTES, acc1);
  v128.store(out + 2 * LINE_BYTES, acc2);
  v128.store(out + 3 * LINE_BYTES, acc3);
}

@inline
function read1(out: usize, t: usize, a: usize, b: usize, rows: usize, high: v128, low: v128): void {
  let acc0 = f32x4.splat(0);
  let acc4 = acc0;
  let acc8 = acc0;
  let accC = acc0;
  for (const end = t + (rows << 2); t < end; t += 4, a += LINE_BYTES) {
    const power = square(t);
    acc0 = f32x4.add(acc0, f32x4.mul(magnitude(a, b, Q0, high, low), power));
    acc4 = f32x4.add(acc4, f32x4.mul(magnitude(a, b, Q4, high, low), power));
    acc8 = f32x4.add(acc8, f32x4.mul(magnitude(a, b, Q8, high, low), power));
    accC = f32x4.add(accC, f32x4.mul(magnitude(a, b, QC, high, low), power));
    if (b) b += LINE_BYTES;
  }
  v128.store(out, acc0, Q0);
  v128.store(out, acc4, Q4);
  v128.store(out, acc8, Q8);
  v128.store(out, accC, QC);
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
  const stride = driveStride << 2;
  const end = out + reads * LINE_BYTES;
  for (const foursEnd = out + (reads & ~3) * LINE_BYTES; out < foursEnd; out += 4 * LINE_BYTES) {
    for (let lane: usize = 0; lane < LINE_BYTES; lane += 16) {
      reads4(out + lane, drives, stride, cellsA + lane, cellsB ? cellsB + lane : 0, rows, high, low);
    }
    drives += 4 * stride;
  }
  for (; out < end; out += LINE_BYTES, drives += stride) read1(out, drives, cellsA, cellsB, rows, high, low);
}
