/**
 * Input codes of a sign-magnitude DAC: the magnitude is rounded, then given its sign, so that x and -x mirror.
 *
 *     codes[i] = sign(x[i]) * nearest(min(fl(|x[i]| * scale), top)), ties to the even code
 *
 *     codes     i32[count], x  f32[count], any count; top <= 65535
 */
export function i32_dac_sign_magnitude(codes: usize, x: usize, count: usize, scale: f32, top: f32): void {
  const end = x + (count << 2);
  const k = f32x4.splat(scale);
  const high = f32x4.splat(top);
  for (const fullEnd = x + ((count & ~3) << 2); x < fullEnd; x += 16, codes += 16) {
    const value = v128.load(x);
    const magnitude = f32x4.pmin(high, f32x4.mul(f32x4.abs(value), k));
    const code = i32x4.trunc_sat_f32x4_s(f32x4.nearest(magnitude));
    const sign = i32x4.shr_s(value, 31);
    v128.store(codes, i32x4.sub(v128.xor(code, sign), sign));
  }
  for (; x < end; x += 4, codes += 4) {
    const value = load<f32>(x);
    const code = <i32>nearest<f32>(min<f32>(abs<f32>(value) * scale, top));
    store<i32>(codes, value < 0 ? -code : code);
  }
}
