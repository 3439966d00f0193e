/**
 * Cells that cannot be programmed, in place: where a uniform lies below one of three ascending bounds, the cell is at
 * the level of that bound.
 *
 *     levels, uniform   f32[count], count a multiple of 4
 */
export function f32_stuck_at(
  levels: usize,
  uniform: usize,
  count: usize,
  bound0: f32,
  bound1: f32,
  bound2: f32,
  level0: f32,
  level1: f32,
  level2: f32,
): void {
  assert((count & 3) == 0);
  for (let i: usize = 0, bytes = count << 2; i < bytes; i += 16) {
    const u = v128.load(uniform + i);
    let x = v128.load(levels + i);
    x = v128.bitselect(f32x4.splat(level2), x, f32x4.lt(u, f32x4.splat(bound2)));
    x = v128.bitselect(f32x4.splat(level1), x, f32x4.lt(u, f32x4.splat(bound1)));
    x = v128.bitselect(f32x4.splat(level0), x, f32x4.lt(u, f32x4.splat(bound0)));
    v128.store(levels + i, x);
  }
}
