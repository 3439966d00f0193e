import { GROUP_BYTES, GROUP_READS, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { cell4, difference4 } from "./cell";

// The product of drives and cells that all dense sums share: rows ascending, every product and every sum rounded to
// f32. Drives come packed, those of four reads side by side (inputs/f32-pack-drives.ts).
//
//                   c0..c3   c4..c7              GMAC/s (multiply-adds from registers 19 in the same process; Zen 4)
//     read 0       [ a00      a04 ]    4 x 8     18.5
//     read 1       [ a10      a14 ]    4 x 8     15.2    the four reads apart: four more pointers a row
//     read 2       [ a20      a24 ]    5 x 8     18.2    only with branches that hold loads back; else 9.2, spills
//     read 3       [ a30      a34 ]    3 x 8     16.3
//                                      2 x 16    15.9
//                                      1 x 16     7.5    four chains wait for their adds
//
// Two rows a turn spill, for V8 moves the loads of a turn to its front (10.8). With a way out between them, which the
// sums must have reached, they do not, and it costs less than V8's own turns (448 reads of 512 x 512, with packing,
// ms: 6.6, one row 7.0, four 6.9; a function around the inner loop alone 7.1).

/** Rows whose cells stay in L1 while all reads pass; between chunks the sums wait in `lines`, as rounded as ever. */
export const CHUNK_ROWS: usize = 256;

/** Four reads and eight columns. `last`: offset of the last line; a fourth read that is not there shares the third's. */
@inline
function sum4x8(lines: usize, last: usize, drives: usize, cells: usize, rows: usize): void {
  let a00 = v128.load(lines, Q0);
  let a04 = v128.load(lines, Q4);
  let a10 = v128.load(lines, Q0 + 1 * LINE_BYTES);
  let a14 = v128.load(lines, Q4 + 1 * LINE_BYTES);
  let a20 = v128.load(lines, Q0 + 2 * LINE_BYTES);
  let a24 = v128.load(lines, Q4 + 2 * LINE_BYTES);
  let a30 = v128.load(lines + last, Q0);
  let a34 = v128.load(lines + last, Q4);
  const end = drives + rows * GROUP_BYTES;
  const lastRow = end - GROUP_BYTES;
  for (; drives < end; drives += 2 * GROUP_BYTES, cells += 2 * LINE_BYTES) {
    const x0 = v128.load(cells, Q0);
    const x4 = v128.load(cells, Q4);
    const d0 = v128.load32_splat(drives, 0);
    const d1 = v128.load32_splat(drives, 4);
    const d2 = v128.load32_splat(drives, 8);
    const d3 = v128.load32_splat(drives, 12);
    a00 = f32x4.add(a00, f32x4.mul(d0, x0));
    a04 = f32x4.add(a04, f32x4.mul(d0, x4));
    a10 = f32x4.add(a10, f32x4.mul(d1, x0));
    a14 = f32x4.add(a14, f32x4.mul(d1, x4));
    a20 = f32x4.add(a20, f32x4.mul(d2, x0));
    a24 = f32x4.add(a24, f32x4.mul(d2, x4));
    a30 = f32x4.add(a30, f32x4.mul(d3, x0));
    a34 = f32x4.add(a34, f32x4.mul(d3, x4));
    if (drives == lastRow) break;
    const y0 = v128.load(cells, Q0 + LINE_BYTES);
    const y4 = v128.load(cells, Q4 + LINE_BYTES);
    const e0 = v128.load32_splat(drives, GROUP_BYTES + 0);
    const e1 = v128.load32_splat(drives, GROUP_BYTES + 4);
    const e2 = v128.load32_splat(drives, GROUP_BYTES + 8);
    const e3 = v128.load32_splat(drives, GROUP_BYTES + 12);
    a00 = f32x4.add(a00, f32x4.mul(e0, y0));
    a04 = f32x4.add(a04, f32x4.mul(e0, y4));
    a10 = f32x4.add(a10, f32x4.mul(e1, y0));
    a14 = f32x4.add(a14, f32x4.mul(e1, y4));
    a20 = f32x4.add(a20, f32x4.mul(e2, y0));
    a24 = f32x4.add(a24, f32x4.mul(e2, y4));
    a30 = f32x4.add(a30, f32x4.mul(e3, y0));
    a34 = f32x4.add(a34, f32x4.mul(e3, y4));
  }
  // The last line first: the third has it written over where there are three.
  v128.store(lines + last, a30, Q0);
  v128.store(lines + last, a34, Q4);
  v128.store(lines, a20, Q0 + 2 * LINE_BYTES);
  v128.store(lines, a24, Q4 + 2 * LINE_BYTES);
  v128.store(lines, a10, Q0 + 1 * LINE_BYTES);
  v128.store(lines, a14, Q4 + 1 * LINE_BYTES);
  v128.store(lines, a00, Q0);
  v128.store(lines, a04, Q4);
}

/** Two reads and all columns. */
@inline
function sum2x16(lines: usize, drives: usize, cells: usize, rows: usize): void {
  let a00 = v128.load(lines, Q0);
  let a04 = v128.load(lines, Q4);
  let a08 = v128.load(lines, Q8);
  let a0C = v128.load(lines, QC);
  let a10 = v128.load(lines, Q0 + LINE_BYTES);
  let a14 = v128.load(lines, Q4 + LINE_BYTES);
  let a18 = v128.load(lines, Q8 + LINE_BYTES);
  let a1C = v128.load(lines, QC + LINE_BYTES);
  for (const end = drives + rows * GROUP_BYTES; drives < end; drives += GROUP_BYTES, cells += LINE_BYTES) {
    const d0 = v128.load32_splat(drives, 0);
    const d1 = v128.load32_splat(drives, 4);
    const x0 = v128.load(cells, Q0);
    const x4 = v128.load(cells, Q4);
    const x8 = v128.load(cells, Q8);
    const xC = v128.load(cells, QC);
    a00 = f32x4.add(a00, f32x4.mul(d0, x0));
    a04 = f32x4.add(a04, f32x4.mul(d0, x4));
    a08 = f32x4.add(a08, f32x4.mul(d0, x8));
    a0C = f32x4.add(a0C, f32x4.mul(d0, xC));
    a10 = f32x4.add(a10, f32x4.mul(d1, x0));
    a14 = f32x4.add(a14, f32x4.mul(d1, x4));
    a18 = f32x4.add(a18, f32x4.mul(d1, x8));
    a1C = f32x4.add(a1C, f32x4.mul(d1, xC));
  }
  v128.store(lines, a00, Q0);
  v128.store(lines, a04, Q4);
  v128.store(lines, a08, Q8);
  v128.store(lines, a0C, QC);
  v128.store(lines, a10, Q0 + LINE_BYTES);
  v128.store(lines, a14, Q4 + LINE_BYTES);
  v128.store(lines, a18, Q8 + LINE_BYTES);
  v128.store(lines, a1C, QC + LINE_BYTES);
}

/** One read. With `b` a cell is A - B held between `low` and `high`. */
@inline
export function sum1x16(lines: usize, drives: usize, a: usize, b: usize, rows: usize, high: v128, low: v128): void {
  let a0 = v128.load(lines, Q0);
  let a4 = v128.load(lines, Q4);
  let a8 = v128.load(lines, Q8);
  let aC = v128.load(lines, QC);
  for (const end = drives + rows * GROUP_BYTES; drives < end; drives += GROUP_BYTES, a += LINE_BYTES) {
    const drive = v128.load32_splat(drives);
    a0 = f32x4.add(a0, f32x4.mul(drive, cell4(a, b, Q0, high, low)));
    a4 = f32x4.add(a4, f32x4.mul(drive, cell4(a, b, Q4, high, low)));
    a8 = f32x4.add(a8, f32x4.mul(drive, cell4(a, b, Q8, high, low)));
    aC = f32x4.add(aC, f32x4.mul(drive, cell4(a, b, QC, high, low)));
    if (b) b += LINE_BYTES;
  }
  v128.store(lines, a0, Q0);
  v128.store(lines, a4, Q4);
  v128.store(lines, a8, Q8);
  v128.store(lines, aC, QC);
}

/**
 * Adds a chunk of rows to one panel's lines.
 *
 *     lines[c][l] = ((lines[c][l] + t(c,0) x(0,l)) + t(c,1) x(1,l)) + ...
 *
 *     lines        f32[reads][16]
 *     packed       drives of the chunk's first row; `groupBytes` lie between two groups of reads
 *     cells        f32[count][16]
 */
export function addChunk(
  lines: usize,
  reads: usize,
  packed: usize,
  groupBytes: usize,
  cells: usize,
  count: usize,
): void {
  const fours = lines + (reads & ~3) * LINE_BYTES;
  for (; lines < fours; lines += GROUP_READS * LINE_BYTES, packed += groupBytes) {
    for (let half: usize = 0; half < LINE_BYTES; half += Q8) {
      sum4x8(lines + half, 3 * LINE_BYTES, packed, cells + half, count);
    }
  }
  addRest(lines, reads & 3, packed, cells, count);
}

/** Fewer than four reads. Three take as long as four, two a little more than half, one two thirds as long. */
function addRest(lines: usize, reads: usize, packed: usize, cells: usize, count: usize): void {
  if (reads == 3) {
    sum4x8(lines, 2 * LINE_BYTES, packed, cells, count);
    sum4x8(lines + Q8, 2 * LINE_BYTES, packed, cells + Q8, count);
  } else if (reads == 2) sum2x16(lines, packed, cells, count);
  else if (reads == 1) {
    const none = f32x4.splat(0);
    sum1x16(lines, packed, cells, 0, count, none, none);
  }
}

/** A chunk of differences, worked out once for all reads: f32[rows][16]. */
@inline
export function stageDifference(to: usize, a: usize, b: usize, rows: usize, high: v128, low: v128): void {
  for (const end = to + rows * LINE_BYTES; to < end; to += LINE_BYTES, a += LINE_BYTES, b += LINE_BYTES) {
    v128.store(to, difference4(a, b, Q0, high, low), Q0);
    v128.store(to, difference4(a, b, Q4, high, low), Q4);
    v128.store(to, difference4(a, b, Q8, high, low), Q8);
    v128.store(to, difference4(a, b, QC, high, low), QC);
  }
}
