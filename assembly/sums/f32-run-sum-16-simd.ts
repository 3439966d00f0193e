import { LINE_BYTES } from "../layout";
import { cell4 } from "./cell";
import { addRuns, BUCKETS_BYTES, RUN_BYTES, RUN_ROWS, sumBuckets } from "./runs";

/**
 * Column sums of one panel for few reads of bits, over rows that lie sorted: the bits of f32_subset_sum_16__simd.
 *
 *     lines[c][l] = sum over rows r of (positive bit - negative bit)(c, r) * cell(r, l)
 *
 *     lines      f32[reads][16], overwritten
 *     runs       of u16_row_runs for these reads
 *     signed     whether there are runs of negative bits too
 *     cellsA     one panel; cellsB the same, or 0
 *     limit      with cellsB a cell is clamp(A - B, -limit, limit)
 *     tables     scratch, ceil(reads / 4) kB and, with cellsB, 32 kB behind them
 */
export function f32_run_sum_16__simd(
  lines: usize,
  reads: usize,
  runs: usize,
  signed: u32,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  limit: f32,
  tables: usize,
): void {
  assert(((lines | cellsA | cellsB | tables) & 15) == 0);
  const bucketsEnd = tables + ((reads + 3) >>> 2) * BUCKETS_BYTES;
  const high = f32x4.splat(limit);
  const low = f32x4.neg(high);
  memory.fill(tables, 0, bucketsEnd - tables);
  for (let row: usize = 0; row < rows; row += RUN_ROWS, cellsA += RUN_ROWS * LINE_BYTES) {
    let cells = cellsA;
    if (cellsB) {
      cells = bucketsEnd;
      const bytes = min(RUN_ROWS, rows - row) * LINE_BYTES;
      for (let at: usize = 0; at < bytes; at += 16) v128.store(cells + at, cell4(cellsA, cellsB, at, high, low));
      cellsB += RUN_ROWS * LINE_BYTES;
    }
    for (let buckets = tables; buckets < bucketsEnd; buckets += BUCKETS_BYTES, runs += RUN_BYTES) {
      addRuns(buckets, runs, cells, false);
      if (signed) addRuns(buckets, (runs += RUN_BYTES), cells, true);
    }
  }
  sumBuckets(lines, tables, reads);
}
