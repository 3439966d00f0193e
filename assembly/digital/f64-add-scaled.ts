import { ACC_BYTES } from "../layout";

/**
 * One panel's accumulators into the digital total.
 *
 *     total[v][l] = total[v][l] + (factor * acc[v][l] + perVector[v])
 *
 *     total       f64[vectors][totalStride], from the panel's first column on; 16 columns of each are touched
 *     acc         f64[vectors][16]
 *     perVector   f64[vectors], or 0 for none
 */
export function f64_add_scaled(
  total: usize,
  totalStride: usize,
  acc: usize,
  vectors: usize,
  factor: f64,
  perVector: usize,
): void {
  const k = f64x2.splat(factor);
  for (let vector: usize = 0; vector < vectors; vector++, total += totalStride << 3) {
    const shift = f64x2.splat(perVector ? load<f64>(perVector + (vector << 3)) : 0);
    let to = total;
    for (const end = acc + ACC_BYTES; acc < end; acc += 16, to += 16) {
      let part = f64x2.mul(k, v128.load(acc));
      if (perVector) part = f64x2.add(part, shift);
      v128.store(to, f64x2.add(v128.load(to), part));
    }
  }
}
