import { LANES, Q4, Q8, QC } from "../layout";

const ROW_BYTES: usize = 2 * LANES;

@inline
function steps4(levels: usize, inverse: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.mul(v128.load(levels), inverse));
}

/** Bits that are not copies of the sign bit of sixteen. */
@inline
function beyond(x: v128): v128 {
  return v128.xor(x, i32x4.shr_s(i32x4.shl(x, 16), 16));
}

/**
 * A row-major matrix of levels on a grid into panels of 32 bytes a row.
 *
 *     levels    f32[rows][columns], 64 bytes more may be read
 *     inverse   1 / step of the grid, a power of two
 *     panels    i16[ceil(columns / 16)][rowsPadded][16], multiples of the step; what lies outside the matrix becomes 0
 *
 * @returns whether every level is within +-32767 steps; what does not fit sixteen bits is held to the nearest that does
 */
export function i16_pack_panels(
  panels: usize,
  levels: usize,
  inverse: f32,
  rows: usize,
  columns: usize,
  rowsPadded: usize,
): u32 {
  assert(rowsPadded >= rows && (panels & 15) == 0);
  const stride = columns << 2;
  const factor = f32x4.splat(inverse);
  const least = i16x8.splat(-32768);
  let outside = i32x4.splat(0);
  for (let first: usize = 0; first < columns; first += LANES) {
    const width = min(LANES, columns - first);
    const lanes = i32x4.splat(<i32>width);
    const in0 = i32x4.lt_s(i32x4(0, 1, 2, 3), lanes);
    const in4 = i32x4.lt_s(i32x4(4, 5, 6, 7), lanes);
    const in8 = i32x4.lt_s(i32x4(8, 9, 10, 11), lanes);
    const inC = i32x4.lt_s(i32x4(12, 13, 14, 15), lanes);
    let from = levels + (first << 2);
    for (const end = panels + rows * ROW_BYTES; panels < end; panels += ROW_BYTES, from += stride) {
      const x0 = v128.and(in0, steps4(from, factor));
      const x4 = v128.and(in4, steps4(from + Q4, factor));
      const x8 = v128.and(in8, steps4(from + Q8, factor));
      const xC = v128.and(inC, steps4(from + QC, factor));
      const low = i16x8.narrow_i32x4_s(x0, x4);
      const high = i16x8.narrow_i32x4_s(x8, xC);
      v128.store(panels, low);
      v128.store(panels, high, 16);
      outside = v128.or(outside, v128.or(i16x8.eq(low, least), i16x8.eq(high, least)));
      outside = v128.or(outside, v128.or(v128.or(beyond(x0), beyond(x4)), v128.or(beyond(x8), beyond(xC))));
    }
    const padding = (rowsPadded - rows) * ROW_BYTES;
    memory.fill(panels, 0, padding);
    panels += padding;
  }
  return v128.any_true(outside) ? 0 : 1;
}
