@inline
function larger4(most: v128, x: usize): v128 {
  return f32x4.pmax(most, f32x4.abs(v128.load(x)));
}

/**
 * The largest magnitude.
 *
 *     x         f32[count], any count, finite
 *     returns   max |x[i]|, 0 of nothing
 */
export function f32_largest(x: usize, count: usize): f32 {
  let a = f32x4.splat(0);
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
  const four = f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
  let most = max(
    max(f32x4.extract_lane(four, 0), f32x4.extract_lane(four, 1)),
    max(f32x4.extract_lane(four, 2), f32x4.extract_lane(four, 3)),
  );
  for (; x < end; x += 4) most = max(most, abs(load<f32>(x)));
  return most;
}
