import { LINE_BYTES } from "../layout";
import { gridBytes } from "./grid-cell";
import { addSubsets, BLOCK_BYTES, buildSubsets, MANY_READS, STAGED } from "./subsets";
import { gridVariance4 } from "./variance";

/**
 * Read-noise variance of one panel's lines for many reads of bits; the cells' variances are folded from the cells
 * while the tables are built, none is kept.
 *
 *     lines[c][l] = sum over rows r with either bit of (c, r) set of s2(cellsA(r, l)) + s2(cellsB(r, l))
 *     s2(x)       = min(nearest(v * gridInverse) * grid, top),  v = c0 + x (c1 + x c2)
 *
 *     lines      f32[reads][16], overwritten
 *     positive   u32[ceil(rows / 32)][reads]; negative the same, or 0: a drive of -1 makes the noise of +1. Bits past
 *                `rows` are 0, so that padded rows, which have a variance of their own, do not count.
 *     cellsA     one panel, rows padded to a multiple of 8; cellsB the same, or 0
 *     step       cells are i16 multiples of it; 0: f32
 *     tables     scratch, 30720 bytes
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
  step: f32,
  tables: usize,
): void {
  assert(((lines | cellsA | cellsB | tables) & 15) == 0);
  const linesEnd = lines + reads * LINE_BYTES;
  const planeBytes = reads << 2;
  const rowsPadded = (rows + 7) & ~7;
  const tall = reads >= MANY_READS;
  const staged = tables + STAGED;
  memory.fill(lines, 0, linesEnd - lines);
  for (let row: usize = 0; row < rowsPadded; row += 32) {
    const blockRows = min<usize>(32, rowsPadded - row);
    const bytes = blockRows * LINE_BYTES;
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(staged + at, gridVariance4(cellsA, cellsB, at, c0, c1, c2, gridInverse, grid, top, step));
    }
    cellsA += gridBytes(BLOCK_BYTES, step);
    if (cellsB) cellsB += gridBytes(BLOCK_BYTES, step);
    buildSubsets<f32>(tables, staged, blockRows, tall);
    addSubsets<f32>(lines, linesEnd, positive, negative, tables, tall, false);
    positive += planeBytes;
    if (negative) negative += planeBytes;
  }
}
