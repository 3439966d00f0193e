import { LINE_BYTES, Q4, Q8, QC } from "../layout";

@inline
function line4(at: usize, strengths: usize, gain: v128, negative: v128): void {
  let v = v128.load(at);
  if (strengths) {
    const loss = f32x4.add(f32x4.splat(1), f32x4.abs(f32x4.mul(v128.load(strengths), v)));
    v = f32x4.div(f32x4.mul(gain, v), loss);
  }
  const scaled = f32x4.mul(v, negative);
  v128.store(at, v128.bitselect(scaled, v, f32x4.lt(v, f32x4.splat(0))));
}

/**
 * Compressive nonlinearity and asymmetry of the outputs, in place.
 *
 *     v           = fl(gain * n) / fl(1 + |fl(strength * n)|);  without strengths v = n
 *     lines[c][l] = v < 0 ? fl(v * negative) : v
 *
 *     lines       f32[reads][16]
 *     strengths   f32[16], one per lane, or 0
 */
export function f32_compress_lines(lines: usize, reads: usize, strengths: usize, gain: f32, negative: f32): void {
  const factor = f32x4.splat(gain);
  const below = f32x4.splat(negative);
  for (const end = lines + reads * LINE_BYTES; lines < end; lines += LINE_BYTES) {
    line4(lines, strengths, factor, below);
    line4(lines + Q4, strengths ? strengths + Q4 : 0, factor, below);
    line4(lines + Q8, strengths ? strengths + Q8 : 0, factor, below);
    line4(lines + QC, strengths ? strengths + QC : 0, factor, below);
  }
}
