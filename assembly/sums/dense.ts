import { GROUP_BYTES, GROUP_READS, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { cell4, difference4 } from "./cell";

// The product of drives and cells that all dense sums share: rows ascending, every product and every sum rounded to
// f32. Drives come packed, those of four reads side by side (inputs/f32-pack-drives.ts), and are summed two at a time:
//
//                   c0..c3   c4..c7   c8..cB   cC..cF
//     read 0       [ a00      a04      a08      a0C ]
//     read 1       [ a10      a14      a18      a1C ]
//
// Least ms of 64 reads of 512 x 512, in one process (Zen 3, Node 20); where they say C, the same instructions without V8:
//
//     2 x 16, two rows a turn      0.84
//     4 x 8, two rows a turn       0.95      C 0.74 to 0.77, each drive fetched just before its products and sums
//                                            C 0.90 to 0.92, all six loads of a row first, as V8 has them
//     4 x 8, one row a turn        0.89
//     2 x 16, one row a turn       0.92
//     4 x 8, two rows together     1.11      no spills, but all products in every other place
//
// What a row waits for is not its loads: products and sums that take turns (mul, add, mul, add) fall on every other place
// of what is issued together, and the processor seems to give even and odd places to different halves of its floating
// point unit. An instruction more or less in a turn moves the rest by one place and the time by a tenth (a second pointer
// to the cells or the drives 0.94), so what stands here was found by trying.
// V8 of Node 20 puts all loads of a block first, except in the last copy of a loop it unrolls. Chromium 156 keeps the
// order of the source: 4 x 8 and 2 x 16 with two rows a turn 0.90 there, with four rows 0.83; those take 0.87 in Node.
//
// Two rows a turn spill unless there is a way out between them, which the sums must have reached.

/** Rows whose cells stay in L1 while all reads pass; between chunks the sums wait in `lines`, as rounded as ever. */
export const CHUNK_ROWS: usize = 256;

/** Two reads and all columns; at least one row. */
@inline
function sum2x16(lines: usize, drives: usize, cells: usize, rows: usize): void {
  let a00 = v128.load(lines, Q0);
  let a04 = v128.load(lines, Q4);
  let a08 = v128.load(lines, Q8);
  let a0C = v128.load(lines, QC);
  let a10 = v128.load(lines, LINE_BYTES + Q0);
  let a14 = v128.load(lines, LINE_BYTES + Q4);
  let a18 = v128.load(lines, LINE_BYTES + Q8);
  let a1C = v128.load(lines, LINE_BYTES + QC);
  const end = drives + rows * GROUP_BYTES;
  const lastRow = end - GROUP_BYTES;
  do {
    const xC = v128.load(cells, QC);
    const x8 = v128.load(cells, Q8);
    const x4 = v128.load(cells, Q4);
    const x0 = v128.load(cells, Q0);
    const d1 = v128.load32_splat(drives, 4);
    a1C = f32x4.add(a1C, f32x4.mul(d1, xC));
    a18 = f32x4.add(a18, f32x4.mul(d1, x8));
    a14 = f32x4.add(a14, f32x4.mul(d1, x4));
    a10 = f32x4.add(a10, f32x4.mul(d1, x0));
    const d0 = v128.load32_splat(drives);
    a0C = f32x4.add(a0C, f32x4.mul(d0, xC));
    a08 = f32x4.add(a08, f32x4.mul(d0, x8));
    a04 = f32x4.add(a04, f32x4.mul(d0, x4));
    a00 = f32x4.add(a00, f32x4.mul(d0, x0));
    if (drives == lastRow) break;
    const yC = v128.load(cells, LINE_BYTES + QC);
    const y8 = v128.load(cells, LINE_BYTES + Q8);
    const y4 = v128.load(cells, LINE_BYTES + Q4);
    const y0 = v128.load(cells, LINE_BYTES + Q0);
    const e1 = v128.load32_splat(drives, GROUP_BYTES + 4);
    a1C = f32x4.add(a1C, f32x4.mul(e1, yC));
    a18 = f32x4.add(a18, f32x4.mul(e1, y8));
    a14 = f32x4.add(a14, f32x4.mul(e1, y4));
    a10 = f32x4.add(a10, f32x4.mul(e1, y0));
    const e0 = v128.load32_splat(drives, GROUP_BYTES);
    a0C = f32x4.add(a0C, f32x4.mul(e0, yC));
    a08 = f32x4.add(a08, f32x4.mul(e0, y8));
    a04 = f32x4.add(a04, f32x4.mul(e0, y4));
    a00 = f32x4.add(a00, f32x4.mul(e0, y0));
    drives += 2 * GROUP_BYTES;
    cells += 2 * LINE_BYTES;
  } while (drives != end);
  v128.store(lines, a00, Q0);
  v128.store(lines, a04, Q4);
  v128.store(lines, a08, Q8);
  v128.store(lines, a0C, QC);
  v128.store(lines, a10, LINE_BYTES + Q0);
  v128.store(lines, a14, LINE_BYTES + Q4);
  v128.store(lines, a18, LINE_BYTES + Q8);
  v128.store(lines, a1C, LINE_BYTES + QC);
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

/** Bytes of two reads' drives among those of a group. */
const PAIR_BYTES: usize = GROUP_BYTES >>> 1;

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
  const last = packed + (reads >>> 2) * groupBytes + ((reads & 2) << 2);
  const pairsEnd = lines + (reads & ~1) * LINE_BYTES;
  for (; lines < pairsEnd; packed += groupBytes) {
    const groupEnd = min(lines + GROUP_READS * LINE_BYTES, pairsEnd);
    for (let drives = packed; lines < groupEnd; lines += 2 * LINE_BYTES, drives += PAIR_BYTES) {
      sum2x16(lines, drives, cells, count);
    }
  }
  if (reads & 1) {
    const none = f32x4.splat(0);
    sum1x16(lines, last, cells, 0, count, none, none);
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
