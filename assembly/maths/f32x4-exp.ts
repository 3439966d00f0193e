const LOG2_E: f32 = 1.4426950408889634;
// ln 2 in two parts: the first has 10 bits, so that its multiples are exact.
const LN_2_HIGH: f32 = 0.693359375;
const LN_2_LOW: f32 = -0.00021219444005469057;
const LOWEST: f32 = -87;
const HIGHEST: f32 = 88;

/**
 * e^x of four numbers, clamped to -87..88. x = n ln 2 + r, |r| <= ln 2 / 2; the Taylor series of e^r to r^7 is cut off
 * below 6e-9. Relative error within 2e-7; e^0 is exactly 1.
 */
@inline
export function exp4(x: v128): v128 {
  const y = f32x4.pmin(f32x4.splat(HIGHEST), f32x4.pmax(f32x4.splat(LOWEST), x));
  const n = f32x4.nearest(f32x4.mul(y, f32x4.splat(LOG2_E)));
  const r = f32x4.sub(f32x4.sub(y, f32x4.mul(n, f32x4.splat(LN_2_HIGH))), f32x4.mul(n, f32x4.splat(LN_2_LOW)));
  let p = f32x4.add(f32x4.mul(r, f32x4.splat(1.0 / 5040.0)), f32x4.splat(1.0 / 720.0));
  p = f32x4.add(f32x4.mul(r, p), f32x4.splat(1.0 / 120.0));
  p = f32x4.add(f32x4.mul(r, p), f32x4.splat(1.0 / 24.0));
  p = f32x4.add(f32x4.mul(r, p), f32x4.splat(1.0 / 6.0));
  p = f32x4.add(f32x4.mul(r, p), f32x4.splat(0.5));
  p = f32x4.add(f32x4.add(f32x4.splat(1), r), f32x4.mul(f32x4.mul(r, r), p));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, scale);
}
