/**
 * Drives of real inputs.
 *
 *     drives[i] = clamp(fl(x[i] * scale), low, high)
 *
 *     drives    f32[count], x  f32[count], any count; low, high may be infinite
 */
export function f32_drive_real(drives: usize, x: usize, count: usize, scale: f32, low: f32, high: f32): void {
  const end = x + (count << 2);
  const k = f32x4.splat(scale);
  const bottom = f32x4.splat(low);
  const top = f32x4.splat(high);
  for (const fullEnd = x + ((count & ~3) << 2); x < fullEnd; x += 16, drives += 16) {
    v128.store(drives, f32x4.pmin(top, f32x4.pmax(bottom, f32x4.mul(v128.load(x), k))));
  }
  for (; x < end; x += 4, drives += 4) {
    const drive = f32x4.pmin(top, f32x4.pmax(bottom, f32x4.mul(v128.load32_splat(x), k)));
    store<f32>(drives, f32x4.extract_lane(drive, 0));
  }
}
