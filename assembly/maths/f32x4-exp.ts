// Constants come from memory, one broadcast each: V8 builds a vector constant anew, in three instructions, wherever it
// is used.
//
//   log2 e | ln 2 in two parts: the first has 10 bits, so that its multiples are exact | lowest, highest | Taylor series
const FLOATS: usize = memory.data<f32>(
  [
    1.4426950408889634, 0.693359375, -0.00021219444005469057, -87, 88, 0.0001984126984126984 /* 1/5040 */,
    0.001388888888888889 /* 1/720 */, 0.008333333333333333 /* 1/120 */, 0.041666666666666664, 0.16666666666666666, 0.5,
    1, 12582912 /* 1.5 2^23 */,
  ],
  16,
);
const BIAS: usize = memory.data<i32>([127], 16);

@inline
function constant(index: usize): v128 {
  return v128.load32_splat(FLOATS + (index << 2));
}

/**
 * e^x of four numbers, clamped to -87..88. x = n ln 2 + r, |r| <= ln 2 / 2; the Taylor series of e^r to r^7 is cut off
 * below 6e-9. Relative error within 2e-7; e^0 is exactly 1.
 */
@inline
export function exp4(x: v128): v128 {
  const y = f32x4.pmin(constant(4), f32x4.pmax(constant(3), x));
  // 1.5 2^23 leaves no room for a fraction, and its lower bits are then n.
  const whole = f32x4.add(f32x4.mul(y, constant(0)), constant(12));
  const n = f32x4.sub(whole, constant(12));
  const r = f32x4.sub(f32x4.sub(y, f32x4.mul(n, constant(1))), f32x4.mul(n, constant(2)));
  let p = f32x4.add(f32x4.mul(r, constant(5)), constant(6));
  p = f32x4.add(f32x4.mul(r, p), constant(7));
  p = f32x4.add(f32x4.mul(r, p), constant(8));
  p = f32x4.add(f32x4.mul(r, p), constant(9));
  p = f32x4.add(f32x4.mul(r, p), constant(10));
  p = f32x4.add(f32x4.add(constant(11), r), f32x4.mul(f32x4.mul(r, r), p));
  const scale = i32x4.shl(i32x4.add(whole, v128.load32_splat(BIAS)), 23);
  return f32x4.mul(p, scale);
}
