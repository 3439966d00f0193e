import { LINE_BYTES, Q4, Q8, QC } from "../layout";

/** x / (1 + R |x|) */
@inline
function loaded(x: v128, resistance: v128): v128 {
  return f32x4.div(x, f32x4.add(f32x4.splat(1), f32x4.mul(resistance, f32x4.abs(x))));
}

@inline
function line4(at: usize, offsets: usize, common: v128, resistance: v128, apart: bool): void {
  const one = f32x4.splat(1);
  const v = v128.load(at);
  const offset = offsets ? v128.load(offsets) : f32x4.splat(0);
  const less = f32x4.sub(one, offset);
  if (apart) {
    v128.store(at, f32x4.mul(less, loaded(v, resistance)));
    return;
  }
  const upper = f32x4.mul(less, loaded(f32x4.add(v, common), resistance));
  const lower = f32x4.mul(f32x4.add(one, offset), loaded(common, resistance));
  v128.store(at, f32x4.sub(upper, lower));
}

/**
 * Voltage offset and series resistance of the outputs, in place (aihwkit); y0 = tau[c] * common flows in both lines.
 *
 *     lines[c][l] = (1 - V) g(v)                            common = 0;   g(x) = x / (1 + R |x|)
 *     lines[c][l] = (1 - V) g(v + y0) - (1 + V) g(y0)       otherwise
 *
 *     lines     f32[reads][16]
 *     tau       f32[reads]
 *     offsets   f32[16], V of each lane, or 0
 */
export function f32_series_lines(
  lines: usize,
  reads: usize,
  tau: usize,
  offsets: usize,
  resistance: f32,
  common: f32,
): void {
  const series = f32x4.splat(resistance);
  const apart = common == 0;
  for (const end = lines + reads * LINE_BYTES; lines < end; lines += LINE_BYTES, tau += 4) {
    const y0 = f32x4.splat(load<f32>(tau) * common);
    line4(lines, offsets, y0, series, apart);
    line4(lines + Q4, offsets ? offsets + Q4 : 0, y0, series, apart);
    line4(lines + Q8, offsets ? offsets + Q8 : 0, y0, series, apart);
    line4(lines + QC, offsets ? offsets + QC : 0, y0, series, apart);
  }
}
