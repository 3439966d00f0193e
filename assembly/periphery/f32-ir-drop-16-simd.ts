import { LINE_BYTES } from "../layout";
import { cell4 } from "../sums/cell";

/** c(a) = a (a (0.05 a - 0.2) + 0.5) */
@inline
function drop(a: v128): v128 {
  const inner = f32x4.sub(f32x4.mul(f32x4.splat(0.05), a), f32x4.splat(0.2));
  return f32x4.mul(a, f32x4.add(f32x4.mul(a, inner), f32x4.splat(0.5)));
}

/**
 * What wires take off one panel's lines, in place (aihwkit's approximation; the first row is farthest from the end of
 * the line). Rows ascending from +0 in f32.
 *
 *     lines[c][l] -= fl(fl(factor * c(fl(load * I))) * P)
 *     I = sum over rows r of fl(|cell(r,l)| * |t(c,r)|)
 *     P = sum over rows r of fl(fl(cell(r,l) * t(c,r)) * fl(s * fl(2 - s))),  s = fl(r * fl(1 / rows))
 *
 *     lines     f32[reads][16]
 *     drives    f32[reads][driveStride], the first `rows` of each are used
 *     cellsA    one panel; cellsB the same and subtracted, held to +-limit, or 0
 */
export function f32_ir_drop_16__simd(
  lines: usize,
  reads: usize,
  drives: usize,
  driveStride: usize,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  limit: f32,
  load: f32,
  factor: f32,
): void {
  assert(((lines | cellsA | cellsB) & 15) == 0);
  const high = f32x4.splat(limit);
  const low = f32x4.splat(-limit);
  const share: f32 = 1 / <f32>rows;
  for (const end = lines + reads * LINE_BYTES; lines < end; lines += LINE_BYTES, drives += driveStride << 2) {
    for (let lane: usize = 0; lane < LINE_BYTES; lane += 16) {
      let current = f32x4.splat(0);
      let placed = current;
      let a = cellsA + lane;
      let b = cellsB ? cellsB + lane : 0;
      for (let r: usize = 0; r < rows; r++) {
        const s: f32 = <f32>r * share;
        const drive = v128.load32_splat(drives + (r << 2));
        const cell = cell4(a, b, 0, high, low);
        const product = f32x4.mul(cell, drive);
        current = f32x4.add(current, f32x4.abs(product));
        placed = f32x4.add(placed, f32x4.mul(product, f32x4.splat(s * (2 - s))));
        a += LINE_BYTES;
        if (b) b += LINE_BYTES;
      }
      const lost = f32x4.mul(f32x4.splat(factor), drop(f32x4.mul(f32x4.splat(load), current)));
      const at = lines + lane;
      v128.store(at, f32x4.sub(v128.load(at), f32x4.mul(lost, placed)));
    }
  }
}
