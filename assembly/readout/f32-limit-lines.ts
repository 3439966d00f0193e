import { LINE_BYTES } from "../layout";

/**
 * The current a column can carry, in place. A line's whole current is n + baseline * tau, so its bounds move with tau.
 *
 *     lines[c][l] = clamp(n, fl(low - fl(tau[c] baseline)), fl(high - fl(tau[c] baseline)))
 *
 *     lines     f32[reads][16]
 *     tau       f32[reads], or 0 where the baseline cancels
 */
export function f32_limit_lines(lines: usize, reads: usize, low: f32, high: f32, tau: usize, baseline: f32): void {
  for (const end = lines + reads * LINE_BYTES; lines < end; ) {
    const offset: f32 = tau ? load<f32>(tau) * baseline : 0;
    if (tau) tau += 4;
    const bottom = f32x4.splat(low - offset);
    const top = f32x4.splat(high - offset);
    for (const lineEnd = lines + LINE_BYTES; lines < lineEnd; lines += 16) {
      v128.store(lines, f32x4.pmin(top, f32x4.pmax(bottom, v128.load(lines))));
    }
  }
}
