import { LANES, Q4, Q8, QC } from "../layout";

@inline
function whole4(levels: usize, minus: usize): v128 {
  let x = v128.load(levels);
  if (minus) x = f32x4.sub(x, v128.load(minus));
  return i32x4.trunc_sat_f32x4_s(x);
}

/**
 * A row-major matrix of small whole levels, or the difference of two, into panels of 16 bytes a row.
 *
 *     levels    f32[rows][columns], 64 bytes more may be read; minus  the same, or 0
 *     panels    i8[ceil(columns / 16)][rowsPadded][16]; what lies outside the matrix becomes 0
 */
export function i8_pack_panels(
  panels: usize,
  levels: usize,
  minus: usize,
  rows: usize,
  columns: usize,
  rowsPadded: usize,
): void {
  assert(rowsPadded >= rows && (panels & 15) == 0);
  const stride = columns << 2;
  for (let first: usize = 0; first < columns; first += LANES) {
    const width = i8x16.splat(<i8>min(LANES, columns - first));
    const inside = i8x16.lt_u(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), width);
    let a = levels + (first << 2);
    let b = minus ? minus + (first << 2) : 0;
    for (const end = panels + rows * LANES; panels < end; panels += LANES, a += stride) {
      const low = i16x8.narrow_i32x4_s(whole4(a, b), whole4(a + Q4, b ? b + Q4 : 0));
      const high = i16x8.narrow_i32x4_s(whole4(a + Q8, b ? b + Q8 : 0), whole4(a + QC, b ? b + QC : 0));
      v128.store(panels, v128.and(inside, i8x16.narrow_i16x8_s(low, high)));
      if (b) b += stride;
    }
    const padding = (rowsPadded - rows) * LANES;
    memory.fill(panels, 0, padding);
    panels += padding;
  }
}
