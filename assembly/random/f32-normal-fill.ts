import { LINE_BYTES } from "../layout";
import { storeNormals16 } from "./draw-16";

/**
 * Standard normals of elements 4 word0 ... 4 (word0 + quads) - 1, in that order.
 *
 *     out    f32[4 quads]; quads is a multiple of 4 and counters do not wrap past 2^32
 *     word0..word3, key0, key1   Philox4x32-10 counter of the first quad, and key
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
  const end = word0 + quads;
  for (let quad = word0; quad != end; quad += 4, out += LINE_BYTES) {
    storeNormals16(out, quad, word1, word2, word3, key0, key1);
  }
}
