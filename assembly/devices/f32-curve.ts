import { exp4 } from "../maths/f32x4-exp";
import { ln4 } from "../maths/f32x4-ln";

// One piece, 24 floats:
//
//   0 from | 4 origin | 8 low | 12 high | 16 log | 20 amplitude | 24 power | 28 rate | 32 terms | ... | 48 c0 ... c11
//
//   f(x) = clamp(c0 + u (c1 + u (c2 ...)) + log ln x + amplitude e^(power ln x + rate x), low, high),  u = x - origin

const FROM: usize = 0;
const ORIGIN: usize = 4;
const LOW: usize = 8;
const HIGH: usize = 12;
const LOG: usize = 16;
const AMPLITUDE: usize = 20;
const POWER: usize = 24;
const RATE: usize = 28;
const TERMS: usize = 32;
const COEFFICIENTS: usize = 48;
const PIECE_BYTES: usize = 96;

@inline
function piece4(x: v128, piece: usize): v128 {
  const u = f32x4.sub(x, v128.load32_splat(piece, ORIGIN));
  let y = f32x4.splat(0);
  const first = piece + COEFFICIENTS;
  for (let c = first + ((<usize>load<f32>(piece, TERMS)) << 2); c > first; ) {
    c -= 4;
    y = f32x4.add(f32x4.mul(y, u), v128.load32_splat(c));
  }
  const log = load<f32>(piece, LOG);
  const amplitude = load<f32>(piece, AMPLITUDE);
  if (log != 0 || amplitude != 0) {
    const l = ln4(x);
    y = f32x4.add(y, f32x4.mul(f32x4.splat(log), l));
    if (amplitude != 0) {
      const power = f32x4.mul(v128.load32_splat(piece, POWER), l);
      const e = exp4(f32x4.add(power, f32x4.mul(v128.load32_splat(piece, RATE), x)));
      y = f32x4.add(y, f32x4.mul(f32x4.splat(amplitude), e));
    }
  }
  return f32x4.pmin(v128.load32_splat(piece, HIGH), f32x4.pmax(v128.load32_splat(piece, LOW), y));
}

@inline
function argument(levels: usize, factor: v128, shift: v128, lowest: v128): v128 {
  return f32x4.pmax(lowest, f32x4.add(f32x4.mul(v128.load(levels), factor), shift));
}

/** Three coefficients without a loop; the highest is not 0, so that 0 u + c2 is c2. */
@inline
function quadratic(u: v128, c0: v128, c1: v128, c2: v128, low: v128, high: v128): v128 {
  const y = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(c2, u), c1), u), c0);
  return f32x4.pmin(high, f32x4.pmax(low, y));
}

/**
 * One polynomial over sixteen cells: four chains at once, where one alone waits for itself (programming 512 x 512 pairs
 * of phase-change devices takes 0.78 of the time).
 */
@inline
function polynomial16(out: usize, x0: v128, x4: v128, x8: v128, xC: v128, piece: usize): void {
  const origin = v128.load32_splat(piece, ORIGIN);
  const low = v128.load32_splat(piece, LOW);
  const high = v128.load32_splat(piece, HIGH);
  const first = piece + COEFFICIENTS;
  const u0 = f32x4.sub(x0, origin);
  const u4 = f32x4.sub(x4, origin);
  const u8 = f32x4.sub(x8, origin);
  const uC = f32x4.sub(xC, origin);
  let y0 = f32x4.splat(0);
  let y4 = y0;
  let y8 = y0;
  let yC = y0;
  for (let c = first + ((<usize>load<f32>(piece, TERMS)) << 2); c > first; ) {
    c -= 4;
    const coefficient = v128.load32_splat(c);
    y0 = f32x4.add(f32x4.mul(y0, u0), coefficient);
    y4 = f32x4.add(f32x4.mul(y4, u4), coefficient);
    y8 = f32x4.add(f32x4.mul(y8, u8), coefficient);
    yC = f32x4.add(f32x4.mul(yC, uC), coefficient);
  }
  v128.store(out, f32x4.pmin(high, f32x4.pmax(low, y0)), 0);
  v128.store(out, f32x4.pmin(high, f32x4.pmax(low, y4)), 16);
  v128.store(out, f32x4.pmin(high, f32x4.pmax(low, y8)), 32);
  v128.store(out, f32x4.pmin(high, f32x4.pmax(low, yC)), 48);
}

/**
 * A curve of the cells' conductances.
 *
 *     out[i] = f(max(scale levels[i] + offset, floor)),  f by pieces: the last one whose `from` is not above x
 *
 *     out, levels   f32[count], count a multiple of 4; they may be the same
 *     pieces        [pieceCount], ascending; the first is used below its `from` too
 *     floor         > 0 where a piece takes a logarithm
 */
export function f32_curve(
  out: usize,
  levels: usize,
  count: usize,
  scale: f32,
  offset: f32,
  floor: f32,
  pieces: usize,
  pieceCount: usize,
): void {
  assert((count & 3) == 0 && pieceCount > 0);
  const factor = f32x4.splat(scale);
  const shift = f32x4.splat(offset);
  const lowest = f32x4.splat(floor);
  const end = levels + (count << 2);
  const last = pieces + pieceCount * PIECE_BYTES;
  const plain = pieceCount == 1 && load<f32>(pieces, LOG) == 0 && load<f32>(pieces, AMPLITUDE) == 0;
  if (plain && load<f32>(pieces, TERMS) == 3 && load<f32>(pieces, COEFFICIENTS + 8) != 0) {
    const origin = v128.load32_splat(pieces, ORIGIN);
    const low = v128.load32_splat(pieces, LOW);
    const high = v128.load32_splat(pieces, HIGH);
    const c0 = v128.load32_splat(pieces, COEFFICIENTS);
    const c1 = v128.load32_splat(pieces, COEFFICIENTS + 4);
    const c2 = v128.load32_splat(pieces, COEFFICIENTS + 8);
    for (; levels + 32 <= end; levels += 32, out += 32) {
      const u0 = f32x4.sub(argument(levels, factor, shift, lowest), origin);
      const u4 = f32x4.sub(argument(levels + 16, factor, shift, lowest), origin);
      v128.store(out, quadratic(u0, c0, c1, c2, low, high), 0);
      v128.store(out, quadratic(u4, c0, c1, c2, low, high), 16);
    }
  } else if (plain) {
    for (; levels + 64 <= end; levels += 64, out += 64) {
      const x0 = argument(levels, factor, shift, lowest);
      const x4 = argument(levels + 16, factor, shift, lowest);
      const x8 = argument(levels + 32, factor, shift, lowest);
      const xC = argument(levels + 48, factor, shift, lowest);
      polynomial16(out, x0, x4, x8, xC, pieces);
    }
  }
  for (; levels < end; levels += 16, out += 16) {
    const x = argument(levels, factor, shift, lowest);
    let y = piece4(x, pieces);
    for (let piece = pieces + PIECE_BYTES; piece < last; piece += PIECE_BYTES) {
      const here = f32x4.ge(x, v128.load32_splat(piece, FROM));
      if (v128.any_true(here)) y = v128.bitselect(piece4(x, piece), y, here);
    }
    v128.store(out, y);
  }
}
