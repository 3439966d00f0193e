import { LINE_BYTES } from "../layout";

@inline
function sum2(into: v128, factor: v128, from: v128): v128 {
  return f64x2.add(f64x2.promote_low_f32x4(into), f64x2.mul(factor, f64x2.promote_low_f32x4(from)));
}

@inline
function upper(x: v128): v128 {
  return v128.shuffle<i64>(x, x, 1, 1);
}

/**
 * Variances of a line added to those of its conversion: i ascending, each step in f64 and rounded once to f32.
 *
 *     into[v][l] = f32(into[v][l] + fl(factor_i * from[c][l])),  c = v * inputSlices + i,  factor_i = factor 2^(bits i)
 *
 *     into   f32[vectors][16]
 *     from   f32[vectors * inputSlices][16]
 */
export function f32_accumulate_variance(
  into: usize,
  from: usize,
  vectors: usize,
  inputSlices: usize,
  bits: u32,
  factor: f64,
): void {
  assert(((into | from) & 15) == 0);
  for (const end = into + vectors * LINE_BYTES; into < end; into += LINE_BYTES) {
    let significance = factor;
    for (let i: usize = 0; i < inputSlices; i++, from += LINE_BYTES) {
      const unit = f64x2.splat(significance);
      for (let lane: usize = 0; lane < LINE_BYTES; lane += 16) {
        const x = v128.load(into + lane);
        const y = v128.load(from + lane);
        const low = f32x4.demote_f64x2_zero(sum2(x, unit, y));
        const high = f32x4.demote_f64x2_zero(sum2(upper(x), unit, upper(y)));
        v128.store(into + lane, v128.shuffle<i64>(low, high, 0, 2));
      }
      significance *= <f64>(1 << bits);
    }
  }
}
