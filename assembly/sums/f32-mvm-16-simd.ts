import { GROUP_BYTES, LINE_BYTES } from "../layout";
import { addChunk, CHUNK_ROWS, stageDifference, sum1x16 } from "./dense";

/**
 * Column sums of one panel for any drives: rows ascending from +0, every product and every sum rounded to f32.
 *
 *     lines[c][l] = (((0 + t(c,0) x(0,l)) + t(c,1) x(1,l)) + ...)
 *
 *     lines     f32[reads][16], overwritten
 *     packed    drives as f32_pack_drives leaves them
 *     cellsA    one panel; cellsB the same, or 0
 *     limit     with cellsB a cell is clamp(A - B, -limit, limit); Infinity for none
 *     tables    scratch for a chunk of differences, used with cellsB
 */
export function f32_mvm_16__simd(
  lines: usize,
  reads: usize,
  packed: usize,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  limit: f32,
  tables: usize,
): void {
  assert(((lines | packed | cellsA | cellsB | tables) & 15) == 0);
  const high = f32x4.splat(limit);
  const low = f32x4.neg(high);
  const groupBytes = rows * GROUP_BYTES;
  memory.fill(lines, 0, reads * LINE_BYTES);
  // One read does not pay for a staged difference (512 x 512: 0.054 ms, staged 0.069).
  if (reads == 1 && cellsB) {
    sum1x16(lines, packed, cellsA, cellsB, rows, high, low);
    return;
  }
  for (let row: usize = 0; row < rows; row += CHUNK_ROWS) {
    const count = min(CHUNK_ROWS, rows - row);
    const from = row * LINE_BYTES;
    if (cellsB) stageDifference(tables, cellsA + from, cellsB + from, count, high, low);
    addChunk(lines, reads, packed + row * GROUP_BYTES, groupBytes, cellsB ? tables : cellsA + from, count);
  }
}
