import { highWords, M0, M1, m0x4, m1x4, mixed, W0, W1, w0x4, w1x4 } from "./philox";

/**
 * Four counters as two pairs of vectors: radius words, then angle words, of two counters each.
 *
 *     x0 = [ a0 b0 c0 d0 ]        to = [ a0 a2 b0 b2 | a1 a3 b1 b3 | c0 c2 d0 d2 | c1 c3 d1 d3 ]
 */
@inline
export function storePairs(to: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  v128.store(to, v128.shuffle<i32>(x0, x2, 0, 4, 1, 5), 0);
  v128.store(to, v128.shuffle<i32>(x1, x3, 0, 4, 1, 5), 16);
  v128.store(to, v128.shuffle<i32>(x0, x2, 2, 6, 3, 7), 32);
  v128.store(to, v128.shuffle<i32>(x1, x3, 2, 6, 3, 7), 48);
}

/**
 * Words of the counters word0, word0 + 1, ... in the order of `storePairs`, 16 bytes each, from `to` up to `end`.
 *
 * Only word 0 differs between them, so half of the first two rounds is the same for all. Eight counters at a time: four
 * alone wait for their own products (0.80 of the speed), twelve spill (0.92), and the rounds written out one after the
 * other are slower than the loop (0.86), whose order the compiler does not mix up.
 */
export function storeWords(
  to: usize,
  end: usize,
  word0: u32,
  word1: u32,
  word2: u32,
  word3: u32,
  key0: u32,
  key1: u32,
): void {
  // After round 1:  x0 = first  x1 = <u32>p1  x2 = hi(M0 w) ^ word3 ^ key1  x3 = lo(M0 w)
  const p1 = <u64>M1 * <u64>word2;
  const first = <u32>(p1 >> 32) ^ word1 ^ key0;
  const third = i32x4.splat(word3 ^ key1);
  // After round 2:  x0 = hi(M1 x2) ^ fixed0  x1 = lo(M1 x2)  x2 = fixed2 ^ x3  x3 = fixed3
  const p0 = <u64>M0 * <u64>first;
  const fixed0 = i32x4.splat(<u32>p1 ^ (key0 + W0));
  const fixed2 = i32x4.splat(<u32>(p0 >> 32) ^ (key1 + W1));
  const fixed3 = i32x4.splat(<u32>p0);
  const start0 = i32x4.splat(key0 + 2 * W0);
  const start1 = i32x4.splat(key1 + 2 * W1);
  let w = i32x4.add(i32x4.splat(word0), i32x4(0, 1, 2, 3));
  for (; to < end; to += 128) {
    const m0 = m0x4();
    const m1 = m1x4();

    let x2 = v128.xor(highWords(w, m0), third);
    let x3 = i32x4.mul(w, m0);
    let x0 = v128.xor(highWords(x2, m1), fixed0);
    let x1 = i32x4.mul(x2, m1);
    x2 = v128.xor(fixed2, x3);
    x3 = fixed3;
    w = i32x4.add(w, i32x4.splat(4));

    let y2 = v128.xor(highWords(w, m0), third);
    let y3 = i32x4.mul(w, m0);
    let y0 = v128.xor(highWords(y2, m1), fixed0);
    let y1 = i32x4.mul(y2, m1);
    y2 = v128.xor(fixed2, y3);
    y3 = fixed3;
    w = i32x4.add(w, i32x4.splat(4));

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
    if (to + 64 < end) storePairs(to + 64, y0, y1, y2, y3);
  }
}
