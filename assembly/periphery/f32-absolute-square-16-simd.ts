import { GROUP_BYTES, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { addChunk, CHUNK_ROWS, stageDifference } from "../sums/dense";

@inline
function magnitude4(cells: usize, offset: usize, mask: v128): v128 {
  return v128.and(v128.load(cells + offset), mask);
}

/** Magnitudes of a chunk. f32x4.abs makes its mask anew each time. */
@inline
function stageMagnitude(to: usize, cells: usize, rows: usize): void {
  const mask = i32x4.splat(0x7fffffff);
  for (const end = to + rows * LINE_BYTES; to < end; to += LINE_BYTES, cells += LINE_BYTES) {
    v128.store(to, magnitude4(cells, Q0, mask), Q0);
    v128.store(to, magnitude4(cells, Q4, mask), Q4);
    v128.store(to, magnitude4(cells, Q8, mask), Q8);
    v128.store(to, magnitude4(cells, QC, mask), QC);
  }
}

/**
 * What noise that grows with the weight adds up to on one panel's lines: rows ascending from +0 in f32. A chunk's
 * magnitudes are worked out once for all reads.
 *
 *     out[c][l] = sum over rows r of fl(|cell(r,l)| * fl(t(c,r) t(c,r)))
 *
 *     out       f32[reads][16], overwritten
 *     squares   squared drives as f32_pack_drives leaves them
 *     cellsA    one panel; cellsB the same and subtracted, held to +-limit, or 0
 *     tables    scratch for a chunk of magnitudes
 */
export function f32_absolute_square_16__simd(
  out: usize,
  reads: usize,
  squares: usize,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  limit: f32,
  tables: usize,
): void {
  assert(((out | squares | cellsA | cellsB | tables) & 15) == 0);
  const high = f32x4.splat(limit);
  const low = f32x4.neg(high);
  const groupBytes = rows * GROUP_BYTES;
  memory.fill(out, 0, reads * LINE_BYTES);
  for (let row: usize = 0; row < rows; row += CHUNK_ROWS) {
    const count = min(CHUNK_ROWS, rows - row);
    const from = row * LINE_BYTES;
    if (cellsB) stageDifference(tables, cellsA + from, cellsB + from, count, high, low);
    stageMagnitude(tables, cellsB ? tables : cellsA + from, count);
    addChunk(out, reads, squares + row * GROUP_BYTES, groupBytes, tables, count);
  }
}
