// biome-ignore lint/suspicious/noApproximativeNumericConstant: the engine's own constants are not used in the law
const LOG10_E: f64 = 0.4342944819032518;

/**
 * A cubic of the decimal logarithm of the cells' conductances, in f64: its terms may cancel to their last digits.
 *
 *     out[i] = c0 + u (c1 + u (c2 + u c3)),  u = log10 g,  g = scale levels[i] + offset; 0 where g < least
 *
 *     out, levels   f32[count], they may be the same
 *     least         > 0
 */
export function f32_log_cubic(
  out: usize,
  levels: usize,
  count: usize,
  scale: f64,
  offset: f64,
  least: f64,
  c0: f64,
  c1: f64,
  c2: f64,
  c3: f64,
): void {
  for (const end = levels + (count << 2); levels < end; levels += 4, out += 4) {
    const g = scale * load<f32>(levels) + offset;
    let y: f64 = 0;
    if (g >= least) {
      const u = NativeMath.log(g) * LOG10_E;
      y = c0 + u * (c1 + u * (c2 + u * c3));
    }
    store<f32>(out, <f32>y);
  }
}
