import { LINE_BYTES } from "../layout";

/**
 * Lines in another unit, with or without the current of the common baseline, in place.
 *
 *     lines[c][l] = fl(fl(n * gain) + fl(tau[c] * tauGain))
 *
 *     lines     f32[reads][16]
 *     tau       f32[reads], or 0 where the baseline cancels
 */
export function f32_affine_lines(lines: usize, reads: usize, tau: usize, gain: f32, tauGain: f32): void {
  const scale = f32x4.splat(gain);
  for (const end = lines + reads * LINE_BYTES; lines < end; lines += LINE_BYTES) {
    const offset: f32 = tau ? load<f32>(tau) * tauGain : 0;
    if (tau) tau += 4;
    const shift = f32x4.splat(offset);
    v128.store(lines, f32x4.add(f32x4.mul(v128.load(lines, 0), scale), shift), 0);
    v128.store(lines, f32x4.add(f32x4.mul(v128.load(lines, 16), scale), shift), 16);
    v128.store(lines, f32x4.add(f32x4.mul(v128.load(lines, 32), scale), shift), 32);
    v128.store(lines, f32x4.add(f32x4.mul(v128.load(lines, 48), scale), shift), 48);
  }
}
