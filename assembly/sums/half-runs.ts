import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { RUN_LIST } from "./runs";

// Runs over cells of two bytes: whole numbers, so buckets are i32. Sums stay below 2^24 steps like those of f32.
//
// Widening loads are four to a row, and the loads are what a turn waits for (2.6 cycles of them). Two rows of a run that
// alternate in a register and meet a dot product with ones are four loads together (2.4 cycles a row). The odd row of a
// run comes first, masked: a branch for it is mispredicted half the time.

/** Columns of two rows, as they alternate. */
@inline
function low(x: v128, y: v128): v128 {
  return v128.shuffle<i16>(x, y, 0, 8, 1, 9, 2, 10, 3, 11);
}

@inline
function high(x: v128, y: v128): v128 {
  return v128.shuffle<i16>(x, y, 4, 12, 5, 13, 6, 14, 7, 15);
}

@inline
function joinTwo(sum: v128, rows: v128, sign: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(rows, sign));
}

@inline
function joinOdd(sum: v128, row: usize, driven: v128, subtract: bool): v128 {
  const x = v128.and(driven, v128.load16x4_s(row));
  return subtract ? i32x4.sub(sum, x) : i32x4.add(sum, x);
}

/** Adds the rows of one group of reads to its buckets i32[16][16], or subtracts those of negative drives. */
@inline
export function addHalfRuns(buckets: usize, run: usize, cells: usize, subtract: bool): void {
  const list = run + RUN_LIST;
  const sign = i16x8.splat(subtract ? -1 : 1);
  let at = list + <usize>load<u16>(run);
  for (let pattern: usize = 1; pattern < 16; pattern++) {
    const bucket = buckets + pattern * LINE_BYTES;
    const end = list + <usize>load<u16>(run + (pattern << 1));
    let acc0 = v128.load(bucket, Q0);
    let acc4 = v128.load(bucket, Q4);
    let acc8 = v128.load(bucket, Q8);
    let accC = v128.load(bucket, QC);
    const odd = <usize>(((end - at) >>> 1) & 1);
    const driven = i32x4.splat(-(<i32>odd));
    const alone = cells + ((<usize>load<u16>(at) & (0 - odd)) << 1);
    acc0 = joinOdd(acc0, alone, driven, subtract);
    acc4 = joinOdd(acc4, alone + 8, driven, subtract);
    acc8 = joinOdd(acc8, alone + 16, driven, subtract);
    accC = joinOdd(accC, alone + 24, driven, subtract);
    at += odd << 1;
    for (; at < end; at += 4) {
      const row = cells + ((<usize>load<u16>(at)) << 1);
      const next = cells + ((<usize>load<u16>(at, 2)) << 1);
      const x0 = v128.load(row, 0);
      const y0 = v128.load(next, 0);
      const x8 = v128.load(row, 16);
      const y8 = v128.load(next, 16);
      acc0 = joinTwo(acc0, low(x0, y0), sign);
      acc4 = joinTwo(acc4, high(x0, y0), sign);
      acc8 = joinTwo(acc8, low(x8, y8), sign);
      accC = joinTwo(accC, high(x8, y8), sign);
    }
    v128.store(bucket, acc0, Q0);
    v128.store(bucket, acc4, Q4);
    v128.store(bucket, acc8, Q8);
    v128.store(bucket, accC, QC);
  }
}
