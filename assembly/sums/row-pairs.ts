import { LANES, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { DRIVE_GROUP, GROUP_READS } from "../inputs/i16-pack-drives";
import { SHARED_SHIFT } from "./shared-sums";

// Whole drives times whole levels: two rows at a time in i16, summed in i32.
//
//     cells      i16 pairs   [ c0r0 c0r1 | c1r0 c1r1 | ... | cFr0 cFr1 ]     64 bytes per two rows, staged from bytes
//     drives     i16 pairs   [ v0r0 v0r1 | v1r0 v1r1 | v2r0 v2r1 | v3r0 v3r1 ]  of four reads, 16 bytes per two rows
//
// One dot product multiplies eight and adds four of them; 2 reads x 16 columns take 8 products, 8 additions and 6 loads
// per two rows. Two pairs of rows a turn, with a way out between them (dense.ts says what for), take 0.90 to 0.91 of the
// time of 4 reads x 8 columns and one pair a turn (all of W4, least, Zen 3, Node 20); those made 35 GMAC/s from 64 reads
// on (Zen 4; two products a cycle would be 45). Staging the drives again for every panel made 28. Rejected, because V8
// issues all loads of a basic block before the first product and then spills sums: 4 x 8, four rows a turn 28, or 35 with
// a branch in between; one load of the drives and four shuffles 33.
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

/** Two reads times all columns of a chunk; `rows` is even and not 0. */
@inline
function sum2x16(sums: usize, drives: usize, cells: usize, rows: usize): void {
  let a00 = v128.load(sums, Q0);
  let a04 = v128.load(sums, Q4);
  let a08 = v128.load(sums, Q8);
  let a0C = v128.load(sums, QC);
  let a10 = v128.load(sums, LINE_BYTES + Q0);
  let a14 = v128.load(sums, LINE_BYTES + Q4);
  let a18 = v128.load(sums, LINE_BYTES + Q8);
  let a1C = v128.load(sums, LINE_BYTES + QC);
  const end = drives + (rows >>> 1) * DRIVE_GROUP;
  const lastPair = end - DRIVE_GROUP;
  do {
    const xC = v128.load(cells, QC);
    const x8 = v128.load(cells, Q8);
    const x4 = v128.load(cells, Q4);
    const x0 = v128.load(cells, Q0);
    const d1 = v128.load32_splat(drives, 4);
    a1C = join(a1C, d1, xC);
    a18 = join(a18, d1, x8);
    a14 = join(a14, d1, x4);
    a10 = join(a10, d1, x0);
    const d0 = v128.load32_splat(drives);
    a0C = join(a0C, d0, xC);
    a08 = join(a08, d0, x8);
    a04 = join(a04, d0, x4);
    a00 = join(a00, d0, x0);
    if (drives == lastPair) break;
    const yC = v128.load(cells, PAIR_BYTES + QC);
    const y8 = v128.load(cells, PAIR_BYTES + Q8);
    const y4 = v128.load(cells, PAIR_BYTES + Q4);
    const y0 = v128.load(cells, PAIR_BYTES + Q0);
    const e1 = v128.load32_splat(drives, DRIVE_GROUP + 4);
    a1C = join(a1C, e1, yC);
    a18 = join(a18, e1, y8);
    a14 = join(a14, e1, y4);
    a10 = join(a10, e1, y0);
    const e0 = v128.load32_splat(drives, DRIVE_GROUP);
    a0C = join(a0C, e0, yC);
    a08 = join(a08, e0, y8);
    a04 = join(a04, e0, y4);
    a00 = join(a00, e0, y0);
    drives += 2 * DRIVE_GROUP;
    cells += 2 * PAIR_BYTES;
  } while (drives != end);
  v128.store(sums, a00, Q0);
  v128.store(sums, a04, Q4);
  v128.store(sums, a08, Q8);
  v128.store(sums, a0C, QC);
  v128.store(sums, a10, LINE_BYTES + Q0);
  v128.store(sums, a14, LINE_BYTES + Q4);
  v128.store(sums, a18, LINE_BYTES + Q8);
  v128.store(sums, a1C, LINE_BYTES + QC);
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
  for (; sums < foursEnd; drives += groupBytes) {
    const next = sums + GROUP_READS * LINE_BYTES;
    for (let two = drives; sums < next; sums += 2 * LINE_BYTES, two += DRIVE_GROUP >>> 1) {
      sum2x16(sums, two, staged, count);
    }
  }
  for (; sums < end; sums += LINE_BYTES, drives += 4) sum1x16(sums, drives, staged, count);
}
