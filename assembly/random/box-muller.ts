// Two uniform words give two standard normals (Box and Muller 1958):
//
//   r = sqrt(-2 ln u), u = (w + 1/2) 2^-32        n0 = r cos(2 pi w' 2^-32)      n1 = r sin(2 pi w' 2^-32)
//
// u is never 0 nor 1, so r is at most 6.76 and never infinite. All arithmetic is correctly rounded f32 in this order,
// so the bits are the same everywhere. Against f64 the largest error seen is stated in
// test/kernels/normals.test.ts.

/** -2 ln 2 times an exponent e <= 0 is what the exponent adds to r^2. */
const MINUS_TWO_LN_2: f32 = -1.3862943611198906;
const HALF_ULP: f32 = 2.3283064365386963e-10; // 2^-32
const SQRT_HALF_BITS: i32 = 0x3f3504f3;
const ONE_BITS: i32 = 0x3f800000;

// 4 atanh(s) = 4 s + s^3 (A0 + A1 s^2 + A2 s^4) for |s| <= 3 - 2 sqrt 2; minimax, relative error 8.1e-10.
const A0: f32 = 1.333335518836975;
const A1: f32 = 0.7995508313179016;
const A2: f32 = 0.5974345803260803;

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
  const v = f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(v128.xor(w, mirrored)), f32x4.splat(0.5)), f32x4.splat(HALF_ULP));
  const y = v128.bitselect(f32x4.sub(f32x4.splat(1), v), v, mirrored);
  const bits = i32x4.sub(y, i32x4.splat(SQRT_HALF_BITS));
  const exponent = i32x4.shr_s(bits, 23);
  const m = i32x4.sub(y, i32x4.shl(exponent, 23));
  // u < 1/2 has exponent <= -1, so exponent 0 means mirrored and y >= sqrt(1/2): there t is v, unrounded.
  const t = v128.bitselect(v, f32x4.sub(f32x4.splat(1), m), i32x4.eq(exponent, i32x4.splat(0)));
  const s = f32x4.div(t, f32x4.sub(f32x4.splat(2), t));
  const z = f32x4.mul(s, s);
  const p = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(f32x4.splat(A2), z), f32x4.splat(A1)), z), f32x4.splat(A0));
  const rest = f32x4.mul(s, f32x4.add(f32x4.mul(p, z), f32x4.splat(4)));
  const whole = f32x4.mul(f32x4.convert_i32x4_s(exponent), f32x4.splat(MINUS_TWO_LN_2));
  return f32x4.sqrt(f32x4.add(whole, rest));
}

/** 2 pi 2^-34: radians of one step of a word shifted left by two. */
const STEP: f32 = 3.6572951981380895e-10;
const EIGHTH: i32 = 0x20000000;
const SIGN: i32 = 0x80000000;

// sin x = x + x^3 (S0 + S1 x^2 + S2 x^4), cos x = 1 - x^2/2 + x^4 (C0 + C1 x^2 + C2 x^4) for |x| <= pi/4; minimax,
// errors 3.6e-9 (relative) and 9.5e-11 (absolute). Two terms each would cost 1.8e-6 and 6.7e-8.
const S0: f32 = -0.16666655242443085;
const S1: f32 = 0.008332177996635437;
const S2: f32 = -0.0001951729936990887;
const C0: f32 = 0.04166664555668831;
const C1: f32 = -0.001388736767694354;
const C2: f32 = 2.4438451873720624e-5;

/**
 * A word is a whole turn, so the quadrant is in its top bits: shifting them out leaves four times the signed distance
 * to the nearest quarter turn, without any rounding.
 */
@inline
export function angle(w: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shl(w, 2)), f32x4.splat(STEP));
}

@inline
export function sinNear(x: v128, z: v128): v128 {
  const p = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(f32x4.splat(S2), z), f32x4.splat(S1)), z), f32x4.splat(S0));
  return f32x4.add(x, f32x4.mul(f32x4.mul(x, z), p));
}

@inline
export function cosNear(z: v128): v128 {
  const p = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(f32x4.splat(C2), z), f32x4.splat(C1)), z), f32x4.splat(C0));
  return f32x4.add(f32x4.sub(f32x4.splat(1), f32x4.mul(f32x4.splat(0.5), z)), f32x4.mul(f32x4.mul(z, z), p));
}

/** The quadrant in bits 31 and 30: 0 1 2 3 around the turn. */
@inline
export function quadrant(w: v128): v128 {
  return i32x4.add(w, i32x4.splat(EIGHTH));
}

/** All ones where the quadrant is odd: there sine and cosine change places. */
@inline
export function swapped(q: v128): v128 {
  return i32x4.shr_s(i32x4.shl(q, 1), 31);
}

/** cos: + - - + over the quadrants. */
@inline
export function cosTurned(q: v128, swap: v128, sine: v128, cosine: v128): v128 {
  const sign = v128.and(v128.xor(q, i32x4.shl(q, 1)), i32x4.splat(SIGN));
  return v128.xor(v128.bitselect(sine, cosine, swap), sign);
}

/** sin: + + - - over the quadrants. */
@inline
export function sinTurned(q: v128, swap: v128, sine: v128, cosine: v128): v128 {
  return v128.xor(v128.bitselect(cosine, sine, swap), v128.and(q, i32x4.splat(SIGN)));
}
