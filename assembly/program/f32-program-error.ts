import { LINE_BYTES } from "../layout";
import { normalAt, storeNormals16 } from "../random/draw-16";

@inline
function programmed(x: v128, xi: v128, c0: v128, c1: v128, c2: v128, low: v128, high: v128): v128 {
  const variance = f32x4.add(c0, f32x4.mul(x, f32x4.add(c1, f32x4.mul(x, c2))));
  const drawn = f32x4.add(x, f32x4.mul(f32x4.sqrt(f32x4.pmax(f32x4.splat(0), variance)), xi));
  return f32x4.pmin(high, f32x4.pmax(low, drawn));
}

/**
 * Programming error whose variance is a quadratic of the level, in place.
 *
 *     levels[i] = clamp(x + sqrt(max(c0 + x (c1 + x c2), 0)) xi(i), low, high)
 *
 *     levels    f32[count], any count; xi(i) is the normal of element 4 word0 + i
 */
export function f32_program_error(
  levels: usize,
  count: usize,
  word0: u32,
  word1: u32,
  word2: u32,
  word3: u32,
  key0: u32,
  key1: u32,
  c0: f32,
  c1: f32,
  c2: f32,
  low: f32,
  high: f32,
): void {
  const k0 = f32x4.splat(c0);
  const k1 = f32x4.splat(c1);
  const k2 = f32x4.splat(c2);
  const bottom = f32x4.splat(low);
  const top = f32x4.splat(high);
  const end = levels + (count << 2);
  for (const fullEnd = levels + ((count & ~15) << 2); levels < fullEnd; levels += LINE_BYTES, word0 += 4) {
    const x0 = v128.load(levels, 0);
    const x4 = v128.load(levels, 16);
    const x8 = v128.load(levels, 32);
    const xC = v128.load(levels, 48);
    storeNormals16(levels, word0, word1, word2, word3, key0, key1); // the levels' own room holds the draws meanwhile
    v128.store(levels, programmed(x0, v128.load(levels, 0), k0, k1, k2, bottom, top), 0);
    v128.store(levels, programmed(x4, v128.load(levels, 16), k0, k1, k2, bottom, top), 16);
    v128.store(levels, programmed(x8, v128.load(levels, 32), k0, k1, k2, bottom, top), 32);
    v128.store(levels, programmed(xC, v128.load(levels, 48), k0, k1, k2, bottom, top), 48);
  }
  for (let i: u32 = 0; levels < end; levels += 4, i++) {
    const xi = normalAt(i & 3, word0 + (i >>> 2), word1, word2, word3, key0, key1);
    const x = programmed(v128.load32_splat(levels), f32x4.splat(xi), k0, k1, k2, bottom, top);
    store<f32>(levels, f32x4.extract_lane(x, 0));
  }
}
