import { LANES, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";

// The subset sums turned round, for few reads. Four reads give every row one of sixteen patterns; rows of one pattern
// follow one another in a list that all panels of a row block share, so that a pattern's rows are summed in registers,
// and the four sums are sums of patterns:
//
//     run of pattern p  -->  bucket p                          rows summed without a store, 64 bytes a row
//     lines of read j    =   sum of the eight buckets whose pattern has bit j
//
// Measured (us for 128 panels of 512 rows, 8 reads; Zen 4, Node 20), where a panel comes from the second-level cache and
// from the third:
//
//     one bucket per row, chosen by its bits while it is read            293   298    stores to buckets wait for one another
//     runs                                                               148   208
//     runs, two rows at a time                                           184   228    a second exit to mispredict
//     runs, two panels at a time                                         174   249    64 KB leave the first-level cache
//     runs over cells of 16 bits                                         144   200    half the bytes, but each is widened
//     runs, the next panel touched meanwhile                             183   209
//
// Against runs over cells of 16 bits, one read of 512 x 512 x 4 cells as a whole: 0.97 of the time with two rows joined by
// a dot product (half-runs.ts), 1.6 times with three panels at a time, whose twelve sums and 48 KB are too many.

/** Rows sorted together: their cells of one panel fill the first-level cache. */
export const RUN_ROWS: usize = 512;

/** What a row is in the list: its offset in a panel of bytes. Wider cells shift it as they add it. */
export const RUN_ROW_BYTES: usize = LANES;

/** Where the list of rows starts, behind u16[16] ends. */
export const RUN_LIST: usize = 32;

/** Bytes from one group's runs to the next. */
export const RUN_BYTES: usize = 1088;

/** Bytes of the buckets of four reads. */
export const BUCKETS_BYTES: usize = 16 * LINE_BYTES;

/** Adds the rows of one group of reads to its buckets, or subtracts those of negative drives. */
@inline
export function addRuns(buckets: usize, run: usize, cells: usize, subtract: bool): void {
  const list = run + RUN_LIST;
  let at = list + <usize>load<u16>(run);
  for (let pattern: usize = 1; pattern < 16; pattern++) {
    const bucket = buckets + pattern * LINE_BYTES;
    let acc0 = v128.load(bucket, Q0);
    let acc4 = v128.load(bucket, Q4);
    let acc8 = v128.load(bucket, Q8);
    let accC = v128.load(bucket, QC);
    for (const end = list + <usize>load<u16>(run + (pattern << 1)); at < end; at += 2) {
      const row = cells + ((<usize>load<u16>(at)) << 2);
      acc0 = subtract ? f32x4.sub(acc0, v128.load(row, Q0)) : f32x4.add(acc0, v128.load(row, Q0));
      acc4 = subtract ? f32x4.sub(acc4, v128.load(row, Q4)) : f32x4.add(acc4, v128.load(row, Q4));
      acc8 = subtract ? f32x4.sub(acc8, v128.load(row, Q8)) : f32x4.add(acc8, v128.load(row, Q8));
      accC = subtract ? f32x4.sub(accC, v128.load(row, QC)) : f32x4.add(accC, v128.load(row, QC));
    }
    v128.store(bucket, acc0, Q0);
    v128.store(bucket, acc4, Q4);
    v128.store(bucket, acc8, Q8);
    v128.store(bucket, accC, QC);
  }
}

/** Four columns of one bucket. */
@inline
function bucket4(buckets: usize, pattern: usize): v128 {
  return v128.load(buckets + pattern * LINE_BYTES);
}

/** Buckets are f32, or i32 in whole steps. */
@inline
function storeLine4<T>(line: usize, sum: v128, unit: v128): void {
  v128.store(line, isInteger<T>() ? f32x4.mul(unit, f32x4.convert_i32x4_s(sum)) : sum);
}

@inline
function add3<T>(a: v128, b: v128, c: v128): v128 {
  return v128.add<T>(v128.add<T>(a, b), c);
}

/**
 * The lines of every read from the buckets of its four. Sums that lines have in common are made once, 23 instead of 28
 * additions and each bucket loaded once: a panel of 512 rows of two bytes, 8 reads, takes 1.24 -> 1.18 us.
 */
export function sumBuckets<T>(lines: usize, buckets: usize, reads: usize, step: f32): void {
  const unit = f32x4.splat(step);
  for (let read: usize = 0; read < reads; read += 4, lines += 4 * LINE_BYTES, buckets += BUCKETS_BYTES) {
    const count = reads - read;
    for (let column: usize = 0; column < LINE_BYTES; column += 16) {
      const own = buckets + column;
      const line = lines + column;
      const b9 = bucket4(own, 9);
      const bB = bucket4(own, 11);
      const bD = bucket4(own, 13);
      const bF = bucket4(own, 15);
      const sAB = v128.add<T>(bucket4(own, 10), bB);
      const sEF = v128.add<T>(bucket4(own, 14), bF);
      const sCF = add3<T>(bucket4(own, 12), bD, sEF);
      if (count > 3) storeLine4<T>(line + 3 * LINE_BYTES, v128.add<T>(add3<T>(bucket4(own, 8), b9, sAB), sCF), unit);
      const b5 = bucket4(own, 5);
      const b7 = bucket4(own, 7);
      const s67 = v128.add<T>(bucket4(own, 6), b7);
      if (count > 2) storeLine4<T>(line + 2 * LINE_BYTES, v128.add<T>(add3<T>(bucket4(own, 4), b5, s67), sCF), unit);
      const b3 = bucket4(own, 3);
      const s23 = v128.add<T>(bucket4(own, 2), b3);
      if (count > 1) storeLine4<T>(line + LINE_BYTES, v128.add<T>(add3<T>(s23, s67, sAB), sEF), unit);
      const s17 = v128.add<T>(add3<T>(bucket4(own, 1), b3, b5), b7);
      storeLine4<T>(line, v128.add<T>(add3<T>(s17, b9, bB), v128.add<T>(bD, bF)), unit);
    }
  }
}
