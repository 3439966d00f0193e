import { LANES } from "../layout";
import { PANELS, SUM_BYTES } from "./byte-tables";
import { RUN_BYTES, RUN_LIST, RUN_ROWS } from "./runs";

// The runs of runs.ts over bytes: up to four panels share the walk through the list and its mispredicted ends. A list
// has rows as these panels count them.

@inline
function low(row: usize): v128 {
  return v128.load8x8_s(row);
}

@inline
function high(row: usize): v128 {
  return v128.load8x8_s(row, 8);
}

@inline
function join(sum: v128, row: v128, subtract: bool): v128 {
  return subtract ? i16x8.sub(sum, row) : i16x8.add(sum, row);
}

/** Adds the rows of one group of reads to its buckets i16[16][4][16], or subtracts those of negative drives. */
@inline
function addRuns4(buckets: usize, run: usize, cells: usize, panelBytes: usize, subtract: bool): void {
  const list = run + RUN_LIST;
  const second = cells + panelBytes;
  const third = second + panelBytes;
  const fourth = third + panelBytes;
  let at = list + <usize>load<u16>(run);
  for (let pattern: usize = 1; pattern < 16; pattern++) {
    const bucket = buckets + pattern * (PANELS * SUM_BYTES);
    let a0 = v128.load(bucket);
    let a8 = v128.load(bucket, 16);
    let b0 = v128.load(bucket, 32);
    let b8 = v128.load(bucket, 48);
    let c0 = v128.load(bucket, 64);
    let c8 = v128.load(bucket, 80);
    let d0 = v128.load(bucket, 96);
    let d8 = v128.load(bucket, 112);
    for (const end = list + <usize>load<u16>(run + (pattern << 1)); at < end; at += 2) {
      const row = <usize>load<u16>(at);
      a0 = join(a0, low(cells + row), subtract);
      a8 = join(a8, high(cells + row), subtract);
      b0 = join(b0, low(second + row), subtract);
      b8 = join(b8, high(second + row), subtract);
      c0 = join(c0, low(third + row), subtract);
      c8 = join(c8, high(third + row), subtract);
      d0 = join(d0, low(fourth + row), subtract);
      d8 = join(d8, high(fourth + row), subtract);
    }
    v128.store(bucket, a0);
    v128.store(bucket, a8, 16);
    v128.store(bucket, b0, 32);
    v128.store(bucket, b8, 48);
    v128.store(bucket, c0, 64);
    v128.store(bucket, c8, 80);
    v128.store(bucket, d0, 96);
    v128.store(bucket, d8, 112);
  }
}

/** The same for one panel alone, buckets i16[16][16]. */
@inline
function addRuns1(buckets: usize, run: usize, cells: usize, subtract: bool): void {
  const list = run + RUN_LIST;
  let at = list + <usize>load<u16>(run);
  for (let pattern: usize = 1; pattern < 16; pattern++) {
    const bucket = buckets + pattern * SUM_BYTES;
    let a0 = v128.load(bucket);
    let a8 = v128.load(bucket, 16);
    for (const end = list + <usize>load<u16>(run + (pattern << 1)); at < end; at += 2) {
      const row = cells + <usize>load<u16>(at);
      a0 = join(a0, low(row), subtract);
      a8 = join(a8, high(row), subtract);
    }
    v128.store(bucket, a0);
    v128.store(bucket, a8, 16);
  }
}

/**
 * Column sums of one or four panels of whole levels for few reads of bits, over rows that lie sorted: the sums of
 * i8_subset_sum_64__simd.
 *
 *     sums[c][l] = sum over rows r of (positive bit - negative bit)(c, r) * cells(r, l)
 *
 *     sums      i16[reads][panels][16], overwritten
 *     runs      of u16_row_runs for these reads
 *     signed    whether there are runs of negative bits too
 *     cells     i8[panels][rowsPadded][16]; rows * |level| at most 32767
 *     panels    1 or 4
 *     tables    scratch, ceil(reads / 4) * panels * 512 bytes
 */
export function i8_run_sum_64__simd(
  sums: usize,
  reads: usize,
  runs: usize,
  signed: u32,
  cells: usize,
  panels: usize,
  rows: usize,
  tables: usize,
): void {
  assert((panels == 1 || panels == PANELS) && ((sums | cells | tables) & 15) == 0);
  const readBytes = panels * SUM_BYTES;
  const bucketBytes = readBytes << 4;
  const bucketsEnd = tables + ((reads + 3) >>> 2) * bucketBytes;
  const panelBytes = ((rows + 7) & ~7) * LANES;
  memory.fill(tables, 0, bucketsEnd - tables);
  for (let row: usize = 0; row < rows; row += RUN_ROWS, cells += RUN_ROWS * LANES) {
    for (let buckets = tables; buckets < bucketsEnd; buckets += bucketBytes, runs += RUN_BYTES) {
      if (panels == 1) addRuns1(buckets, runs, cells, false);
      else addRuns4(buckets, runs, cells, panelBytes, false);
      if (!signed) continue;
      runs += RUN_BYTES;
      if (panels == 1) addRuns1(buckets, runs, cells, true);
      else addRuns4(buckets, runs, cells, panelBytes, true);
    }
  }
  for (let read: usize = 0; read < reads; read++) {
    const own = tables + (read >>> 2) * bucketBytes;
    const bit: usize = 1 << (read & 3);
    for (let column: usize = 0; column < readBytes; column += 16, sums += 16) {
      let sum = i16x8.splat(0);
      for (let pattern: usize = bit; pattern < 16; pattern = (pattern + 1) | bit) {
        sum = i16x8.add(sum, v128.load(own + pattern * readBytes + column));
      }
      v128.store(sums, sum);
    }
  }
}
