/**
 * One vector's sums, each with a scale of its own, onto its totals.
 *
 *     total[m] += sums[m] * (scale[m] * factor)
 *
 *     total, sums, scale   f64[count], any count
 */
export function f64_add_products(total: usize, sums: usize, scale: usize, count: usize, factor: f64): void {
  const end = total + (count << 3);
  const k = f64x2.splat(factor);
  for (const pairsEnd = total + ((count & ~1) << 3); total < pairsEnd; total += 16, sums += 16, scale += 16) {
    const added = f64x2.mul(v128.load(sums), f64x2.mul(v128.load(scale), k));
    v128.store(total, f64x2.add(v128.load(total), added));
  }
  if (total < end) store<f64>(total, load<f64>(total) + load<f64>(sums) * (load<f64>(scale) * factor));
}
