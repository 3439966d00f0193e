// Codes as whole numbers on their way to the digital sum. They are rounded by an addition: above 2^23 floats are 1 apart
// and ties go to the even one, so the low bits of fl(x + 2^23) are nearest(x). The codes of a vector's input slices are
// then added up as integers, most significant slice first; four lanes cost three additions on the ports that a rounding
// and two multiplications waited for.

/** 2^23 as a float, and its bits. */
const MAGIC: f32 = 8388608;
export const MAGIC_BITS: i32 = 0x4b000000;

/** The bits of 2^23 + code. */
@inline
export function code(n: v128, q: v128, offset: v128, top: v128): v128 {
  const x = f32x4.add(f32x4.mul(n, q), offset);
  return f32x4.add(f32x4.pmin(top, f32x4.pmax(f32x4.splat(0), x)), f32x4.splat(MAGIC));
}

/** Four outputs of a vector gain factor times their codes, and what the vector adds to all of them. */
@inline
export function addFour(total: usize, codes: v128, factor: v128, shift: v128, shifted: bool): void {
  let low = f64x2.mul(factor, f64x2.convert_low_i32x4_s(codes));
  let high = f64x2.mul(factor, f64x2.convert_low_i32x4_s(v128.shuffle<i64>(codes, codes, 1, 1)));
  if (shifted) {
    low = f64x2.add(low, shift);
    high = f64x2.add(high, shift);
  }
  v128.store(total, f64x2.add(v128.load(total), low));
  v128.store(total, f64x2.add(v128.load(total, 16), high), 16);
}
