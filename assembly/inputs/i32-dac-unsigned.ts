/**
 * Input codes of an unsigned DAC.
 *
 *     codes[i] = nearest(clamp(fl(x[i] * scale), 0, top)), ties to the even code
 *
 *     codes     i32[count], x  f32[count], any count; top <= 65535
 */
export function i32_dac_unsigned(codes: usize, x: usize, count: usize, scale: f32, top: f32): void {
  const end = x + (count << 2);
  const k = f32x4.splat(scale);
  const high = f32x4.splat(top);
  const low = f32x4.splat(0);
  for (const fullEnd = x + ((count & ~3) << 2); x < fullEnd; x += 16, codes += 16) {
    const drive = f32x4.pmin(high, f32x4.pmax(low, f32x4.mul(v128.load(x), k)));
    v128.store(codes, i32x4.trunc_sat_f32x4_s(f32x4.nearest(drive)));
  }
  for (; x < end; x += 4, codes += 4) {
    store<i32>(codes, <i32>nearest<f32>(min<f32>(max<f32>(load<f32>(x) * scale, 0), top)));
  }
}
