import { LINE_BYTES } from "../layout";
import { radii, waves } from "./box-muller-fill";
import { highWords, M0, M1, m0x4, m1x4, mixed, W0, W1, w0x4, w1x4 } from "./philox";
import { storePairs } from "./philox-fill";

/** Reads drawn together: their normals, 2 KB, stay in the first-level cache from one step to the next. */
export const DRAWN_READS: usize = 32;

/**
 * Standard normals of one panel's sixteen columns for reads that follow one another, in the steps of f32_normal_fill:
 * 64 reads of 512 columns take 0.09 ms where sixteen at a time, whole, took 0.12.
 *
 *     out       f32[count][16], count at most DRAWN_READS: elements 4 word0 ... 4 word0 + 15 of each read
 *     first     read c belongs to vector c / inputSlices and its input slice c % inputSlices
 *     samples, word1, word3   as in f32-line-noise.ts
 *
 * Reads differ in words 1 to 3 and share word 0, whose products are made once; a read alone waits for its own products,
 * so two go side by side.
 */
export function storeReadNormals(
  out: usize,
  first: usize,
  count: usize,
  inputSlices: usize,
  word0: u32,
  word1: u32,
  samples: usize,
  word3: u32,
  key0: u32,
  key1: u32,
): void {
  const m0 = m0x4();
  const m1 = m1x4();
  const w = i32x4.add(i32x4.splat(word0), i32x4(0, 1, 2, 3));
  const high = highWords(w, m0);
  const low = i32x4.mul(w, m0);
  const start0 = i32x4.splat(key0 + 2 * W0);
  const start1 = i32x4.splat(key1 + 2 * W1);
  const end = out + count * LINE_BYTES;
  for (let to = out, read = first; to < end; to += 2 * LINE_BYTES, read += 2) {
    const next = to + LINE_BYTES < end ? read + 1 : read;

    const x = samples + ((read / inputSlices) << 3);
    const xp1 = <u64>M1 * <u64>load<u32>(x);
    const xFirst = <u32>(xp1 >> 32) ^ (word1 | ((<u32>(read % inputSlices)) << 24)) ^ key0;
    const xp0 = <u64>M0 * <u64>xFirst;
    let x2 = v128.xor(high, i32x4.splat((word3 | load<u32>(x, 4)) ^ key1));
    let x0 = v128.xor(highWords(x2, m1), i32x4.splat(<u32>xp1 ^ (key0 + W0)));
    let x1 = i32x4.mul(x2, m1);
    x2 = v128.xor(low, i32x4.splat(<u32>(xp0 >> 32) ^ (key1 + W1)));
    let x3 = i32x4.splat(<u32>xp0);

    const y = samples + ((next / inputSlices) << 3);
    const yp1 = <u64>M1 * <u64>load<u32>(y);
    const yFirst = <u32>(yp1 >> 32) ^ (word1 | ((<u32>(next % inputSlices)) << 24)) ^ key0;
    const yp0 = <u64>M0 * <u64>yFirst;
    let y2 = v128.xor(high, i32x4.splat((word3 | load<u32>(y, 4)) ^ key1));
    let y0 = v128.xor(highWords(y2, m1), i32x4.splat(<u32>yp1 ^ (key0 + W0)));
    let y1 = i32x4.mul(y2, m1);
    y2 = v128.xor(low, i32x4.splat(<u32>(yp0 >> 32) ^ (key1 + W1)));
    let y3 = i32x4.splat(<u32>yp0);

    let k0 = start0;
    let k1 = start1;
    for (let round = 2; round < 10; round++) {
      const highX0 = highWords(x0, m0);
      const lowX0 = i32x4.mul(x0, m0);
      const highX2 = highWords(x2, m1);
      const lowX2 = i32x4.mul(x2, m1);
      const highY0 = highWords(y0, m0);
      const lowY0 = i32x4.mul(y0, m0);
      const highY2 = highWords(y2, m1);
      const lowY2 = i32x4.mul(y2, m1);
      x0 = mixed(highX2, x1, k0);
      x1 = lowX2;
      x2 = mixed(highX0, x3, k1);
      x3 = lowX0;
      y0 = mixed(highY2, y1, k0);
      y1 = lowY2;
      y2 = mixed(highY0, y3, k1);
      y3 = lowY0;
      k0 = i32x4.add(k0, w0x4());
      k1 = i32x4.add(k1, w1x4());
    }
    storePairs(to, x0, x1, x2, x3);
    if (to + LINE_BYTES < end) storePairs(to + LINE_BYTES, y0, y1, y2, y3);
  }
  radii(out, end);
  waves(out, end);
}
