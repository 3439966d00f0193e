// Two uniform words give two standard normals (Box and Muller 1958):
//
//   r = sqrt(-2 ln u), u = (w + 1/2) 2^-32        n0 = r cos(2 pi w' 2^-32)      n1 = r sin(2 pi w' 2^-32)
//
// u is never 0 nor 1, so r is at most 6.76 and never infinite. All arithmetic is correctly rounded f32 in this order,
// so the bits are the same everywhere. Against f64 the largest error seen is stated in
// test/kernels/normals.test.ts.

// Constants come from memory, one broadcast each: V8 builds a v128.const anew from two halves wherever it is used, three
// instructions each time (measured: the draws were 20 % slower).
//
//   4 atanh(s) = 4 s + s^3 (A0 + A1 s^2 + A2 s^4)            |s| <= 3 - 2 sqrt 2, relative error 8.1e-10
//   sin x      = x + x^3 (S0 + S1 x^2 + S2 x^4)              |x| <= pi/4,         relative error 3.6e-9
//   cos x      = 1 - x^2/2 + x^4 (C0 + C1 x^2 + C2 x^4)      |x| <= pi/4,         absolute error 9.5e-11
//
// The coefficients are minimax fits rounded to f32. Two terms instead of three for sine and cosine would leave 1.8e-6
// and 6.7e-8.
const FLOATS: usize = memory.data<f32>(
  [
    0.5, 1, 2, 4, 2.3283064365386963e-10 /* 2^-32 */, 3.657295198167899e-10 /* 2 pi 2^-34 */,
    -1.6525916635146132e-7 /* -2 ln 2 2^-23 */, 1.333335518836975, 0.7995508313179016, 0.5974345803260803,
    -0.16666655242443085, 0.008332177996635437, -0.0001951729936990887, 0.04166664555668831, -0.001388736767694354,
    2.4438451873720624e-5,
  ],
  16,
);
const HALF: usize = FLOATS;
const ONE: usize = FLOATS + 4;
const TWO: usize = FLOATS + 8;
const FOUR: usize = FLOATS + 12;
/** From a word to its share of a whole. */
const SHARE: usize = FLOATS + 16;
/** Radians of one step of a word shifted left by two. */
const STEP: usize = FLOATS + 20;
/** What an exponent e <= 0 of u adds to r^2, per unit of its place in a float. */
const EXPONENT: usize = FLOATS + 24;
const A0: usize = FLOATS + 28;
const A1: usize = FLOATS + 32;
const A2: usize = FLOATS + 36;
const S0: usize = FLOATS + 40;
const S1: usize = FLOATS + 44;
const S2: usize = FLOATS + 48;
const C0: usize = FLOATS + 52;
const C1: usize = FLOATS + 56;
const C2: usize = FLOATS + 60;

const WORDS: usize = memory.data<u32>([0x3f3504f3 /* sqrt(1/2) as f32 */, 0x20000000, 0x80000000, 0xff800000], 16);
const SQRT_HALF: usize = WORDS;
/** An eighth of a turn. */
const EIGHTH: usize = WORDS + 4;
const SIGN: usize = WORDS + 8;
/** Sign and exponent of a float. */
const EXPONENT_BITS: usize = WORDS + 12;

@inline
function constant(address: usize): v128 {
  return v128.load32_splat(address);
}

/**
 * sqrt(-2 ln((w + 1/2) 2^-32)) of four words.
 *
 * The upper half of the words is mirrored, v = (~w + 1/2) 2^-32 = 1 - u, so that u near 1 keeps its relative
 * precision: ln(1 - v) is taken from v itself, not from a rounded 1 - v. With y = u = m 2^e, m in [sqrt 1/2, sqrt 2),
 * t = 1 - m (or v):  -ln m = 2 atanh(t / (2 - t)).
 */
@inline
export function radius(w: v128): v128 {
  const mirrored = i32x4.shr_s(w, 31);
  const v = f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(v128.xor(w, mirrored)), constant(HALF)), constant(SHARE));
  // 1 - v where mirrored, which is not below 1/2 then; else the larger of v and -v.
  const y = f32x4.pmax(v, f32x4.sub(v128.and(mirrored, constant(ONE)), v));
  const exponent = v128.and(i32x4.sub(y, constant(SQRT_HALF)), constant(EXPONENT_BITS));
  const m = i32x4.sub(y, exponent);
  // u < 1/2 has exponent <= -1, so exponent 0 means mirrored and y >= sqrt(1/2): there t is v, unrounded.
  const t = v128.bitselect(v, f32x4.sub(constant(ONE), m), i32x4.eq(exponent, i32x4.splat(0)));
  const s = f32x4.div(t, f32x4.sub(constant(TWO), t));
  const z = f32x4.mul(s, s);
  const p = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(constant(A2), z), constant(A1)), z), constant(A0));
  const rest = f32x4.mul(s, f32x4.add(f32x4.mul(p, z), constant(FOUR)));
  const whole = f32x4.mul(f32x4.convert_i32x4_s(exponent), constant(EXPONENT));
  return f32x4.sqrt(f32x4.add(whole, rest));
}

/**
 * A word is a whole turn, so the quadrant is in its top bits: shifting them out leaves four times the signed distance
 * to the nearest quarter turn, without any rounding.
 */
@inline
export function angle(w: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shl(w, 2)), constant(STEP));
}

@inline
export function sinNear(x: v128, z: v128): v128 {
  const p = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(constant(S2), z), constant(S1)), z), constant(S0));
  return f32x4.add(x, f32x4.mul(f32x4.mul(x, z), p));
}

@inline
export function cosNear(z: v128): v128 {
  const p = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(constant(C2), z), constant(C1)), z), constant(C0));
  return f32x4.add(f32x4.sub(constant(ONE), f32x4.mul(constant(HALF), z)), f32x4.mul(f32x4.mul(z, z), p));
}

/** The quadrant in bits 31 and 30: 0 1 2 3 around the turn. */
@inline
export function quadrant(w: v128): v128 {
  return i32x4.add(w, constant(EIGHTH));
}

/** Sine and cosine change places where the quadrant is odd: what both are exchanged with, or 0. */
@inline
export function exchange(q: v128, sine: v128, cosine: v128): v128 {
  return v128.and(v128.xor(sine, cosine), i32x4.shr_s(i32x4.shl(q, 1), 31));
}

/** cos: + - - + over the quadrants. */
@inline
export function cosTurned(q: v128, cosine: v128, exchanged: v128): v128 {
  return v128.xor(v128.xor(cosine, exchanged), v128.and(v128.xor(q, i32x4.shl(q, 1)), constant(SIGN)));
}

/** sin: + + - - over the quadrants. */
@inline
export function sinTurned(q: v128, sine: v128, exchanged: v128): v128 {
  return v128.xor(v128.xor(sine, exchanged), v128.and(q, constant(SIGN)));
}
