/**
 * The greatest of some numbers, at least 0.
 *
 *     x         f32[count], count a multiple of 16, none of them NaN
 *     returns   max(0, x[i])
 */
export function f32_greatest(x: usize, count: usize): f32 {
  assert((count & 15) == 0);
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (const end = x + (count << 2); x < end; x += 64) {
    a = f32x4.pmax(a, v128.load(x, 0));
    b = f32x4.pmax(b, v128.load(x, 16));
    c = f32x4.pmax(c, v128.load(x, 32));
    d = f32x4.pmax(d, v128.load(x, 48));
  }
  const four = f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
  return max(
    max(f32x4.extract_lane(four, 0), f32x4.extract_lane(four, 1)),
    max(f32x4.extract_lane(four, 2), f32x4.extract_lane(four, 3)),
  );
}
