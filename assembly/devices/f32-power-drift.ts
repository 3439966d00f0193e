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
  const bytes = count << 2;
  let i: usize = 0;
  // Two chains at a time wait for each other less.
  for (; i + 32 <= bytes; i += 32) {
    const decay0 = exp4(f32x4.mul(v128.load(nu + i), time));
    const decay4 = exp4(f32x4.mul(v128.load(nu + i, 16), time));
    let g0 = f32x4.mul(f32x4.add(v128.load(programmed + i), base), decay0);
    let g4 = f32x4.mul(f32x4.add(v128.load(programmed + i, 16), base), decay4);
    if (noise) {
      g0 = f32x4.add(g0, f32x4.mul(g0, f32x4.mul(factor, v128.load(noise + i))));
      g4 = f32x4.add(g4, f32x4.mul(g4, f32x4.mul(factor, v128.load(noise + i, 16))));
    }
    v128.store(levels + i, f32x4.pmin(top, f32x4.pmax(bottom, f32x4.sub(g0, base))));
    v128.store(levels + i, f32x4.pmin(top, f32x4.pmax(bottom, f32x4.sub(g4, base))), 16);
  }
  for (; i < bytes; i += 16) {
    const decay = exp4(f32x4.mul(v128.load(nu + i), time));
    let g = f32x4.mul(f32x4.add(v128.load(programmed + i), base), decay);
    if (noise) g = f32x4.add(g, f32x4.mul(g, f32x4.mul(factor, v128.load(noise + i))));
    v128.store(levels + i, f32x4.pmin(top, f32x4.pmax(bottom, f32x4.sub(g, base))));
  }
}
