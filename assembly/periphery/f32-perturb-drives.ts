/**
 * Noise and asymmetry of one read's drives, in place.
 *
 *     t           = fl(drives[r] + fl(sigma * draws[r])); without draws the drive as it is
 *     drives[r]   = t < 0 ? fl(t * negative) : t
 *
 *     drives, draws   f32[count]; draws may be 0
 */
export function f32_perturb_drives(drives: usize, draws: usize, count: usize, sigma: f32, negative: f32): void {
  for (const end = drives + (count << 2); drives < end; drives += 4) {
    let t = load<f32>(drives);
    if (draws) {
      t += sigma * load<f32>(draws);
      draws += 4;
    }
    store<f32>(drives, t < 0 ? t * negative : t);
  }
}
