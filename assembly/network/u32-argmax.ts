/**
 * The first column that holds a vector's largest value.
 *
 *     out       u32[vectors]
 *     x         f32[vectors][columns]
 */
export function u32_argmax(out: usize, x: usize, vectors: usize, columns: usize): void {
  for (let vector: usize = 0; vector < vectors; vector++, x += columns << 2) {
    let best: usize = 0;
    let largest = load<f32>(x);
    for (let m: usize = 1; m < columns; m++) {
      const value = load<f32>(x + (m << 2));
      if (value > largest) {
        largest = value;
        best = m;
      }
    }
    store<u32>(out + (vector << 2), <u32>best);
  }
}
