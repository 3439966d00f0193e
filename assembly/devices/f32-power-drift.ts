import { exp4 } from "../maths/f32x4-exp";

/**
 * Cells some time after programming: a power law of time, then noise relative to what is left.
 *
 *     g         = (programmed[i] + baseline) e^(-nu[i] logTime)
 *     levels[i] = clamp(g + g (noiseScale noise[i]) - baseline, low, high)
 *
 *     levels, programmed, nu, noise   f32[count], count a multiple of 4; noise 0: none
 *     logTime                         ln(T / start)
 */
export function f32_power_drift(
  levels: usize,
  programmed: usize,
  nu: usize,
  noise: usize,
  count: usize,
  logTime: f32,
  noiseScale: f32,
  baseline: f32,
  low: f32,
  high: f32,
): void {
  assert((count & 3) == 0);
  const time = f32x4.splat(-logTime);
  const factor = f32x4.splat(noiseScale);
  const base = f32x4.splat(baseline);
  const bottom = f32x4.splat(low);
  const top = f32x4.splat(high);
  for (let i: usize = 0, bytes = count << 2; i < bytes; i += 16) {
    const decay = exp4(f32x4.mul(v128.load(nu + i), time));
    let g = f32x4.mul(f32x4.add(v128.load(programmed + i), base), decay);
    if (noise) g = f32x4.add(g, f32x4.mul(g, f32x4.mul(factor, v128.load(noise + i))));
    v128.store(levels + i, f32x4.pmin(top, f32x4.pmax(bottom, f32x4.sub(g, base))));
  }
}
