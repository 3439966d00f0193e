const MAGNITUDE: i32 = 0x7fffffff;

/** Bits of magnitudes order as whole numbers, infinity above all that is finite and NaN above infinity. */
@inline
function larger4(most: v128, x: usize): v128 {
  return i32x4.max_s(most, v128.and(v128.load(x), i32x4.splat(MAGNITUDE)));
}

/**
 * The largest magnitude.
 *
 *     x         f32[count], any count
 *     returns   max |x[i]|, 0 of nothing; NaN where there is one, else infinity where there is one
 */
export function f32_largest(x: usize, count: usize): f32 {
  let a = i32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  const end = x + (count << 2);
  for (; x + 64 <= end; x += 64) {
    a = larger4(a, x);
    b = larger4(b, x + 16);
    c = larger4(c, x + 32);
    d = larger4(d, x + 48);
  }
  const four = i32x4.max_s(i32x4.max_s(a, b), i32x4.max_s(c, d));
  let most = max(
    max(i32x4.extract_lane(four, 0), i32x4.extract_lane(four, 1)),
    max(i32x4.extract_lane(four, 2), i32x4.extract_lane(four, 3)),
  );
  for (; x < end; x += 4) most = max(most, load<i32>(x) & MAGNITUDE);
  return reinterpret<f32>(most);
}
