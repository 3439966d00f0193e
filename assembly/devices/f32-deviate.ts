@inline
function strayed(level: usize, deviation: usize, draw: usize, factor: v128, centre: v128): v128 {
  const xi = f32x4.add(f32x4.mul(factor, v128.load(draw)), centre);
  return f32x4.add(v128.load(level), f32x4.mul(v128.load(deviation), xi));
}

/**
 * Cells that deviate from where they were meant to be.
 *
 *     out[i] = clamp(levels[i] + deviation[i] (gain draw[i] + shift), low, high)
 *
 *     out, levels, deviation, draw   f32[count], count a multiple of 4; levels 0: none; out may be any of them
 *     gain, shift                    1, 0 for normals; 2, -1 for uniforms in [0, 1)
 */
export function f32_deviate(
  out: usize,
  levels: usize,
  deviation: usize,
  draw: usize,
  count: usize,
  gain: f32,
  shift: f32,
  low: f32,
  high: f32,
): void {
  assert((count & 3) == 0);
  const factor = f32x4.splat(gain);
  const centre = f32x4.splat(shift);
  const bottom = f32x4.splat(low);
  const top = f32x4.splat(high);
  const bytes = count << 2;
  let i: usize = 0;
  if (levels) {
    for (; i + 32 <= bytes; i += 32) {
      const x0 = strayed(levels + i, deviation + i, draw + i, factor, centre);
      const x4 = strayed(levels + i + 16, deviation + i + 16, draw + i + 16, factor, centre);
      v128.store(out + i, f32x4.pmin(top, f32x4.pmax(bottom, x0)), 0);
      v128.store(out + i, f32x4.pmin(top, f32x4.pmax(bottom, x4)), 16);
    }
  }
  for (; i < bytes; i += 16) {
    const xi = f32x4.add(f32x4.mul(factor, v128.load(draw + i)), centre);
    let x = f32x4.mul(v128.load(deviation + i), xi);
    if (levels) x = f32x4.add(v128.load(levels + i), x);
    v128.store(out + i, f32x4.pmin(top, f32x4.pmax(bottom, x)));
  }
}
