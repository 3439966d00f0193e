import { LANES, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { addRows, BYTE_BUCKETS, FEW_BYTE_READS, linesOfBuckets } from "./byte-buckets";

// The subset sums of f32-subset-sum-16-simd.ts over small whole levels. Sixteen columns of i8 are one vector, so an
// entry of a table is 16 bytes instead of 64 and a read costs five loads instead of twenty:
//
//     tables   rows 6 6 6 7 7, 7 KB             sums of at most seven levels stay within i8 up to level 18
//     staged   i8[32][16]                       a last block of fewer rows, filled up with zeros
//     lines    i16[16] in the first half of each read's line, widened to f32 in place at the end
//
// Levels up to 3 (two bits) need no wider sum within a block: 32 x 3 = 96.
//
// Measured (effective GMAC/s at 512 x 512; Zen 4, Node 20; bench/ has the row): 59 at 64 reads, 116 at 256, 138 at 512,
// where f32 makes 33, 64 and 75; 112 with levels up to 18. Few reads go through buckets.

const ROW_BYTES: usize = LANES;
const BLOCK_ROWS: usize = 32;
const STAGED: usize = 7168;
const TABLE_1: usize = 1024;
const TABLE_2: usize = 2048;
const TABLE_3: usize = 3072;
const TABLE_4: usize = 5120;

/** The sixteen sums of four rows. */
@inline
function storeSubsets4(table: usize, rows: usize): void {
  const r0 = v128.load(rows);
  const r1 = v128.load(rows, ROW_BYTES);
  const r2 = v128.load(rows, 2 * ROW_BYTES);
  const r3 = v128.load(rows, 3 * ROW_BYTES);
  const r01 = i8x16.add(r0, r1);
  const r23 = i8x16.add(r2, r3);
  v128.store(table, i8x16.splat(0));
  v128.store(table, r0, 1 * ROW_BYTES);
  v128.store(table, r1, 2 * ROW_BYTES);
  v128.store(table, r01, 3 * ROW_BYTES);
  v128.store(table, r2, 4 * ROW_BYTES);
  v128.store(table, i8x16.add(r0, r2), 5 * ROW_BYTES);
  v128.store(table, i8x16.add(r1, r2), 6 * ROW_BYTES);
  v128.store(table, i8x16.add(r01, r2), 7 * ROW_BYTES);
  v128.store(table, r3, 8 * ROW_BYTES);
  v128.store(table, i8x16.add(r0, r3), 9 * ROW_BYTES);
  v128.store(table, i8x16.add(r1, r3), 10 * ROW_BYTES);
  v128.store(table, i8x16.add(r01, r3), 11 * ROW_BYTES);
  v128.store(table, r23, 12 * ROW_BYTES);
  v128.store(table, i8x16.add(r0, r23), 13 * ROW_BYTES);
  v128.store(table, i8x16.add(r1, r23), 14 * ROW_BYTES);
  v128.store(table, i8x16.add(r01, r23), 15 * ROW_BYTES);
}

/** Each further row doubles its group's table: the upper half is the lower half plus that row. */
function buildTables(tables: usize, staged: usize): void {
  for (let group = 0; group < 5; group++) {
    const height = group < 3 ? 6 : 7;
    storeSubsets4(tables, staged);
    staged += 4 * ROW_BYTES;
    let bytes: usize = 16 * ROW_BYTES;
    for (let row = 4; row < height; row++, staged += ROW_BYTES) {
      const x = v128.load(staged);
      for (let from = tables, to = tables + bytes, end = to; from < end; from += 4 * ROW_BYTES, to += 4 * ROW_BYTES) {
        v128.store(to, i8x16.add(v128.load(from), x));
        v128.store(to, i8x16.add(v128.load(from, ROW_BYTES), x), ROW_BYTES);
        v128.store(to, i8x16.add(v128.load(from, 2 * ROW_BYTES), x), 2 * ROW_BYTES);
        v128.store(to, i8x16.add(v128.load(from, 3 * ROW_BYTES), x), 3 * ROW_BYTES);
      }
      bytes <<= 1;
    }
    tables += bytes;
  }
}

@inline
function join(line: v128, sum: v128, subtract: bool): v128 {
  return subtract ? i16x8.sub(line, sum) : i16x8.add(line, sum);
}

@inline
function low8(x: v128): v128 {
  return i16x8.extend_low_i8x16_s(x);
}

@inline
function high8(x: v128): v128 {
  return i16x8.extend_high_i8x16_s(x);
}

/** Where 32 rows lie: as they are, or filled up. */
@inline
function wholeBlock(staged: usize, cells: usize, rows: usize): usize {
  if (rows >= BLOCK_ROWS) return cells;
  memory.copy(staged, cells, rows * ROW_BYTES);
  memory.fill(staged + rows * ROW_BYTES, 0, (BLOCK_ROWS - rows) * ROW_BYTES);
  return staged;
}

/** What one block gives every read. `narrow`: its 32 rows together stay within i8. */
@inline
function addBlock(lines: usize, linesEnd: usize, plane: usize, tables: usize, narrow: bool, subtract: bool): void {
  for (; lines < linesEnd; lines += LINE_BYTES, plane += 4) {
    const word = load<u32>(plane);
    const t0 = v128.load(tables + ((word << 4) & 0x3f0));
    const t1 = v128.load(tables + ((word >>> 2) & 0x3f0), TABLE_1);
    const t2 = v128.load(tables + ((word >>> 8) & 0x3f0), TABLE_2);
    const t3 = v128.load(tables + ((word >>> 14) & 0x7f0), TABLE_3);
    const t4 = v128.load(tables + ((word >>> 21) & 0x7f0), TABLE_4);
    let low: v128;
    let high: v128;
    if (narrow) {
      const sum = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
      low = low8(sum);
      high = high8(sum);
    } else {
      low = i16x8.add(i16x8.add(i16x8.add(low8(t0), low8(t1)), i16x8.add(low8(t2), low8(t3))), low8(t4));
      high = i16x8.add(i16x8.add(i16x8.add(high8(t0), high8(t1)), i16x8.add(high8(t2), high8(t3))), high8(t4));
    }
    v128.store(lines, join(v128.load(lines, Q0), low, subtract), Q0);
    v128.store(lines, join(v128.load(lines, Q4), high, subtract), Q4);
  }
}

function sumFew(
  lines: usize,
  reads: usize,
  positive: usize,
  negative: usize,
  cells: usize,
  rows: usize,
  buckets: usize,
): void {
  const planeBytes = reads << 2;
  const rowsPadded = (rows + 7) & ~7;
  memory.fill(buckets, 0, ((reads + 3) >>> 2) * BYTE_BUCKETS);
  for (let row: usize = 0; row < rowsPadded; row += BLOCK_ROWS, cells += BLOCK_ROWS * ROW_BYTES) {
    const count = min<usize>(BLOCK_ROWS, rowsPadded - row);
    addRows(buckets, positive, reads, cells, count, false);
    positive += planeBytes;
    if (!negative) continue;
    addRows(buckets, negative, reads, cells, count, true);
    negative += planeBytes;
  }
  linesOfBuckets(lines, buckets, reads);
}

/**
 * Column sums of one panel of small whole levels for many reads of bits: the exact integers.
 *
 *     lines[c][l] = sum over rows r of (positive bit - negative bit)(c, r) * cells(r, l)
 *
 *     lines      f32[reads][16], overwritten
 *     positive   u32[ceil(rows / 32)][reads]; negative the same, or 0. Bits past `rows` are 0.
 *     cells      i8[rowsPadded][16]: one panel of whole levels, rows padded to a multiple of 8 with 0
 *     levels     the largest |level|, at most 18, and rows * levels at most 32767
 *     tables     scratch, 7680 bytes
 */
export function i8_subset_sum_16__simd(
  lines: usize,
  reads: usize,
  positive: usize,
  negative: usize,
  cells: usize,
  rows: usize,
  levels: u32,
  tables: usize,
): void {
  assert(levels <= 18 && rows * levels <= 32767);
  assert(((lines | cells | tables) & 15) == 0);
  if (reads < FEW_BYTE_READS) {
    sumFew(lines, reads, positive, negative, cells, rows, tables);
    return;
  }
  const linesEnd = lines + reads * LINE_BYTES;
  const planeBytes = reads << 2;
  const rowsPadded = (rows + 7) & ~7;
  const staged = tables + STAGED;
  const narrow = levels <= 3;
  memory.fill(lines, 0, reads * LINE_BYTES);
  for (let row: usize = 0; row < rowsPadded; row += BLOCK_ROWS) {
    buildTables(tables, wholeBlock(staged, cells, rowsPadded - row));
    cells += BLOCK_ROWS * ROW_BYTES;
    if (narrow) {
      addBlock(lines, linesEnd, positive, tables, true, false);
      if (negative) addBlock(lines, linesEnd, negative, tables, true, true);
    } else {
      addBlock(lines, linesEnd, positive, tables, false, false);
      if (negative) addBlock(lines, linesEnd, negative, tables, false, true);
    }
    positive += planeBytes;
    if (negative) negative += planeBytes;
  }
  for (; lines < linesEnd; lines += LINE_BYTES) {
    const low = v128.load(lines, Q0);
    const high = v128.load(lines, Q4);
    v128.store(lines, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(low)), Q0);
    v128.store(lines, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(low)), Q4);
    v128.store(lines, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(high)), Q8);
    v128.store(lines, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(high)), QC);
  }
}
