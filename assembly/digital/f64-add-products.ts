/** A place whose sums no vector gains. */
const NOBODY: u32 = 0xffffffff;

/**
 * Sums of some vectors, each column with a scale of its own, onto the vectors' totals.
 *
 *     total[vectors[p]][m] += sums[p][m] * (scale[m] * factor[p])
 *
 *     total     f64[...][stride], from the first column on
 *     sums      f64[places][stride], the same
 *     scale     f64[columns], any number of them
 *     factor    f64[places]
 *     vectors   u32[places], 0xffffffff for a place that is passed over; 0: each place's own number
 */
export function f64_add_products(
  total: usize,
  sums: usize,
  stride: usize,
  scale: usize,
  columns: usize,
  factor: usize,
  vectors: usize,
  places: usize,
): void {
  const rowBytes = stride << 3;
  for (let place: usize = 0; place < places; place++, sums += rowBytes, factor += 8) {
    const vector = vectors ? load<u32>(vectors + (place << 2)) : <u32>place;
    if (vector != NOBODY) addRow(total + <usize>vector * rowBytes, sums, scale, columns, load<f64>(factor));
  }
}

@inline
function addRow(total: usize, sums: usize, scale: usize, columns: usize, factor: f64): void {
  const end = total + (columns << 3);
  const k = f64x2.splat(factor);
  for (const pairsEnd = total + ((columns & ~1) << 3); total < pairsEnd; total += 16, sums += 16, scale += 16) {
    const added = f64x2.mul(v128.load(sums), f64x2.mul(v128.load(scale), k));
    v128.store(total, f64x2.add(v128.load(total), added));
  }
  if (total < end) store<f64>(total, load<f64>(total) + load<f64>(sums) * (load<f64>(scale) * factor));
}
