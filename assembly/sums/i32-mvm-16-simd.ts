import { LANES, LINE_BYTES } from "../layout";
import { addPairs, CHUNK_ROWS, stagePanel } from "./row-pairs";

/**
 * Column sums of one panel over whole drives and whole levels: the exact integer, rounded once to f32.
 *
 *     lines[c][l] = sum over rows r of t(c, r) * cells(r, l)
 *
 *     lines     f32[reads][16], overwritten
 *     drives    of i16_pack_drives for these reads, within +-32767
 *     cells     i8[rowsPadded][16]: one panel of whole levels, rows padded to a multiple of 8 with 0;
 *               rows * |level| * |t| < 2^31
 *     tables    scratch, 16384 bytes
 */
export function i32_mvm_16__simd(
  lines: usize,
  reads: usize,
  drives: usize,
  cells: usize,
  rows: usize,
  tables: usize,
): void {
  assert(((lines | cells | drives | tables) & 15) == 0);
  const rowsPadded = (rows + 7) & ~7;
  memory.fill(lines, 0, reads * LINE_BYTES);
  for (let row: usize = 0; row < rowsPadded; row += CHUNK_ROWS) {
    const count = min(CHUNK_ROWS, rowsPadded - row);
    stagePanel(tables, cells + row * LANES, count);
    addPairs(lines, reads, drives, tables, row, count, rowsPadded);
  }
  for (const end = lines + reads * LINE_BYTES; lines < end; lines += 16) {
    v128.store(lines, f32x4.convert_i32x4_s(v128.load(lines)));
  }
}
