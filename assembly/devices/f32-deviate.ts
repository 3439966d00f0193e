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
  for (let i: usize = 0, bytes = count << 2; i < bytes; i += 16) {
    const xi = f32x4.add(f32x4.mul(factor, v128.load(draw + i)), centre);
    let x = f32x4.mul(v128.load(deviation + i), xi);
    if (levels) x = f32x4.add(v128.load(levels + i), x);
    v128.store(out + i, f32x4.pmin(top, f32x4.pmax(bottom, x)));
  }
}
