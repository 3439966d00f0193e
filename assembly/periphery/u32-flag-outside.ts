import { LINE_BYTES } from "../layout";

/**
 * Which vectors have a conversion outside of its converter's range; flags are added to what is there.
 *
 *     x          = fl(fl(n q) + fl(fl(tau[c] p) + o)),  nearest(x) if `rounded`
 *     flags[v]  |= 1 if x > high, 2 if x < low, for any input slice and any of the first `columns` lanes
 *
 *     flags     u32[vectors]
 *     lines     f32[vectors * inputSlices][16]
 *     tau       f32[vectors * inputSlices], or 0 where the baseline cancels
 */
export function u32_flag_outside(
  flags: usize,
  lines: usize,
  vectors: usize,
  inputSlices: usize,
  tau: usize,
  q: f32,
  p: f32,
  o: f32,
  low: f32,
  high: f32,
  rounded: bool,
  columns: usize,
): void {
  for (const end = flags + (vectors << 2); flags < end; flags += 4) {
    let flag = load<u32>(flags);
    for (const slicesEnd = lines + inputSlices * LINE_BYTES; lines < slicesEnd; lines += LINE_BYTES) {
      const offset: f32 = tau ? load<f32>(tau) * p + o : o;
      if (tau) tau += 4;
      for (let at = lines, last = lines + (columns << 2); at < last; at += 4) {
        let x = load<f32>(at) * q + offset;
        if (rounded) x = nearest<f32>(x);
        flag |= <u32>(x > high) | ((<u32>(x < low)) << 1);
      }
    }
    store<u32>(flags, flag);
  }
}
