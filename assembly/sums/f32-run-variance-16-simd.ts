import { LINE_BYTES } from "../layout";
import { gridBytes } from "./grid-cell";
import { addRuns, BUCKETS_BYTES, RUN_BYTES, RUN_ROWS, sumBuckets } from "./runs";
import { gridVariance4 } from "./variance";

/**
 * Read-noise variance of one panel's lines for few reads of bits, over rows that lie sorted: the bits of
 * f32_subset_variance_16__simd.
 *
 *     lines[c][l] = sum over rows r with either bit of (c, r) set of s2(cellsA(r, l)) + s2(cellsB(r, l))
 *
 *     lines      f32[reads][16], overwritten
 *     runs       of u16_row_runs for these reads
 *     signed     whether there are runs of negative bits too: a drive of -1 makes the noise of +1
 *     cellsA     one panel; cellsB the same, or 0
 *     c0 ... top s2 as in f32_subset_variance_16__simd
 *     step       cells are i16 multiples of it; 0: f32
 *     tables     scratch, ceil(reads / 4) + 32 kB
 */
export function f32_run_variance_16__simd(
  lines: usize,
  reads: usize,
  runs: usize,
  signed: u32,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  c0: f32,
  c1: f32,
  c2: f32,
  gridInverse: f32,
  grid: f32,
  top: f32,
  step: f32,
  tables: usize,
): void {
  assert(((lines | cellsA | cellsB | tables) & 15) == 0);
  const staged = tables + ((reads + 3) >>> 2) * BUCKETS_BYTES;
  memory.fill(tables, 0, staged - tables);
  for (let row: usize = 0; row < rows; row += RUN_ROWS) {
    const bytes = min(RUN_ROWS, rows - row) * LINE_BYTES;
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(staged + at, gridVariance4(cellsA, cellsB, at, c0, c1, c2, gridInverse, grid, top, step));
    }
    for (let buckets = tables; buckets < staged; buckets += BUCKETS_BYTES, runs += RUN_BYTES) {
      addRuns(buckets, runs, staged, false);
      if (signed) addRuns(buckets, (runs += RUN_BYTES), staged, false);
    }
    cellsA += gridBytes(RUN_ROWS * LINE_BYTES, step);
    if (cellsB) cellsB += gridBytes(RUN_ROWS * LINE_BYTES, step);
  }
  sumBuckets<f32>(lines, tables, reads, 0);
}
