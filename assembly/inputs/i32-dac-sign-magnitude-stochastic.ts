/**
 * Input codes of a sign-magnitude DAC that rounds the magnitude up with a probability equal to its fraction.
 *
 *     v        = min(fl(|x[i]| * scale), top)
 *     codes[i] = sign(x[i]) * (floor(v) + (uniforms[i] < v - floor(v))),  the difference exact: the mean magnitude is v
 *
 *     codes     i32[count], x  f32[count], any count; top <= 65535
 *     uniforms  f32[count] in [0, 1), multiples of 2^-24, at any multiple of 4
 */
export function i32_dac_sign_magnitude_stochastic(
  codes: usize,
  x: usize,
  count: usize,
  scale: f32,
  top: f32,
  uniforms: usize,
): void {
  const end = x + (count << 2);
  const k = f32x4.splat(scale);
  const high = f32x4.splat(top);
  for (const fullEnd = x + ((count & ~3) << 2); x < fullEnd; x += 16, codes += 16, uniforms += 16) {
    const value = v128.load(x);
    const magnitude = f32x4.pmin(high, f32x4.mul(f32x4.abs(value), k));
    const below = f32x4.floor(magnitude);
    const up = f32x4.lt(v128.load(uniforms), f32x4.sub(magnitude, below)); // -1 where it rounds up
    const code = i32x4.sub(i32x4.trunc_sat_f32x4_s(below), up);
    const sign = i32x4.shr_s(value, 31);
    v128.store(codes, i32x4.sub(v128.xor(code, sign), sign));
  }
  for (; x < end; x += 4, codes += 4, uniforms += 4) {
    const value = load<f32>(x);
    const magnitude = min<f32>(abs<f32>(value) * scale, top);
    const below = floor<f32>(magnitude);
    const code = <i32>below + <i32>(load<f32>(uniforms) < magnitude - below);
    store<i32>(codes, value < 0 ? -code : code);
  }
}
