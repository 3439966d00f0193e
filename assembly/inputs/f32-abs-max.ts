/** The largest |x[i]| of f32[count]; 0 for none. NaN must not occur. */
export function f32_abs_max(x: usize, count: usize): f32 {
  const end = x + (count << 2);
  let largest4 = f32x4.splat(0);
  for (const fullEnd = x + ((count & ~3) << 2); x < fullEnd; x += 16) {
    largest4 = f32x4.pmax(largest4, f32x4.abs(v128.load(x)));
  }
  let largest = max<f32>(
    max<f32>(f32x4.extract_lane(largest4, 0), f32x4.extract_lane(largest4, 1)),
    max<f32>(f32x4.extract_lane(largest4, 2), f32x4.extract_lane(largest4, 3)),
  );
  for (; x < end; x += 4) largest = max<f32>(largest, abs<f32>(load<f32>(x)));
  return largest;
}
