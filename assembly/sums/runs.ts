import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";

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

/** Rows sorted together: their cells of one panel fill the first-level cache. */
export const RUN_ROWS: usize = 512;

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
      const row = cells + <usize>load<u16>(at);
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
