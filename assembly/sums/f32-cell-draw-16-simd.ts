import { LINE_BYTES } from "../layout";

/**
 * The cells of one panel as one read sees them, each drawn by itself.
 *
 *     out(r,l) = cells(r,l) + sqrt(variances(r,l)) (gain draw(r,l) + shift)
 *
 *     out, cells, variances   one panel each, `rows` of its rows; out may be either of them
 *     draws                   f32[rows][drawStride] from the panel's first column on; up to 15 floats behind the last
 *                             column are loaded and end in columns nobody reads
 */
export function f32_cell_draw_16__simd(
  out: usize,
  cells: usize,
  variances: usize,
  draws: usize,
  drawStride: usize,
  rows: usize,
  gain: f32,
  shift: f32,
): void {
  assert(((out | cells | variances) & 15) == 0);
  const factor = f32x4.splat(gain);
  const centre = f32x4.splat(shift);
  for (const end = out + rows * LINE_BYTES; out < end; out += LINE_BYTES) {
    for (let i: usize = 0; i < LINE_BYTES; i += 16) {
      const xi = f32x4.add(f32x4.mul(factor, v128.load(draws + i)), centre);
      const deviation = f32x4.mul(f32x4.sqrt(v128.load(variances + i)), xi);
      v128.store(out + i, f32x4.add(v128.load(cells + i), deviation));
    }
    cells += LINE_BYTES;
    variances += LINE_BYTES;
    draws += drawStride << 2;
  }
}
