// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011), four counters at
// a time: vector xj holds word j of four consecutive counters.
//
//   one round    hi:lo = M0 * x0,  HI:LO = M1 * x2
//                x0 = HI ^ x1 ^ k0    x1 = LO    x2 = hi ^ x3 ^ k1    x3 = lo
//   after it     k0 += W0, k1 += W1

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

/** The full products of lanes 0, 1 (of `low`) and 2, 3 (of `high`) give four low words ... */
@inline
export function lowWords(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 0, 2, 4, 6);
}

/** ... and four high words. */
@inline
export function highWords(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7);
}

@inline
export function productLow(x: v128, multiplier: v128): v128 {
  return i64x2.extmul_low_i32x4_u(x, multiplier);
}

@inline
export function productHigh(x: v128, multiplier: v128): v128 {
  return i64x2.extmul_high_i32x4_u(x, multiplier);
}

/** The new x0 or x2: high product, the neighbouring word, the round key. */
@inline
export function mixed(low: v128, high: v128, word: v128, key: v128): v128 {
  return v128.xor(v128.xor(highWords(low, high), word), key);
}
