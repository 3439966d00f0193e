import { GROUP_BYTES, GROUP_READS, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { difference4 } from "./cell";

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
// Two rows a turn spill (V8 moves the loads of a turn to its front: 10.8); with a branch between them they are no
// faster than one.

/** Rows whose cells stay in L1 while all reads pass; between chunks the sums wait in `lines`, as rounded as ever. */
export const CHUNK_ROWS: usize = 128;

/** Four reads, or three, and eight columns; a fourth that is not there adds nothing to the third's line. */
@inline
function sum4x8(lines: usize, present: usize, drives: usize, cells: usize, rows: usize): void {
  const line1 = lines + LINE_BYTES;
  const line2 = line1 + LINE_BYTES;
  const line3 = present > 3 ? line2 + LINE_BYTES : line2;
  let a00 = v128.load(lines, Q0);
  let a04 = v128.load(lines, Q4);
  let a10 = v128.load(line1, Q0);
  let a14 = v128.load(line1, Q4);
  let a20 = v128.load(line2, Q0);
  let a24 = v128.load(line2, Q4);
  let a30 = v128.load(line3, Q0);
  let a34 = v128.load(line3, Q4);
  for (const end = drives + rows * GROUP_BYTES; drives < end; drives += GROUP_BYTES, cells += LINE_BYTES) {
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
  }
  // The last line first: the third has it written over where there are three.
  v128.store(line3, a30, Q0);
  v128.store(line3, a34, Q4);
  v128.store(line2, a20, Q0);
  v128.store(line2, a24, Q4);
  v128.store(line1, a10, Q0);
  v128.store(line1, a14, Q4);
  v128.store(lines, a00, Q0);
  v128.store(lines, a04, Q4);
}

@inline
function sum1x16(lines: usize, drives: usize, cells: usize, rows: usize): void {
  let a0 = v128.load(lines, Q0);
  let a4 = v128.load(lines, Q4);
  let a8 = v128.load(lines, Q8);
  let aC = v128.load(lines, QC);
  for (const end = drives + rows * GROUP_BYTES; drives < end; drives += GROUP_BYTES, cells += LINE_BYTES) {
    const drive = v128.load32_splat(drives);
    a0 = f32x4.add(a0, f32x4.mul(drive, v128.load(cells, Q0)));
    a4 = f32x4.add(a4, f32x4.mul(drive, v128.load(cells, Q4)));
    a8 = f32x4.add(a8, f32x4.mul(drive, v128.load(cells, Q8)));
    aC = f32x4.add(aC, f32x4.mul(drive, v128.load(cells, QC)));
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
  for (const end = lines + reads * LINE_BYTES; lines < end; lines += GROUP_READS * LINE_BYTES, packed += groupBytes) {
    const present = min(GROUP_READS, (end - lines) / LINE_BYTES);
    // Four at once take as long as two and a half by themselves.
    if (present < 3) {
      sum1x16(lines, packed, cells, count);
      if (present == 2) sum1x16(lines + LINE_BYTES, packed + 4, cells, count);
    } else {
      sum4x8(lines, present, packed, cells, count);
      sum4x8(lines + Q8, present, packed, cells + Q8, count);
    }
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
