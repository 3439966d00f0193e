/**
 * Input codes of an unsigned DAC that rounds up with a probability equal to the fraction.
 *
 *     v        = clamp(fl(x[i] * scale), 0, top)
 *     codes[i] = floor(v) + (uniforms[i] < v - floor(v)),  the difference exact: the mean code is v
 *
 *     codes     i32[count], x  f32[count], any count; top <= 65535
 *     uniforms  f32[count] in [0, 1), multiples of 2^-24, at any multiple of 4
 */
export function i32_dac_unsigned_stochastic(
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
  const low = f32x4.splat(0);
  for (const fullEnd = x + ((count & ~3) << 2); x < fullEnd; x += 16, codes += 16, uniforms += 16) {
    const drive = f32x4.pmin(high, f32x4.pmax(low, f32x4.mul(v128.load(x), k)));
    const below = f32x4.floor(drive);
    const up = f32x4.lt(v128.load(uniforms), f32x4.sub(drive, below)); // -1 where it rounds up
    v128.store(codes, i32x4.sub(i32x4.trunc_sat_f32x4_s(below), up));
  }
  for (; x < end; x += 4, codes += 4, uniforms += 4) {
    const drive = min<f32>(max<f32>(load<f32>(x) * scale, 0), top);
    const below = floor<f32>(drive);
    store<i32>(codes, <i32>below + <i32>(load<f32>(uniforms) < drive - below));
  }
}
