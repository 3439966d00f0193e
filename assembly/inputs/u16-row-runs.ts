import { patterns, wordOf } from "../sums/patterns";
import { RUN_BYTES, RUN_LIST, RUN_ROW_BYTES, RUN_ROWS } from "../sums/runs";

/** Counts the rows of each pattern, or, once places are known, puts them there. */
@inline
function walk(run: usize, planes: usize, read: usize, reads: usize, rows: usize, placed: bool): void {
  for (let first: usize = 0; first < rows; first += 32, planes += reads << 2) {
    const w0 = wordOf(planes, read, reads);
    const w1 = wordOf(planes, read + 1, reads);
    const w2 = wordOf(planes, read + 2, reads);
    const w3 = wordOf(planes, read + 3, reads);
    for (let shift: u32 = 0; shift < 32; shift += 8) {
      let nibbles = patterns(w0, w1, w2, w3, shift);
      let row = (first + shift) * RUN_ROW_BYTES;
      for (const end = row + 8 * RUN_ROW_BYTES; row < end; row += RUN_ROW_BYTES, nibbles >>>= 4) {
        const at = run + ((nibbles & 15) << 1);
        const place = <usize>load<u16>(at);
        if (placed) store<u16>(run + RUN_LIST + place, <u16>row);
        store<u16>(at, <u16>(place + 2));
      }
    }
  }
}

/** Rows of one group of four reads by their pattern. */
@inline
function sortGroup(run: usize, planes: usize, read: usize, reads: usize, rows: usize): void {
  memory.fill(run, 0, RUN_LIST);
  walk(run, planes, read, reads, rows, false);
  let start: u32 = 0;
  for (let at = run; at < run + RUN_LIST; at += 2) {
    const bytes = load<u16>(at);
    store<u16>(at, <u16>start);
    start += bytes;
  }
  walk(run, planes, read, reads, rows, true);
}

/**
 * Sorts rows by what four reads at a time drive them with, for the sums over runs (sums/runs.ts).
 *
 *     runs       [ceil(rows / 512)][ceil(reads / 4)][1, or 2 with negative], 1088 bytes each:
 *                u16[16] where a pattern's rows end, then u16[512] rows, each as 16 times its number; those of pattern 0 come first
 *     positive   u32[ceil(rows / 32)][reads]; negative the same, or 0. Bits past `rows` are 0.
 */
export function u16_row_runs(runs: usize, positive: usize, negative: usize, reads: usize, rows: usize): void {
  for (let row: usize = 0; row < rows; row += RUN_ROWS) {
    const count = min(RUN_ROWS, rows - row);
    for (let read: usize = 0; read < reads; read += 4) {
      sortGroup(runs, positive, read, reads, count);
      runs += RUN_BYTES;
      if (negative) {
        sortGroup(runs, negative, read, reads, count);
        runs += RUN_BYTES;
      }
    }
    const planes = (RUN_ROWS >>> 5) * (reads << 2);
    positive += planes;
    if (negative) negative += planes;
  }
}
