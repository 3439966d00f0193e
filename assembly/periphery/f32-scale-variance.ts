import { LINE_BYTES } from "../layout";

@inline
function squared2(x: v128, sigma: v128): v128 {
  return f32x4.demote_f64x2_zero(f64x2.mul(f64x2.mul(f64x2.promote_low_f32x4(x), sigma), sigma));
}

/**
 * Variances at a deviation other than 1, in place: in f64, rounded once to f32.
 *
 *     variance[c][l] = f32(fl(fl(variance[c][l] * sigma) * sigma))
 *
 *     variance   f32[reads][16]
 */
export function f32_scale_variance(variance: usize, reads: usize, sigma: f64): void {
  assert((variance & 15) == 0);
  const factor = f64x2.splat(sigma);
  for (const end = variance + reads * LINE_BYTES; variance < end; variance += 16) {
    const x = v128.load(variance);
    const high = squared2(v128.shuffle<i64>(x, x, 1, 1), factor);
    v128.store(variance, v128.shuffle<i64>(squared2(x, factor), high, 0, 2));
  }
}
