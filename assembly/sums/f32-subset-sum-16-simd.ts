import { LINE_BYTES } from "../layout";
import { gridBytes, gridCell4 } from "./grid-cell";
import { addSubsets, BLOCK_BYTES, buildSubsets, MANY_READS, STAGED } from "./subsets";

/** A block of levels in f32, or of differences, clamped. */
@inline
function stage(staged: usize, cellsA: usize, cellsB: usize, rows: usize, limit: f32, step: f32): void {
  const high = f32x4.splat(limit);
  const low = f32x4.neg(high);
  const bytes = rows * LINE_BYTES;
  for (let at: usize = 0; at < bytes; at += 16) v128.store(staged + at, gridCell4(cellsA, cellsB, at, step, high, low));
}

/**
 * Column sums of one panel for many reads of bits.
 *
 *     lines[c][l] = sum over rows r of (positive bit - negative bit)(c, r) * cell(r, l)
 *
 *     lines      f32[reads][16], overwritten
 *     positive   u32[ceil(rows / 32)][reads]; negative the same, or 0. Bits past `rows` are 0.
 *     cellsA     one panel, rows padded to a multiple of 8 with +0; cellsB the same, or 0
 *     limit      with cellsB a cell is clamp(A - B, -limit, limit)
 *     step       cells are i16 multiples of it; 0: f32
 *     tables     scratch, 30720 bytes
 */
export function f32_subset_sum_16__simd(
  lines: usize,
  reads: usize,
  positive: usize,
  negative: usize,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  limit: f32,
  step: f32,
  tables: usize,
): void {
  assert(((lines | cellsA | cellsB | tables) & 15) == 0);
  const linesEnd = lines + reads * LINE_BYTES;
  const planeBytes = reads << 2;
  const rowsPadded = (rows + 7) & ~7;
  const tall = reads >= MANY_READS;
  memory.fill(lines, 0, linesEnd - lines);
  for (let row: usize = 0; row < rowsPadded; row += 32) {
    const blockRows = min<usize>(32, rowsPadded - row);
    let cells = cellsA;
    if (cellsB || step != 0) {
      cells = tables + STAGED;
      stage(cells, cellsA, cellsB, blockRows, limit, step);
      if (cellsB) cellsB += gridBytes(BLOCK_BYTES, step);
    }
    cellsA += gridBytes(BLOCK_BYTES, step);
    buildSubsets<f32>(tables, cells, blockRows, tall);
    addSubsets<f32>(lines, linesEnd, positive, 0, tables, tall, false);
    if (negative) addSubsets<f32>(lines, linesEnd, negative, 0, tables, tall, true);
    positive += planeBytes;
    if (negative) negative += planeBytes;
  }
}
