import { LINE_BYTES } from "../layout";
import { cell4 } from "../sums/cell";

/** c(a) = a (a (0.05 a - 0.2) + 0.5) */
@inline
function drop(a: v128): v128 {
  const inner = f32x4.sub(f32x4.mul(f32x4.splat(0.05), a), f32x4.splat(0.2));
  return f32x4.mul(a, f32x4.add(f32x4.mul(a, inner), f32x4.splat(0.5)));
}

/** Four columns of one read: what is lost at the end of their lines. */
@inline
function lost(current: v128, placed: v128, load: f32, factor: f32): v128 {
  return f32x4.mul(f32x4.mul(f32x4.splat(factor), drop(f32x4.mul(f32x4.splat(load), current))), placed);
}

@inline
function take(at: usize, current: v128, placed: v128, load: f32, factor: f32): void {
  v128.store(at, f32x4.sub(v128.load(at), lost(current, placed, load, factor)));
}

// Four reads share a cell and its place (2.5 times as fast as one read at a time).
@inline
function reads4(
  lines: usize,
  t: usize,
  stride: usize,
  a: usize,
  b: usize,
  rows: usize,
  high: v128,
  low: v128,
  share: f32,
  load: f32,
  factor: f32,
): void {
  let current0 = f32x4.splat(0);
  let current1 = current0;
  let current2 = current0;
  let current3 = current0;
  let placed0 = current0;
  let placed1 = current0;
  let placed2 = current0;
  let placed3 = current0;
  for (let r: usize = 0; r < rows; r++, t += 4, a += LINE_BYTES) {
    const s: f32 = <f32>r * share;
    const place = f32x4.splat(s * (2 - s));
    const cell = cell4(a, b, 0, high, low);
    if (b) b += LINE_BYTES;
    const product0 = f32x4.mul(cell, v128.load32_splat(t));
    const product1 = f32x4.mul(cell, v128.load32_splat(t + stride));
    const product2 = f32x4.mul(cell, v128.load32_splat(t + 2 * stride));
    const product3 = f32x4.mul(cell, v128.load32_splat(t + 3 * stride));
    current0 = f32x4.add(current0, f32x4.abs(product0));
    current1 = f32x4.add(current1, f32x4.abs(product1));
    current2 = f32x4.add(current2, f32x4.abs(product2));
    current3 = f32x4.add(current3, f32x4.abs(product3));
    placed0 = f32x4.add(placed0, f32x4.mul(product0, place));
    placed1 = f32x4.add(placed1, f32x4.mul(product1, place));
    placed2 = f32x4.add(placed2, f32x4.mul(product2, place));
    placed3 = f32x4.add(placed3, f32x4.mul(product3, place));
  }
  take(lines, current0, placed0, load, factor);
  take(lines + LINE_BYTES, current1, placed1, load, factor);
  take(lines + 2 * LINE_BYTES, current2, placed2, load, factor);
  take(lines + 3 * LINE_BYTES, current3, placed3, load, factor);
}

@inline
function read1(
  lines: usize,
  t: usize,
  a: usize,
  b: usize,
  rows: usize,
  high: v128,
  low: v128,
  share: f32,
  load: f32,
  factor: f32,
): void {
  let current = f32x4.splat(0);
  let placed = current;
  for (let r: usize = 0; r < rows; r++, t += 4, a += LINE_BYTES) {
    const s: f32 = <f32>r * share;
    const product = f32x4.mul(cell4(a, b, 0, high, low), v128.load32_splat(t));
    if (b) b += LINE_BYTES;
    current = f32x4.add(current, f32x4.abs(product));
    placed = f32x4.add(placed, f32x4.mul(product, f32x4.splat(s * (2 - s))));
  }
  take(lines, current, placed, load, factor);
}

/**
 * What wires take off one panel's lines, in place (aihwkit's approximation; the first row is farthest from the end of
 * the line). Rows ascending from +0 in f32.
 *
 *     lines[c][l] -= fl(fl(factor * c(fl(load * I))) * P)
 *     I = sum over rows r of fl(|cell(r,l)| * |t(c,r)|)
 *     P = sum over rows r of fl(fl(cell(r,l) * t(c,r)) * fl(s * fl(2 - s))),  s = fl(r * fl(1 / rows))
 *
 *     lines     f32[reads][16]
 *     drives    f32[reads][driveStride], the first `rows` of each are used
 *     cellsA    one panel; cellsB the same and subtracted, held to +-limit, or 0
 */
export function f32_ir_drop_16__simd(
  lines: usize,
  reads: usize,
  drives: usize,
  driveStride: usize,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  limit: f32,
  load: f32,
  factor: f32,
): void {
  assert(((lines | cellsA | cellsB) & 15) == 0);
  const high = f32x4.splat(limit);
  const low = f32x4.splat(-limit);
  const share: f32 = 1 / <f32>rows;
  const stride = driveStride << 2;
  const end = lines + reads * LINE_BYTES;
  for (const foursEnd = lines + (reads & ~3) * LINE_BYTES; lines < foursEnd; lines += 4 * LINE_BYTES) {
    for (let lane: usize = 0; lane < LINE_BYTES; lane += 16) {
      const b = cellsB ? cellsB + lane : 0;
      reads4(lines + lane, drives, stride, cellsA + lane, b, rows, high, low, share, load, factor);
    }
    drives += 4 * stride;
  }
  for (; lines < end; lines += LINE_BYTES, drives += stride) {
    for (let lane: usize = 0; lane < LINE_BYTES; lane += 16) {
      const b = cellsB ? cellsB + lane : 0;
      read1(lines + lane, drives, cellsA + lane, b, rows, high, low, share, load, factor);
    }
  }
}
