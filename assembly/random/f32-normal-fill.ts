import { radii, waves } from "./box-muller-fill";
import { storeWords } from "./philox-fill";

/** What stays in the first-level cache between the three steps; half of it to four times it are as fast. */
const BLOCK_BYTES: usize = 2048;

/**
 * Standard normals of elements 4 word0 ... 4 (word0 + quads) - 1, in that order.
 *
 *     out    f32[4 quads]; quads is a multiple of 4 and counters do not wrap past 2^32
 *     word0..word3, key0, key1   Philox4x32-10 counter of the first quad, and key
 *
 * Words, radii and waves one after the other, in place: in one go a processor looks ahead hardly further than one
 * transform, and the constants of all three do not fit its registers (293 M/s, this way 392).
 */
export function f32_normal_fill(
  out: usize,
  quads: u32,
  word0: u32,
  word1: u32,
  word2: u32,
  word3: u32,
  key0: u32,
  key1: u32,
): void {
  assert((quads & 3) == 0 && (out & 15) == 0);
  for (const end = out + ((<usize>quads) << 4); out < end; out += BLOCK_BYTES, word0 += <u32>(BLOCK_BYTES >> 4)) {
    const stop = min(out + BLOCK_BYTES, end);
    storeWords(out, stop, word0, word1, word2, word3, key0, key1);
    radii(out, stop);
    waves(out, stop);
  }
}
