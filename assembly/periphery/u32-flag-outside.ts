import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";

/** What a converter compares with the ends of its range. */
@inline
function seen(n: v128, q: v128, offset: v128, rounded: bool): v128 {
  const x = f32x4.add(f32x4.mul(n, q), offset);
  return rounded ? f32x4.nearest(x) : x;
}

/** All bits in the lanes below `columns`. */
@inline
function present(first: i32, columns: i32): v128 {
  return i32x4.lt_s(i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat(first)), i32x4.splat(columns));
}

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
  assert((lines & 15) == 0);
  const gain = f32x4.splat(q);
  const top = f32x4.splat(high);
  const bottom = f32x4.splat(low);
  const m0 = present(0, <i32>columns);
  const m4 = present(4, <i32>columns);
  const m8 = present(8, <i32>columns);
  const mC = present(12, <i32>columns);
  for (const end = flags + (vectors << 2); flags < end; flags += 4) {
    let above = i32x4.splat(0);
    let below = above;
    for (const slicesEnd = lines + inputSlices * LINE_BYTES; lines < slicesEnd; lines += LINE_BYTES) {
      const offset = f32x4.splat(tau ? load<f32>(tau) * p + o : o);
      if (tau) tau += 4;
      const x0 = seen(v128.load(lines, Q0), gain, offset, rounded);
      const x4 = seen(v128.load(lines, Q4), gain, offset, rounded);
      const x8 = seen(v128.load(lines, Q8), gain, offset, rounded);
      const xC = seen(v128.load(lines, QC), gain, offset, rounded);
      above = v128.or(above, v128.and(f32x4.gt(x0, top), m0));
      above = v128.or(above, v128.and(f32x4.gt(x4, top), m4));
      above = v128.or(above, v128.and(f32x4.gt(x8, top), m8));
      above = v128.or(above, v128.and(f32x4.gt(xC, top), mC));
      below = v128.or(below, v128.and(f32x4.lt(x0, bottom), m0));
      below = v128.or(below, v128.and(f32x4.lt(x4, bottom), m4));
      below = v128.or(below, v128.and(f32x4.lt(x8, bottom), m8));
      below = v128.or(below, v128.and(f32x4.lt(xC, bottom), mC));
    }
    const flag = <u32>v128.any_true(above) | ((<u32>v128.any_true(below)) << 1);
    store<u32>(flags, load<u32>(flags) | flag);
  }
}
