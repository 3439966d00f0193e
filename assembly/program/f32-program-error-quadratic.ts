import { radii, waves } from "../random/box-muller-fill";
import { storeWords } from "../random/philox-fill";

/** Draws of one block, what `draws` has to have room for: words, radii, waves and what is done with them stay in the first-level cache. */
const BLOCK_BYTES: usize = 2048;

/** The bounds from above are left out where there are none: they are two of fourteen instructions. */
@inline
function programmed(
  x: v128,
  xi: v128,
  scale: v128,
  offset: v128,
  floor: v128,
  c0: v128,
  c1: v128,
  c2: v128,
  least: v128,
  most: v128,
  low: v128,
  high: v128,
  bounded: bool,
): v128 {
  const g = f32x4.pmax(floor, f32x4.add(f32x4.mul(x, scale), offset));
  let sigma = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(c2, g), c1), g), c0);
  sigma = f32x4.pmax(least, sigma);
  if (bounded) sigma = f32x4.pmin(most, sigma);
  const drawn = f32x4.pmax(low, f32x4.add(x, f32x4.mul(sigma, xi)));
  return bounded ? f32x4.pmin(high, drawn) : drawn;
}

/**
 * Programming error whose standard deviation is a quadratic of the conductance, in place.
 *
 *     g         = max(scale x + offset, floor)
 *     sigma     = clamp((c2 g + c1) g + c0, least, most)
 *     levels[i] = clamp(x + sigma xi(i), low, high)
 *
 *     levels    f32[count], any count; up to 15 more are written. xi(i) is the normal of element 4 word0 + i
 *     draws     f32[512], what is in it is lost
 *
 * Curve, draws and deviation in kernels of their own read and write three arrays of a chunk: 524k cells take 0.12 ms
 * longer. With the deviation in the loop that turns the waves it is slower again (0.08 ms).
 */
export function f32_program_error_quadratic(
  levels: usize,
  count: usize,
  draws: usize,
  word0: u32,
  word1: u32,
  word2: u32,
  word3: u32,
  key0: u32,
  key1: u32,
  scale: f32,
  offset: f32,
  floor: f32,
  c0: f32,
  c1: f32,
  c2: f32,
  least: f32,
  most: f32,
  low: f32,
  high: f32,
): void {
  assert((draws & 15) == 0);
  const s = f32x4.splat(scale);
  const o = f32x4.splat(offset);
  const f = f32x4.splat(floor);
  const k0 = f32x4.splat(c0);
  const k1 = f32x4.splat(c1);
  const k2 = f32x4.splat(c2);
  const a = f32x4.splat(least);
  const b = f32x4.splat(most);
  const l = f32x4.splat(low);
  const h = f32x4.splat(high);
  const bounded = most != Infinity || high != Infinity;
  for (const end = levels + (((count + 15) & ~15) << 2); levels < end; word0 += <u32>(BLOCK_BYTES >> 4)) {
    const stop = min(levels + BLOCK_BYTES, end);
    const drawn = draws + (stop - levels);
    storeWords(draws, drawn, word0, word1, word2, word3, key0, key1);
    radii(draws, drawn);
    waves(draws, drawn);
    let xi = draws;
    if (bounded) {
      for (; levels < stop; levels += 16, xi += 16) {
        v128.store(levels, programmed(v128.load(levels), v128.load(xi), s, o, f, k0, k1, k2, a, b, l, h, true));
      }
    } else {
      for (; levels < stop; levels += 32, xi += 32) {
        const x0 = programmed(v128.load(levels), v128.load(xi), s, o, f, k0, k1, k2, a, b, l, h, false);
        const x4 = programmed(v128.load(levels, 16), v128.load(xi, 16), s, o, f, k0, k1, k2, a, b, l, h, false);
        v128.store(levels, x0);
        v128.store(levels, x4, 16);
      }
    }
  }
}
