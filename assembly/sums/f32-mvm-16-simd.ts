import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { cell4 } from "./cell";

// Four reads and eight columns at a time: eight accumulators, two vectors of cells and four drives fill the registers.
//
//                   c0..c3   c4..c7              GMAC/s (roof 21 in the same process; Zen 4, Node 20)
//     read 0       [ a00      a04 ]    4 x 8     15.9
//     read 1       [ a10      a14 ]    2 x 16    15.6
//     read 2       [ a20      a24 ]    3 x 16    10.5    spills
//     read 3       [ a30      a34 ]    6 x 8     10.3    spills
//                                      1 x 16     7.5    four chains wait for their adds
//
// A pair's difference is taken again for every four reads (12); the test for a second side stands in the loop on
// purpose: without it all loads move to the front and spill (7).
//
// Rows go in chunks whose cells stay in L1; between chunks the sums wait in `lines`, as rounded as ever.
const CHUNK_ROWS: usize = 128;

@inline
function sum4x8(
  lines: usize,
  drives: usize,
  stride: usize,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  high: v128,
  low: v128,
  pair: bool,
): void {
  let a00 = v128.load(lines, Q0);
  let a04 = v128.load(lines, Q4);
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
    const x0 = cell4(cellsA, pair ? cellsB : 0, Q0, high, low);
    const x4 = cell4(cellsA, pair ? cellsB : 0, Q4, high, low);
    const d0 = v128.load32_splat(t0);
    const d1 = v128.load32_splat(t1);
    const d2 = v128.load32_splat(t2);
    const d3 = v128.load32_splat(t3);
    a00 = f32x4.add(a00, f32x4.mul(d0, x0));
    a04 = f32x4.add(a04, f32x4.mul(d0, x4));
    a10 = f32x4.add(a10, f32x4.mul(d1, x0));
    a14 = f32x4.add(a14, f32x4.mul(d1, x4));
    a20 = f32x4.add(a20, f32x4.mul(d2, x0));
    a24 = f32x4.add(a24, f32x4.mul(d2, x4));
    a30 = f32x4.add(a30, f32x4.mul(d3, x0));
    a34 = f32x4.add(a34, f32x4.mul(d3, x4));
    t0 += 4;
    t1 += 4;
    t2 += 4;
    t3 += 4;
    cellsA += LINE_BYTES;
    if (pair && cellsB) cellsB += LINE_BYTES;
  }
  v128.store(lines, a00, Q0);
  v128.store(lines, a04, Q4);
  v128.store(lines, a10, Q0 + 1 * LINE_BYTES);
  v128.store(lines, a14, Q4 + 1 * LINE_BYTES);
  v128.store(lines, a20, Q0 + 2 * LINE_BYTES);
  v128.store(lines, a24, Q4 + 2 * LINE_BYTES);
  v128.store(lines, a30, Q0 + 3 * LINE_BYTES);
  v128.store(lines, a34, Q4 + 3 * LINE_BYTES);
}

/** What four does not divide, one read at a time: the same sums in the same order. */
@inline
function sum1x16(
  lines: usize,
  drives: usize,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  high: v128,
  low: v128,
  pair: bool,
): void {
  let acc0 = v128.load(lines, Q0);
  let acc4 = v128.load(lines, Q4);
  let acc8 = v128.load(lines, Q8);
  let accC = v128.load(lines, QC);
  for (const end = drives + (rows << 2); drives < end; drives += 4) {
    const drive = v128.load32_splat(drives);
    acc0 = f32x4.add(acc0, f32x4.mul(drive, cell4(cellsA, pair ? cellsB : 0, Q0, high, low)));
    acc4 = f32x4.add(acc4, f32x4.mul(drive, cell4(cellsA, pair ? cellsB : 0, Q4, high, low)));
    acc8 = f32x4.add(acc8, f32x4.mul(drive, cell4(cellsA, pair ? cellsB : 0, Q8, high, low)));
    accC = f32x4.add(accC, f32x4.mul(drive, cell4(cellsA, pair ? cellsB : 0, QC, high, low)));
    cellsA += LINE_BYTES;
    if (pair && cellsB) cellsB += LINE_BYTES;
  }
  v128.store(lines, acc0, Q0);
  v128.store(lines, acc4, Q4);
  v128.store(lines, acc8, Q8);
  v128.store(lines, accC, QC);
}

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
  const stride = driveStride << 2;
  const high = f32x4.splat(limit);
  const low = f32x4.neg(high);
  const linesEnd = lines + reads * LINE_BYTES;
  const foursEnd = lines + (reads & ~3) * LINE_BYTES;
  memory.fill(lines, 0, reads * LINE_BYTES);
  for (let row: usize = 0; row < rows; row += CHUNK_ROWS) {
    const count = min(CHUNK_ROWS, rows - row);
    let line = lines;
    let from = drives + (row << 2);
    // Two loops, so that a single array pays nothing for the possible second one.
    if (cellsB) {
      for (; line < foursEnd; line += 4 * LINE_BYTES, from += 4 * stride) {
        sum4x8(line, from, stride, cellsA, cellsB, count, high, low, true);
        sum4x8(line + Q8, from, stride, cellsA + Q8, cellsB + Q8, count, high, low, true);
      }
      for (; line < linesEnd; line += LINE_BYTES, from += stride) {
        sum1x16(line, from, cellsA, cellsB, count, high, low, true);
      }
      cellsB += CHUNK_ROWS * LINE_BYTES;
    } else {
      for (; line < foursEnd; line += 4 * LINE_BYTES, from += 4 * stride) {
        sum4x8(line, from, stride, cellsA, 0, count, high, low, false);
        sum4x8(line + Q8, from, stride, cellsA + Q8, 0, count, high, low, false);
      }
      for (; line < linesEnd; line += LINE_BYTES, from += stride) {
        sum1x16(line, from, cellsA, 0, count, high, low, false);
      }
    }
    cellsA += CHUNK_ROWS * LINE_BYTES;
  }
}
