/**
 * Softmax of each vector, in f64 with the largest value subtracted; the sum runs in ascending order.
 *
 *     out[v][m] = f32(exp(x[v][m] - max) / sum over m of exp(x[v][m] - max))
 *
 *     out, x    f32[vectors][columns]; out may be x
 */
export function f32_softmax(out: usize, x: usize, vectors: usize, columns: usize): void {
  for (let vector: usize = 0; vector < vectors; vector++, x += columns << 2, out += columns << 2) {
    let largest: f32 = -Infinity;
    for (let m: usize = 0; m < columns; m++) largest = max<f32>(largest, load<f32>(x + (m << 2)));
    let sum: f64 = 0;
    for (let m: usize = 0; m < columns; m++) sum += NativeMath.exp(<f64>load<f32>(x + (m << 2)) - <f64>largest);
    // A second exp instead of a store between: an f32 store would round before the division.
    for (let m: usize = 0; m < columns; m++) {
      store<f32>(out + (m << 2), <f32>(NativeMath.exp(<f64>load<f32>(x + (m << 2)) - <f64>largest) / sum));
    }
  }
}
