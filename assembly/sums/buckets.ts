import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { join } from "./subsets";

// The subset sums turned round, for few reads. Four reads give every row one of sixteen patterns; rows of one pattern
// go to one bucket, whatever the number of rows, and the four sums are sums of buckets:
//
//     row r of the cells --> bucket [ bits of reads 0..3 in row r ]        16 buckets x 64 bytes
//     lines of read j     =  sum of the eight buckets whose pattern has bit j
//
// A row costs one add to memory per four reads instead of its share of a table; no word has tables to build. Eight reads
// go through the rows together, so that each is loaded once (0.89 of the time). One bucket per pattern of eight reads
// would halve the stores, but folding 256 of them costs what 512 rows save: not tried.

/**
 * Most reads for which buckets pay. Measured against low tables (GMAC/s at 512 x 512): 5.1 and 2.4 for one read, 21.6
 * and 9 for four, 23.5 and 16 for eight, equal for twelve, 24 and 25.5 for sixteen.
 */
export const FEW_READS: usize = 12;

/** Bytes of the buckets of four reads. */
export const BUCKETS_BYTES: usize = 16 * LINE_BYTES;

/** Eight bits to the lowest bits of eight nibbles. */
@inline
function spread(byte: u32): u32 {
  let x = (byte | (byte << 12)) & 0x000f000f;
  x = (x | (x << 6)) & 0x03030303;
  return (x | (x << 3)) & 0x11111111;
}

/** The patterns of eight rows, a nibble each. */
@inline
export function patterns(w0: u32, w1: u32, w2: u32, w3: u32, shift: u32): u32 {
  return (
    spread((w0 >>> shift) & 255) |
    (spread((w1 >>> shift) & 255) << 1) |
    (spread((w2 >>> shift) & 255) << 2) |
    (spread((w3 >>> shift) & 255) << 3)
  );
}

/** Adds row k of eight to the bucket its pattern names. */
@inline
function toBucket(buckets: usize, pattern: u32, row: usize, subtract: bool): void {
  const bucket = buckets + (pattern << 6);
  const x0 = v128.load(row, Q0);
  const x4 = v128.load(row, Q4);
  const x8 = v128.load(row, Q8);
  const xC = v128.load(row, QC);
  v128.store(bucket, join(v128.load(bucket, Q0), x0, subtract), Q0);
  v128.store(bucket, join(v128.load(bucket, Q4), x4, subtract), Q4);
  v128.store(bucket, join(v128.load(bucket, Q8), x8, subtract), Q8);
  v128.store(bucket, join(v128.load(bucket, QC), xC, subtract), QC);
}

/** Adds row k of eight to the buckets that two groups of four reads name: the row is loaded once. */
@inline
function toBuckets(first: usize, second: usize, row: usize, subtract: bool): void {
  const x0 = v128.load(row, Q0);
  const x4 = v128.load(row, Q4);
  const x8 = v128.load(row, Q8);
  const xC = v128.load(row, QC);
  v128.store(first, join(v128.load(first, Q0), x0, subtract), Q0);
  v128.store(second, join(v128.load(second, Q0), x0, subtract), Q0);
  v128.store(first, join(v128.load(first, Q4), x4, subtract), Q4);
  v128.store(second, join(v128.load(second, Q4), x4, subtract), Q4);
  v128.store(first, join(v128.load(first, Q8), x8, subtract), Q8);
  v128.store(second, join(v128.load(second, Q8), x8, subtract), Q8);
  v128.store(first, join(v128.load(first, QC), xC, subtract), QC);
  v128.store(second, join(v128.load(second, QC), xC, subtract), QC);
}

/** One word of a plane, or of two planes joined; a read that does not exist has no bits. */
@inline
export function wordOf(plane: usize, either: usize, read: usize, reads: usize): u32 {
  if (read >= reads) return 0;
  const word = load<u32>(plane + (read << 2));
  return either ? word | load<u32>(either + (read << 2)) : word;
}

/**
 * Sends the rows of one block to the buckets of every four reads.
 *
 *     buckets   f32[ceil(reads / 4)][16][16]
 *     plane     u32[reads]; either  the same or 0: a row counts where one of the two has its bit
 *     cells     f32[rows][16], rows a multiple of 8, at most 32
 */
@inline
export function fillBuckets(
  buckets: usize,
  plane: usize,
  either: usize,
  reads: usize,
  cells: usize,
  rows: usize,
  subtract: bool,
): void {
  let read: usize = 0;
  for (; read + 4 < reads; read += 8, buckets += 2 * BUCKETS_BYTES) {
    const w0 = wordOf(plane, either, read, reads);
    const w1 = wordOf(plane, either, read + 1, reads);
    const w2 = wordOf(plane, either, read + 2, reads);
    const w3 = wordOf(plane, either, read + 3, reads);
    const w4 = wordOf(plane, either, read + 4, reads);
    const w5 = wordOf(plane, either, read + 5, reads);
    const w6 = wordOf(plane, either, read + 6, reads);
    const w7 = wordOf(plane, either, read + 7, reads);
    const second = buckets + BUCKETS_BYTES;
    for (let row: usize = 0, at = cells; row < rows; row += 8) {
      let p = patterns(w0, w1, w2, w3, <u32>row);
      let q = patterns(w4, w5, w6, w7, <u32>row);
      for (const end = at + 8 * LINE_BYTES; at < end; at += LINE_BYTES) {
        toBuckets(buckets + ((p & 15) << 6), second + ((q & 15) << 6), at, subtract);
        p >>>= 4;
        q >>>= 4;
      }
    }
  }
  for (; read < reads; read += 4, buckets += BUCKETS_BYTES) {
    const w0 = wordOf(plane, either, read, reads);
    const w1 = wordOf(plane, either, read + 1, reads);
    const w2 = wordOf(plane, either, read + 2, reads);
    const w3 = wordOf(plane, either, read + 3, reads);
    for (let row: usize = 0, at = cells; row < rows; row += 8, at += 8 * LINE_BYTES) {
      const p = patterns(w0, w1, w2, w3, <u32>row);
      toBucket(buckets, p & 15, at, subtract);
      toBucket(buckets, (p >>> 4) & 15, at + LINE_BYTES, subtract);
      toBucket(buckets, (p >>> 8) & 15, at + 2 * LINE_BYTES, subtract);
      toBucket(buckets, (p >>> 12) & 15, at + 3 * LINE_BYTES, subtract);
      toBucket(buckets, (p >>> 16) & 15, at + 4 * LINE_BYTES, subtract);
      toBucket(buckets, (p >>> 20) & 15, at + 5 * LINE_BYTES, subtract);
      toBucket(buckets, (p >>> 24) & 15, at + 6 * LINE_BYTES, subtract);
      toBucket(buckets, p >>> 28, at + 7 * LINE_BYTES, subtract);
    }
  }
}

/** The lines of every read from the buckets of its four. */
export function sumBuckets(lines: usize, buckets: usize, reads: usize): void {
  for (let read: usize = 0; read < reads; read++, lines += LINE_BYTES) {
    const own = buckets + (read >>> 2) * BUCKETS_BYTES;
    const bit: usize = 1 << (read & 3);
    let acc0 = f32x4.splat(0);
    let acc4 = acc0;
    let acc8 = acc0;
    let accC = acc0;
    for (let pattern: usize = bit; pattern < 16; pattern = (pattern + 1) | bit) {
      const bucket = own + pattern * LINE_BYTES;
      acc0 = f32x4.add(acc0, v128.load(bucket, Q0));
      acc4 = f32x4.add(acc4, v128.load(bucket, Q4));
      acc8 = f32x4.add(acc8, v128.load(bucket, Q8));
      accC = f32x4.add(accC, v128.load(bucket, QC));
    }
    v128.store(lines, acc0, Q0);
    v128.store(lines, acc4, Q4);
    v128.store(lines, acc8, Q8);
    v128.store(lines, accC, QC);
  }
}
