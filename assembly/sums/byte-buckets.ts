import { LANES, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { patterns, wordOf } from "./patterns";

// Few reads of bytes: every row is added to the bucket that its pattern names. A row is one vector, a bucket i16[16] half
// a line.

/** Reads below which buckets beat tables. */
export const FEW_BYTE_READS: usize = 24;

const BUCKET_BYTES: usize = 32;

/** Bytes of the buckets of four reads. */
export const BYTE_BUCKETS: usize = 16 * BUCKET_BYTES;

@inline
function join(bucket: v128, row: v128, subtract: bool): v128 {
  return subtract ? i16x8.sub(bucket, row) : i16x8.add(bucket, row);
}

/** Adds row k of eight to the bucket its pattern names. */
@inline
function addRow(buckets: usize, pattern: u32, low: v128, high: v128, subtract: bool): void {
  const bucket = buckets + (pattern << 5);
  v128.store(bucket, join(v128.load(bucket, Q0), low, subtract), Q0);
  v128.store(bucket, join(v128.load(bucket, Q4), high, subtract), Q4);
}

/**
 * Sends the rows of one block to the buckets of every four reads.
 *
 *     buckets   i16[ceil(reads / 4)][16][16]
 *     plane     u32[reads]
 *     cells     i8[rows][16], rows a multiple of 8, at most 32
 */
@inline
export function addRows(buckets: usize, plane: usize, reads: usize, cells: usize, rows: usize, subtract: bool): void {
  for (let read: usize = 0; read < reads; read += 8, buckets += 2 * BYTE_BUCKETS) {
    const w0 = wordOf(plane, read, reads);
    const w1 = wordOf(plane, read + 1, reads);
    const w2 = wordOf(plane, read + 2, reads);
    const w3 = wordOf(plane, read + 3, reads);
    const w4 = wordOf(plane, read + 4, reads);
    const w5 = wordOf(plane, read + 5, reads);
    const w6 = wordOf(plane, read + 6, reads);
    const w7 = wordOf(plane, read + 7, reads);
    const both = read + 4 < reads;
    for (let row: usize = 0, at = cells; row < rows; row += 8) {
      let p = patterns(w0, w1, w2, w3, <u32>row);
      let q = both ? patterns(w4, w5, w6, w7, <u32>row) : 0;
      for (const end = at + 8 * LANES; at < end; at += LANES) {
        const cell = v128.load(at);
        const low = i16x8.extend_low_i8x16_s(cell);
        const high = i16x8.extend_high_i8x16_s(cell);
        addRow(buckets, p & 15, low, high, subtract);
        if (both) addRow(buckets + BYTE_BUCKETS, q & 15, low, high, subtract);
        p >>>= 4;
        q >>>= 4;
      }
    }
  }
}

/** The lines of every read from the buckets of its four. */
export function linesOfBuckets(lines: usize, buckets: usize, reads: usize): void {
  for (let read: usize = 0; read < reads; read++, lines += LINE_BYTES) {
    const own = buckets + (read >>> 2) * BYTE_BUCKETS;
    const bit: usize = 1 << (read & 3);
    let low = i16x8.splat(0);
    let high = low;
    for (let pattern: usize = bit; pattern < 16; pattern = (pattern + 1) | bit) {
      const bucket = own + (pattern << 5);
      low = i16x8.add(low, v128.load(bucket, Q0));
      high = i16x8.add(high, v128.load(bucket, Q4));
    }
    v128.store(lines, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(low)), Q0);
    v128.store(lines, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(low)), Q4);
    v128.store(lines, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(high)), Q8);
    v128.store(lines, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(high)), QC);
  }
}
