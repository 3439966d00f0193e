/**
 * Levels onto the grid on which subset sums are exact, in place.
 *
 *     levels[i] = clamp(nearest(levels[i] * gridInverse) * grid, -limit, limit)
 *
 *     levels    f32[count], any count; grid is a power of two, so both products are exact
 */
export function f32_snap(levels: usize, count: usize, gridInverse: f32, grid: f32, limit: f32): void {
  const end = levels + (count << 2);
  const fullEnd = levels + ((count & ~3) << 2);
  const inverse = f32x4.splat(gridInverse);
  const step = f32x4.splat(grid);
  const high = f32x4.splat(limit);
  const low = f32x4.neg(high);
  for (; levels < fullEnd; levels += 16) {
    const x = f32x4.mul(f32x4.nearest(f32x4.mul(v128.load(levels), inverse)), step);
    v128.store(levels, f32x4.pmin(high, f32x4.pmax(low, x)));
  }
  for (; levels < end; levels += 4) {
    const x = nearest<f32>(load<f32>(levels) * gridInverse) * grid;
    store<f32>(levels, min<f32>(max<f32>(x, -limit), limit));
  }
}
