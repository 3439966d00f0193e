/**
 * Input codes as drives, where a whole code is applied in one pulse.
 *
 *     drives[v][r] = nearest(clamp(fl(x[v][r] * scales[v]), low, top)) + 0, ties to the even code
 *
 *     drives, x   f32[vectors][stride], the first `rows` of each are used
 *     scales      f32[vectors]
 *     low         0 for an unsigned DAC, -top for sign and magnitude: rounding to even mirrors
 */
export function f32_dac_drives(
  drives: usize,
  x: usize,
  stride: usize,
  vectors: usize,
  rows: usize,
  scales: usize,
  low: f32,
  top: f32,
): void {
  assert(stride >= rows);
  const floor = f32x4.splat(low);
  const ceiling = f32x4.splat(top);
  const zero = f32x4.splat(0);
  const padding = (stride - rows) << 2;
  for (const end = scales + (vectors << 2); scales < end; scales += 4, drives += padding, x += padding) {
    const scale = load<f32>(scales);
    const k = f32x4.splat(scale);
    const rowsEnd = x + (rows << 2);
    for (const foursEnd = x + ((rows & ~3) << 2); x < foursEnd; x += 16, drives += 16) {
      const drive = f32x4.pmin(ceiling, f32x4.pmax(floor, f32x4.mul(v128.load(x), k)));
      v128.store(drives, f32x4.add(f32x4.nearest(drive), zero));
    }
    for (; x < rowsEnd; x += 4, drives += 4) {
      store<f32>(drives, nearest<f32>(min<f32>(max<f32>(load<f32>(x) * scale, low), top)) + 0);
    }
  }
}
