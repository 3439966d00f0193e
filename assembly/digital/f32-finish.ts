/**
 * The end of the digital path: scales and bias in f64, one rounding to f32.
 *
 *     out[v][m] = f32((total[v][m] * scale[m]) * vectorScale[v] + bias[m])
 *
 *     out          f32[vectors][outStride], columns of each are written
 *     total        f64[vectors][totalStride]
 *     scale        f64[columns], vectorScale  f64[vectors], bias  f64[columns] or 0
 */
export function f32_finish(
  out: usize,
  outStride: usize,
  total: usize,
  totalStride: usize,
  vectors: usize,
  columns: usize,
  scale: usize,
  vectorScale: usize,
  bias: usize,
): void {
  for (let vector: usize = 0; vector < vectors; vector++, out += outStride << 2, total += totalStride << 3) {
    const own = load<f64>(vectorScale + (vector << 3));
    for (let column: usize = 0; column < columns; column++) {
      let y = load<f64>(total + (column << 3)) * load<f64>(scale + (column << 3)) * own;
      if (bias) y += load<f64>(bias + (column << 3));
      store<f32>(out + (column << 2), <f32>y);
    }
  }
}
