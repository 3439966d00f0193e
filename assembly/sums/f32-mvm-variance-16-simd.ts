import { GROUP_BYTES, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { addChunk, CHUNK_ROWS } from "./dense";
import { variance4 } from "./variance";

/** A chunk of variances: f32[rows][16]. */
@inline
function stage(
  to: usize,
  cells: usize,
  rows: usize,
  c0: f32,
  c1: f32,
  c2: f32,
  gridInverse: f32,
  grid: f32,
  top: f32,
): void {
  for (const end = to + rows * LINE_BYTES; to < end; to += LINE_BYTES, cells += LINE_BYTES) {
    v128.store(to, variance4(cells, 0, Q0, c0, c1, c2, gridInverse, grid, top), Q0);
    v128.store(to, variance4(cells, 0, Q4, c0, c1, c2, gridInverse, grid, top), Q4);
    v128.store(to, variance4(cells, 0, Q8, c0, c1, c2, gridInverse, grid, top), Q8);
    v128.store(to, variance4(cells, 0, QC, c0, c1, c2, gridInverse, grid, top), QC);
  }
}

/** Adds those of the other side. */
@inline
function stageSecond(
  to: usize,
  cells: usize,
  rows: usize,
  c0: f32,
  c1: f32,
  c2: f32,
  gridInverse: f32,
  grid: f32,
  top: f32,
): void {
  for (const end = to + rows * LINE_BYTES; to < end; to += LINE_BYTES, cells += LINE_BYTES) {
    v128.store(to, f32x4.add(v128.load(to, Q0), variance4(cells, 0, Q0, c0, c1, c2, gridInverse, grid, top)), Q0);
    v128.store(to, f32x4.add(v128.load(to, Q4), variance4(cells, 0, Q4, c0, c1, c2, gridInverse, grid, top)), Q4);
    v128.store(to, f32x4.add(v128.load(to, Q8), variance4(cells, 0, Q8, c0, c1, c2, gridInverse, grid, top)), Q8);
    v128.store(to, f32x4.add(v128.load(to, QC), variance4(cells, 0, QC, c0, c1, c2, gridInverse, grid, top)), QC);
  }
}

/**
 * Read-noise variance of one panel's lines for any drives: rows ascending from +0 in f32. A chunk's variances are
 * worked out once for all reads.
 *
 *     lines[c][l] = sum over rows r of (t(c,r) t(c,r)) * (s2(cellsA(r,l)) + s2(cellsB(r,l)))
 *     s2(x)       = min(nearest(v * gridInverse) * grid, top),  v = c0 + x (c1 + x c2);  grid 0: s2(x) = v
 *
 *     lines     f32[reads][16], overwritten
 *     squares   squared drives as f32_pack_drives leaves them
 *     cellsA    one panel; cellsB the same, or 0
 *     tables    scratch for a chunk of variances
 */
export function f32_mvm_variance_16__simd(
  lines: usize,
  reads: usize,
  squares: usize,
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
  assert(((lines | squares | cellsA | cellsB | tables) & 15) == 0);
  const groupBytes = rows * GROUP_BYTES;
  memory.fill(lines, 0, reads * LINE_BYTES);
  for (let row: usize = 0; row < rows; row += CHUNK_ROWS) {
    const count = min(CHUNK_ROWS, rows - row);
    const from = row * LINE_BYTES;
    stage(tables, cellsA + from, count, c0, c1, c2, gridInverse, grid, top);
    if (cellsB) stageSecond(tables, cellsB + from, count, c0, c1, c2, gridInverse, grid, top);
    addChunk(lines, reads, squares + row * GROUP_BYTES, groupBytes, tables, count);
  }
}
