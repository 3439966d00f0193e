import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { variance4 } from "./variance";

// Blocks as in f32-mvm-16-simd.ts: four reads share what the variance of a cell costs (2.4 times as fast as one read at
// a time; four columns at a time instead of eight: 2).

@inline
function sum4x8(
  lines: usize,
  drives: usize,
  stride: usize,
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
  let a00 = v128.load(lines, Q0 + 0 * LINE_BYTES);
  let a04 = v128.load(lines, Q4 + 0 * LINE_BYTES);
  let a10 = v128.load(lines, Q0 + 1 * LINE_BYTES);
  let a14 = v128.load(lines, Q4 + 1 * LINE_BYTES);
  let a20 = v128.load(lines, Q0 + 2 * LINE_BYTES);
  let a24 = v128.load(lines, Q4 + 2 * LINE_BYTES);
  let a30 = v128.load(lines, Q0 + 3 * LINE_BYTES);
  let a34 = v128.load(lines, Q4 + 3 * LINE_BYTES);
  let t0 = drives;
  let t1 = t0 + stride;
  let t2 = t1 + stride;
  let t3 = t2 + stride;
  const end = t0 + (rows << 2);
  while (t0 < end) {
    const x0 = variance4(cellsA, cellsB, Q0, c0, c1, c2, gridInverse, grid, top);
    const x4 = variance4(cellsA, cellsB, Q4, c0, c1, c2, gridInverse, grid, top);
    const d0 = v128.load32_splat(t0);
    const p0 = f32x4.mul(d0, d0);
    const d1 = v128.load32_splat(t1);
    const p1 = f32x4.mul(d1, d1);
    const d2 = v128.load32_splat(t2);
    const p2 = f32x4.mul(d2, d2);
    const d3 = v128.load32_splat(t3);
    const p3 = f32x4.mul(d3, d3);
    a00 = f32x4.add(a00, f32x4.mul(p0, x0));
    a04 = f32x4.add(a04, f32x4.mul(p0, x4));
    a10 = f32x4.add(a10, f32x4.mul(p1, x0));
    a14 = f32x4.add(a14, f32x4.mul(p1, x4));
    a20 = f32x4.add(a20, f32x4.mul(p2, x0));
    a24 = f32x4.add(a24, f32x4.mul(p2, x4));
    a30 = f32x4.add(a30, f32x4.mul(p3, x0));
    a34 = f32x4.add(a34, f32x4.mul(p3, x4));
    t0 += 4;
    t1 += 4;
    t2 += 4;
    t3 += 4;
    cellsA += LINE_BYTES;
    if (cellsB) cellsB += LINE_BYTES;
  }
  v128.store(lines, a00, Q0 + 0 * LINE_BYTES);
  v128.store(lines, a04, Q4 + 0 * LINE_BYTES);
  v128.store(lines, a10, Q0 + 1 * LINE_BYTES);
  v128.store(lines, a14, Q4 + 1 * LINE_BYTES);
  v128.store(lines, a20, Q0 + 2 * LINE_BYTES);
  v128.store(lines, a24, Q4 + 2 * LINE_BYTES);
  v128.store(lines, a30, Q0 + 3 * LINE_BYTES);
  v128.store(lines, a34, Q4 + 3 * LINE_BYTES);
}

@inline
function sum1x16(
  lines: usize,
  drives: usize,
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
  let acc0 = f32x4.splat(0);
  let acc4 = acc0;
  let acc8 = acc0;
  let accC = acc0;
  for (const end = drives + (rows << 2); drives < end; drives += 4) {
    const drive = v128.load32_splat(drives);
    const power = f32x4.mul(drive, drive);
    acc0 = f32x4.add(acc0, f32x4.mul(power, variance4(cellsA, cellsB, Q0, c0, c1, c2, gridInverse, grid, top)));
    acc4 = f32x4.add(acc4, f32x4.mul(power, variance4(cellsA, cellsB, Q4, c0, c1, c2, gridInverse, grid, top)));
    acc8 = f32x4.add(acc8, f32x4.mul(power, variance4(cellsA, cellsB, Q8, c0, c1, c2, gridInverse, grid, top)));
    accC = f32x4.add(accC, f32x4.mul(power, variance4(cellsA, cellsB, QC, c0, c1, c2, gridInverse, grid, top)));
    cellsA += LINE_BYTES;
    if (cellsB) cellsB += LINE_BYTES;
  }
  v128.store(lines, acc0, Q0);
  v128.store(lines, acc4, Q4);
  v128.store(lines, acc8, Q8);
  v128.store(lines, accC, QC);
}

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
  const stride = driveStride << 2;
  const linesEnd = lines + reads * LINE_BYTES;
  memory.fill(lines, 0, reads * LINE_BYTES);
  for (const foursEnd = lines + (reads & ~3) * LINE_BYTES; lines < foursEnd; lines += 4 * LINE_BYTES) {
    sum4x8(lines, drives, stride, cellsA, cellsB, rows, c0, c1, c2, gridInverse, grid, top);
    sum4x8(lines + Q8, drives, stride, cellsA + Q8, cellsB ? cellsB + Q8 : 0, rows, c0, c1, c2, gridInverse, grid, top);
    drives += 4 * stride;
  }
  for (; lines < linesEnd; lines += LINE_BYTES, drives += stride) {
    sum1x16(lines, drives, cellsA, cellsB, rows, c0, c1, c2, gridInverse, grid, top);
  }
}
