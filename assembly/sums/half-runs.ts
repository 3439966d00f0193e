import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { BUCKETS_BYTES, RUN_LIST } from "./runs";

// Runs over cells of two bytes: whole numbers, so buckets are i32. Sums stay below 2^24 steps like those of f32.

/** Adds the rows of one group of reads to its buckets i32[16][16], or subtracts those of negative drives. */
@inline
export function addHalfRuns(buckets: usize, run: usize, cells: usize, subtract: bool): void {
  const list = run + RUN_LIST;
  let at = list + <usize>load<u16>(run);
  for (let pattern: usize = 1; pattern < 16; pattern++) {
    const bucket = buckets + pattern * LINE_BYTES;
    let acc0 = v128.load(bucket, Q0);
    let acc4 = v128.load(bucket, Q4);
    let acc8 = v128.load(bucket, Q8);
    let accC = v128.load(bucket, QC);
    for (const end = list + <usize>load<u16>(run + (pattern << 1)); at < end; at += 2) {
      const row = cells + (<usize>load<u16>(at) >>> 1);
      const x0 = v128.load16x4_s(row, 0);
      const x4 = v128.load16x4_s(row, 8);
      const x8 = v128.load16x4_s(row, 16);
      const xC = v128.load16x4_s(row, 24);
      acc0 = subtract ? i32x4.sub(acc0, x0) : i32x4.add(acc0, x0);
      acc4 = subtract ? i32x4.sub(acc4, x4) : i32x4.add(acc4, x4);
      acc8 = subtract ? i32x4.sub(acc8, x8) : i32x4.add(acc8, x8);
      accC = subtract ? i32x4.sub(accC, xC) : i32x4.add(accC, xC);
    }
    v128.store(bucket, acc0, Q0);
    v128.store(bucket, acc4, Q4);
    v128.store(bucket, acc8, Q8);
    v128.store(bucket, accC, QC);
  }
}

/** The lines of every read from the buckets of its four. */
export function sumHalfBuckets(lines: usize, buckets: usize, reads: usize, step: f32): void {
  const unit = f32x4.splat(step);
  for (let read: usize = 0; read < reads; read++, lines += LINE_BYTES) {
    const own = buckets + (read >>> 2) * BUCKETS_BYTES;
    const bit: usize = 1 << (read & 3);
    let acc0 = i32x4.splat(0);
    let acc4 = acc0;
    let acc8 = acc0;
    let accC = acc0;
    for (let pattern: usize = bit; pattern < 16; pattern = (pattern + 1) | bit) {
      const bucket = own + pattern * LINE_BYTES;
      acc0 = i32x4.add(acc0, v128.load(bucket, Q0));
      acc4 = i32x4.add(acc4, v128.load(bucket, Q4));
      acc8 = i32x4.add(acc8, v128.load(bucket, Q8));
      accC = i32x4.add(accC, v128.load(bucket, QC));
    }
    v128.store(lines, f32x4.mul(unit, f32x4.convert_i32x4_s(acc0)), Q0);
    v128.store(lines, f32x4.mul(unit, f32x4.convert_i32x4_s(acc4)), Q4);
    v128.store(lines, f32x4.mul(unit, f32x4.convert_i32x4_s(acc8)), Q8);
    v128.store(lines, f32x4.mul(unit, f32x4.convert_i32x4_s(accC)), QC);
  }
}
