// Sums of three panels in two i32, where each of them leaves much of 32 bits unused:
//
//     t0 = s0 + 2^11 s1      t1 = s1 + 2^11 s2      modulo 2^32, every sum below 2^20
//
// t1 shows the low bits of s1. Without these, what is above the low bits of t0 are the upper bits of s0: then s0 is
// known, so s1, so s2.

/** How far the sums of the second of two panels lie above those of the first. */
export const SHARED_SHIFT: i32 = 11;

/** What every sum stays below. */
export const SHARED_SUMS: i32 = 1 << 20;

/** The low `bits` of every lane, with their sign. */
@inline
function signedPart(x: v128, bits: i32): v128 {
  return i32x4.shr_s(i32x4.shl(x, 32 - bits), 32 - bits);
}

/** The upper bits of s0. */
@inline
export function upperShared(t0: v128, t1: v128): v128 {
  return signedPart(i32x4.sub(i32x4.shr_s(t0, SHARED_SHIFT), t1), SHARED_SHIFT);
}

@inline
export function firstShared(t0: v128, upper: v128): v128 {
  return i32x4.add(v128.and(t0, i32x4.splat((1 << SHARED_SHIFT) - 1)), i32x4.shl(upper, SHARED_SHIFT));
}

@inline
export function secondShared(t0: v128, upper: v128): v128 {
  return signedPart(i32x4.sub(i32x4.shr_s(t0, SHARED_SHIFT), upper), 32 - SHARED_SHIFT);
}

@inline
export function thirdShared(t1: v128, second: v128): v128 {
  return i32x4.shr_s(i32x4.sub(t1, second), SHARED_SHIFT);
}
