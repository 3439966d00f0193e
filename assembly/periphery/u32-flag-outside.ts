import { LANES, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";

/** What a converter sees. */
@inline
function seen(n: v128, q: v128, offset: v128): v128 {
  return f32x4.add(f32x4.mul(n, q), offset);
}

/** All bits in the lanes below `columns`. */
@inline
function present(first: i32, columns: i32): v128 {
  return i32x4.lt_s(i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat(first)), i32x4.splat(columns));
}

@inline
function largest(a: v128, b: v128, c: v128, d: v128): v128 {
  return f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
}

@inline
function smallest(a: v128, b: v128, c: v128, d: v128): v128 {
  return f32x4.pmin(f32x4.pmin(a, b), f32x4.pmin(c, d));
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
 *     counted   which flags the result counts
 *     returns   how many vectors have one of these, from now or before
 *
 * Only a vector's extremes are rounded and compared: what is rounded keeps its order.
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
  counted: u32,
): u32 {
  assert((lines & 15) == 0);
  const gain = f32x4.splat(q);
  const inside = f32x4.splat(low);
  const m0 = present(0, <i32>columns);
  const m4 = present(4, <i32>columns);
  const m8 = present(8, <i32>columns);
  const mC = present(12, <i32>columns);
  let count: u32 = 0;
  for (const end = flags + (vectors << 2); flags < end; flags += 4) {
    let most = inside;
    let least = inside;
    for (const slicesEnd = lines + inputSlices * LINE_BYTES; lines < slicesEnd; lines += LINE_BYTES) {
      const offset = f32x4.splat(tau ? load<f32>(tau) * p + o : o);
      if (tau) tau += 4;
      let x0 = seen(v128.load(lines, Q0), gain, offset);
      let x4 = seen(v128.load(lines, Q4), gain, offset);
      let x8 = seen(v128.load(lines, Q8), gain, offset);
      let xC = seen(v128.load(lines, QC), gain, offset);
      if (columns < LANES) {
        x0 = v128.bitselect(x0, inside, m0);
        x4 = v128.bitselect(x4, inside, m4);
        x8 = v128.bitselect(x8, inside, m8);
        xC = v128.bitselect(xC, inside, mC);
      }
      most = f32x4.pmax(most, largest(x0, x4, x8, xC));
      least = f32x4.pmin(least, smallest(x0, x4, x8, xC));
    }
    if (rounded) {
      most = f32x4.nearest(most);
      least = f32x4.nearest(least);
    }
    const above = <u32>v128.any_true(f32x4.gt(most, f32x4.splat(high)));
    const below = <u32>v128.any_true(f32x4.lt(least, inside));
    const flag = load<u32>(flags) | above | (below << 1);
    store<u32>(flags, flag);
    count += <u32>((flag & counted) != 0);
  }
  return count;
}
