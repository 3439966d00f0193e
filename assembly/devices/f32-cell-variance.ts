/**
 * Variances of cells on their grid, from standard deviations.
 *
 *     out[i] = min(nearest(deviation[i]^2 gridInverse) grid, top); grid 0: deviation[i]^2
 *
 *     out, deviation   f32[count], count a multiple of 4; they may be the same
 */
export function f32_cell_variance(
  out: usize,
  deviation: usize,
  count: usize,
  gridInverse: f32,
  grid: f32,
  top: f32,
): void {
  assert((count & 3) == 0);
  for (let i: usize = 0, bytes = count << 2; i < bytes; i += 16) {
    const s = v128.load(deviation + i);
    let v = f32x4.mul(s, s);
    if (grid != 0) v = f32x4.mul(f32x4.nearest(f32x4.mul(v, f32x4.splat(gridInverse))), f32x4.splat(grid));
    v128.store(out + i, f32x4.pmin(f32x4.splat(top), v));
  }
}
