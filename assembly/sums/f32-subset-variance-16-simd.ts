import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { entry, GROUP, storeSubsets } from "./subsets";
import { variance4 } from "./variance";

/**
 * Read-noise variance of one panel's lines for many reads; the cells' variances are folded from the cells while the
 * tables are built, none is stored.
 *
 *     lines[c][l] = sum over rows r with either bit of (c, r) set of s2(cellsA(r, l)) + s2(cellsB(r, l))
 *     s2(x)       = min(nearest(v * gridInverse) * grid, top),  v = c0 + x (c1 + x c2)
 *
 *     lines      f32[reads][16], overwritten
 *     positive   u32[ceil(rows / 32)][reads]; negative the same, or 0: a drive of -1 makes the noise of +1
 *     cellsA     one panel, rows padded to a multiple of 8; cellsB the same, or 0. Their padding has bits 0.
 *     tables     scratch, 8192 bytes
 */
export function f32_subset_variance_16__simd(
  lines: usize,
  reads: usize,
  positive: usize,
  negative: usize,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  c0: f32,
  c1: f32,
  c2: f32,
  gridInverse: f32,
  grid: f32,
  top: f32,
  tables: usize,
): void {
  assert(reads > 0 && rows > 0);
  assert(((lines | cellsA | cellsB | tables) & 15) == 0);
  const linesEnd = lines + reads * LINE_BYTES;
  for (let row: usize = 0; row < rows; row += 32) {
    const groups = min<usize>(8, (rows - row + 3) >>> 2);
    for (let group: usize = 0; group < 8; group++) {
      for (let q: usize = 0; q < LINE_BYTES; q += 16) {
        const table = tables + group * GROUP + q;
        if (group < groups) {
          storeSubsets(
            table,
            variance4(cellsA, cellsB, q, c0, c1, c2, gridInverse, grid, top),
            variance4(cellsA, cellsB, q + LINE_BYTES, c0, c1, c2, gridInverse, grid, top),
            variance4(cellsA, cellsB, q + 2 * LINE_BYTES, c0, c1, c2, gridInverse, grid, top),
            variance4(cellsA, cellsB, q + 3 * LINE_BYTES, c0, c1, c2, gridInverse, grid, top),
          );
        } else {
          v128.store(table, f32x4.splat(0)); // no rows: all bits are 0, only this entry is read
        }
      }
      if (group < groups) {
        cellsA += 4 * LINE_BYTES;
        if (cellsB) cellsB += 4 * LINE_BYTES;
      }
    }
    for (let line = lines; line < linesEnd; line += LINE_BYTES) {
      let acc0 = f32x4.splat(0);
      let acc4 = acc0;
      let acc8 = acc0;
      let accC = acc0;
      if (row) {
        acc0 = v128.load(line, Q0);
        acc4 = v128.load(line, Q4);
        acc8 = v128.load(line, Q8);
        accC = v128.load(line, QC);
      }
      let word = load<u32>(positive);
      positive += 4;
      if (negative) {
        word |= load<u32>(negative);
        negative += 4;
      }
      for (let group: usize = 0; group < 8; group++) {
        const e = entry(tables + group * GROUP, word, group << 2);
        acc0 = f32x4.add(acc0, v128.load(e, Q0));
        acc4 = f32x4.add(acc4, v128.load(e, Q4));
        acc8 = f32x4.add(acc8, v128.load(e, Q8));
        accC = f32x4.add(accC, v128.load(e, QC));
      }
      v128.store(line, acc0, Q0);
      v128.store(line, acc4, Q4);
      v128.store(line, acc8, Q8);
      v128.store(line, accC, QC);
    }
  }
}
