// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011), four counters at
// a time: vector xj holds word j of four consecutive counters.
//
//   one round    hi:lo = M0 * x0,  HI:LO = M1 * x2
//                x0 = HI ^ x1 ^ k0    x1 = LO    x2 = hi ^ x3 ^ k1    x3 = lo
//   after it     k0 += W0, k1 += W1
//
// What limits it are shuffles, of which the machines have two a cycle: a widening product takes three instructions, two
// of them shuffles (also of the constant factor). Low words from a product of their own leave ten shuffles a round of
// twelve. Counters as pairs of words, [x0 x2 x0 x2] and [x1 x3 x1 x3], would save the transposes at the end, but then one
// word in two has to change its place in every round.

/** Multipliers and key increments of the paper. */
export const M0: u32 = 0xd2511f53;
export const M1: u32 = 0xcd9e8d57;
export const W0: u32 = 0x9e3779b9;
export const W1: u32 = 0xbb67ae85;

/** The same four for vectors: a v128.const would be built anew in every round (see box-muller.ts). */
const WORDS: usize = memory.data<u32>([0xd2511f53, 0xcd9e8d57, 0x9e3779b9, 0xbb67ae85], 16);

@inline
export function m0x4(): v128 {
  return v128.load32_splat(WORDS, 0);
}

@inline
export function m1x4(): v128 {
  return v128.load32_splat(WORDS, 4);
}

@inline
export function w0x4(): v128 {
  return v128.load32_splat(WORDS, 8);
}

@inline
export function w1x4(): v128 {
  return v128.load32_splat(WORDS, 12);
}

/** The high words of four products; the low ones are `i32x4.mul(x, multiplier)`, where two shuffles would do it too. */
@inline
export function highWords(x: v128, multiplier: v128): v128 {
  const lower = i64x2.extmul_low_i32x4_u(x, multiplier);
  const upper = i64x2.extmul_high_i32x4_u(x, multiplier);
  return v128.shuffle<i32>(lower, upper, 1, 3, 5, 7);
}

/** The new x0 or x2: high product, the neighbouring word, the round key. */
@inline
export function mixed(high: v128, word: v128, key: v128): v128 {
  return v128.xor(high, v128.xor(word, key));
}
