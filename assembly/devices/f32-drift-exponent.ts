/**
 * Drift exponents of cells: nu[i] = scale |mean[i] + deviation[i] xi[i]|.
 *
 *     nu, mean, deviation, xi   f32[count], count a multiple of 4; nu may be any of them
 */
export function f32_drift_exponent(
  nu: usize,
  mean: usize,
  deviation: usize,
  xi: usize,
  count: usize,
  scale: f32,
): void {
  assert((count & 3) == 0);
  const factor = f32x4.splat(scale);
  for (let i: usize = 0, bytes = count << 2; i < bytes; i += 16) {
    const drawn = f32x4.add(v128.load(mean + i), f32x4.mul(v128.load(deviation + i), v128.load(xi + i)));
    v128.store(nu + i, f32x4.mul(factor, f32x4.abs(drawn)));
  }
}
