import { LANES, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { DRIVE_GROUP, GROUP_READS } from "../inputs/i16-pack-drives";
import { SHARED_SHIFT } from "./shared-sums";

// Whole drives times whole levels: two rows at a time in i16, summed in i32.
//
//     cells      i16 pairs   [ c0r0 c0r1 | c1r0 c1r1 | ... | cFr0 cFr1 ]     64 bytes per two rows, staged from bytes
//     drives     i16 pairs   [ v0r0 v0r1 | v1r0 v1r1 | v2r0 v2r1 | v3r0 v3r1 ]  of four reads, 16 bytes per two rows
//
// One dot product multiplies eight and adds four of them; 4 reads x 8 columns take 8 products, 8 additions and 6 loads
// per two rows: 35 GMAC/s from 64 reads on (Zen 4, Node 20; two products a cycle would be 45). Staging the drives again
// for every panel made 28. Rejected, because V8 issues all loads of a basic block before the first product and then
// spills sums: four rows a turn 28, or 35 with a branch in between; one load of the drives and four shuffles 33.
//
// Tables the other way round (what two rows' drives of 32 reads come to for any two levels up to 3; cells are indices)
// make 41 to 47 of the sums alone and leave them transposed, in i16 that 42 rows fill: not worth it.
//
// An i16 has room for two small levels, so staged cells may be two panels at once, and their sums too, modulo 2^32:
// shared-sums.ts tells them apart again.

/** Rows whose staged cells (16 KB) stay in the first-level cache beside four reads' drives. */
export const CHUNK_ROWS: usize = 512;
const PAIR_BYTES: usize = LINE_BYTES;

/** The first eight columns of two rows, as they alternate in a pair of rows. */
@inline
function firstColumns(rows: usize): v128 {
  const row = v128.load(rows);
  const next = v128.load(rows, LANES);
  return i8x16.shuffle(row, next, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

@inline
function lastColumns(rows: usize): v128 {
  const row = v128.load(rows);
  const next = v128.load(rows, LANES);
  return i8x16.shuffle(row, next, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/** Lays some rows of a panel of bytes as pairs of rows. */
export function stagePanel(staged: usize, cells: usize, rows: usize): void {
  for (const end = cells + rows * LANES; cells < end; cells += 2 * LANES, staged += PAIR_BYTES) {
    const first = firstColumns(cells);
    const last = lastColumns(cells);
    v128.store(staged, i16x8.extend_low_i8x16_s(first), Q0);
    v128.store(staged, i16x8.extend_high_i8x16_s(first), Q4);
    v128.store(staged, i16x8.extend_low_i8x16_s(last), Q8);
    v128.store(staged, i16x8.extend_high_i8x16_s(last), QC);
  }
}

@inline
function above(low: v128, high: v128): v128 {
  return i16x8.add(low, i16x8.shl(high, SHARED_SHIFT));
}

/** Lays the same rows of two panels as one: low + 2^SHARED_SHIFT high, within 16 bits. */
export function stageTwoPanels(staged: usize, low: usize, high: usize, rows: usize): void {
  for (const end = low + rows * LANES; low < end; low += 2 * LANES, high += 2 * LANES, staged += PAIR_BYTES) {
    const first = firstColumns(low);
    const last = lastColumns(low);
    const firstAbove = firstColumns(high);
    const lastAbove = lastColumns(high);
    v128.store(staged, above(i16x8.extend_low_i8x16_s(first), i16x8.extend_low_i8x16_s(firstAbove)), Q0);
    v128.store(staged, above(i16x8.extend_high_i8x16_s(first), i16x8.extend_high_i8x16_s(firstAbove)), Q4);
    v128.store(staged, above(i16x8.extend_low_i8x16_s(last), i16x8.extend_low_i8x16_s(lastAbove)), Q8);
    v128.store(staged, above(i16x8.extend_high_i8x16_s(last), i16x8.extend_high_i8x16_s(lastAbove)), QC);
  }
}

@inline
function join(sum: v128, drive: v128, cells: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(drive, cells));
}

/** Four reads times eight columns of a chunk; `rows` is even. */
@inline
function sum4x8(sums: usize, drives: usize, cells: usize, rows: usize): void {
  let a00 = v128.load(sums, Q0);
  let a04 = v128.load(sums, Q4);
  let a10 = v128.load(sums, Q0 + 1 * LINE_BYTES);
  let a14 = v128.load(sums, Q4 + 1 * LINE_BYTES);
  let a20 = v128.load(sums, Q0 + 2 * LINE_BYTES);
  let a24 = v128.load(sums, Q4 + 2 * LINE_BYTES);
  let a30 = v128.load(sums, Q0 + 3 * LINE_BYTES);
  let a34 = v128.load(sums, Q4 + 3 * LINE_BYTES);
  for (const end = drives + (rows >>> 1) * DRIVE_GROUP; drives < end; drives += DRIVE_GROUP, cells += PAIR_BYTES) {
    const x0 = v128.load(cells, Q0);
    const x4 = v128.load(cells, Q4);
    const d0 = v128.load32_splat(drives, 0);
    const d1 = v128.load32_splat(drives, 4);
    const d2 = v128.load32_splat(drives, 8);
    const d3 = v128.load32_splat(drives, 12);
    a00 = join(a00, d0, x0);
    a04 = join(a04, d0, x4);
    a10 = join(a10, d1, x0);
    a14 = join(a14, d1, x4);
    a20 = join(a20, d2, x0);
    a24 = join(a24, d2, x4);
    a30 = join(a30, d3, x0);
    a34 = join(a34, d3, x4);
  }
  v128.store(sums, a00, Q0);
  v128.store(sums, a04, Q4);
  v128.store(sums, a10, Q0 + 1 * LINE_BYTES);
  v128.store(sums, a14, Q4 + 1 * LINE_BYTES);
  v128.store(sums, a20, Q0 + 2 * LINE_BYTES);
  v128.store(sums, a24, Q4 + 2 * LINE_BYTES);
  v128.store(sums, a30, Q0 + 3 * LINE_BYTES);
  v128.store(sums, a34, Q4 + 3 * LINE_BYTES);
}

@inline
function sum1x16(line: usize, drives: usize, cells: usize, rows: usize): void {
  let acc0 = v128.load(line, Q0);
  let acc4 = v128.load(line, Q4);
  let acc8 = v128.load(line, Q8);
  let accC = v128.load(line, QC);
  for (const end = drives + (rows >>> 1) * DRIVE_GROUP; drives < end; drives += DRIVE_GROUP, cells += PAIR_BYTES) {
    const drive = v128.load32_splat(drives);
    acc0 = join(acc0, drive, v128.load(cells, Q0));
    acc4 = join(acc4, drive, v128.load(cells, Q4));
    acc8 = join(acc8, drive, v128.load(cells, Q8));
    accC = join(accC, drive, v128.load(cells, QC));
  }
  v128.store(line, acc0, Q0);
  v128.store(line, acc4, Q4);
  v128.store(line, acc8, Q8);
  v128.store(line, accC, QC);
}

/**
 * Adds what whole drives and some staged rows come to.
 *
 *     sums      i32[reads][16], modulo 2^32
 *     drives    of i16_pack_drives for these reads, within +-32767
 *     row       the first of the staged rows; it and their `count` are even
 */
export function addPairs(
  sums: usize,
  reads: usize,
  drives: usize,
  staged: usize,
  row: usize,
  count: usize,
  rowsPadded: usize,
): void {
  const groupBytes = (rowsPadded >>> 1) * DRIVE_GROUP;
  const end = sums + reads * LINE_BYTES;
  const foursEnd = sums + (reads & ~3) * LINE_BYTES;
  drives += (row >>> 1) * DRIVE_GROUP;
  for (; sums < foursEnd; sums += GROUP_READS * LINE_BYTES, drives += groupBytes) {
    sum4x8(sums, drives, staged, count);
    sum4x8(sums + Q8, drives, staged + Q8, count);
  }
  for (; sums < end; sums += LINE_BYTES, drives += 4) sum1x16(sums, drives, staged, count);
}
