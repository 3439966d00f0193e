import { LANES, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";

@inline
function level4(levels: usize, minus: usize, low: v128, high: v128): v128 {
  const x = v128.load(levels);
  return minus ? f32x4.pmin(high, f32x4.pmax(low, f32x4.sub(x, v128.load(minus)))) : x;
}

/**
 * Some rows of a matrix, or of the difference of two, into panels of 16 columns.
 *
 *     panels[p][first + j][l] = levels[j][16 p + l], or clamp(levels - minus, -limit, limit)
 *
 *     levels    f32[rows][columns], 64 bytes more may be read; minus  the same, or 0
 *     panels    f32[ceil(columns / 16)][rowsPadded][16]; with the last of all `total` rows their padding becomes +0
 */
export function f32_pack_rows(
  panels: usize,
  levels: usize,
  minus: usize,
  first: usize,
  rows: usize,
  columns: usize,
  total: usize,
  rowsPadded: usize,
  limit: f32,
): void {
  assert(first + rows <= total && total <= rowsPadded && (panels & 15) == 0);
  const stride = columns << 2;
  const high = f32x4.splat(limit);
  const low = f32x4.neg(high);
  for (let column: usize = 0; column < columns; column += LANES, panels += rowsPadded * LINE_BYTES) {
    let a = levels + (column << 2);
    let b = minus ? minus + (column << 2) : 0;
    let to = panels + first * LINE_BYTES;
    const width = min(LANES, columns - column);
    for (const end = to + rows * LINE_BYTES; to < end; to += LINE_BYTES, a += stride) {
      v128.store(to, level4(a, b, low, high), Q0);
      v128.store(to, level4(a + Q4, b ? b + Q4 : 0, low, high), Q4);
      v128.store(to, level4(a + Q8, b ? b + Q8 : 0, low, high), Q8);
      v128.store(to, level4(a + QC, b ? b + QC : 0, low, high), QC);
      if (width < LANES) memory.fill(to + (width << 2), 0, (LANES - width) << 2);
      if (b) b += stride;
    }
    if (first + rows == total) memory.fill(to, 0, (rowsPadded - total) * LINE_BYTES);
  }
}
