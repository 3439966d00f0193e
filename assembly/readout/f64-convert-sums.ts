import { LANES } from "../layout";
import { addFour, code, MAGIC_BITS } from "./codes";

// Whole sums of up to four panels to digital totals in one pass: an ideal converter, the shift-and-add of a vector's
// input bits, and f64-add-scaled.ts, without lines and accumulators in between.
//
// Measured (512 reads x 512 columns x 4 slices, the W1 of bench/; Zen 4, Node 20): 0.37 ms, 0.42 ms with roundings and
// sums in f32, 0.80 ms as lines, accumulators and totals.

const SUM_BYTES: usize = 2 * LANES;
@inline
function shiftAdd(sum: v128, next: v128): v128 {
  return i32x4.add(i32x4.add(sum, sum), next);
}

/**
 * ADC of some panels' whole sums, shift-and-add of a vector's input bits, and the digital sum.
 *
 *     code         = clamp(nearest(fl(fl(n q) + fl(fl(tau[c] p) + o))), 0, top), ties to the even code
 *     A            = sum over i of 2^i code(v * inputSlices + i, l), exact
 *     total[v][l]  = fl(total[v][l] + fl(fl(factor A) + perVector[v]))
 *
 *     total       f64[vectors][totalStride], from the panels' first column on
 *     sums        i16[vectors * inputSlices][panels][16]
 *     tau         f32[vectors * inputSlices], or 0 where the baseline cancels
 *     top         top (2^inputSlices - 1) < 2^31
 *     perVector   f64[vectors], or 0 for none
 */
export function f64_convert_sums(
  total: usize,
  totalStride: usize,
  sums: usize,
  panels: usize,
  vectors: usize,
  inputSlices: usize,
  tau: usize,
  q: f32,
  p: f32,
  o: f32,
  top: f32,
  factor: f64,
  perVector: usize,
): void {
  assert((sums & 15) == 0);
  const scale = f32x4.splat(q);
  const limit = f32x4.splat(top);
  const unit = f64x2.splat(factor);
  const readBytes = panels * SUM_BYTES;
  const vectorBytes = inputSlices * readBytes;
  // 2 (-M) + M = -M: started from -M, a sum stays the codes' less M however many there are.
  const start = i32x4.splat(-MAGIC_BITS);
  const magic = i32x4.splat(MAGIC_BITS);
  for (let vector: usize = 0; vector < vectors; vector++, sums += vectorBytes, total += totalStride << 3) {
    const shift = f64x2.splat(perVector ? load<f64>(perVector + (vector << 3)) : 0);
    let to = total;
    for (let from = sums, end = sums + readBytes; from < end; from += SUM_BYTES, to += LANES << 3) {
      let sum0 = start;
      let sum4 = start;
      let sum8 = start;
      let sumC = start;
      let drive = tau + ((inputSlices - 1) << 2);
      for (let at = from + vectorBytes - readBytes; at >= from; at -= readBytes, drive -= 4) {
        let offset = f32x4.splat(o);
        if (tau) offset = f32x4.add(f32x4.mul(v128.load32_splat(drive), f32x4.splat(p)), offset);
        const low = v128.load(at);
        const high = v128.load(at, 16);
        sum0 = shiftAdd(sum0, code(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(low)), scale, offset, limit));
        sum4 = shiftAdd(sum4, code(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(low)), scale, offset, limit));
        sum8 = shiftAdd(sum8, code(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(high)), scale, offset, limit));
        sumC = shiftAdd(sumC, code(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(high)), scale, offset, limit));
      }
      sum0 = i32x4.add(sum0, magic);
      sum4 = i32x4.add(sum4, magic);
      sum8 = i32x4.add(sum8, magic);
      sumC = i32x4.add(sumC, magic);
      if (perVector) {
        addFour(to, sum0, unit, shift, true);
        addFour(to + 32, sum4, unit, shift, true);
        addFour(to + 64, sum8, unit, shift, true);
        addFour(to + 96, sumC, unit, shift, true);
      } else {
        addFour(to, sum0, unit, shift, false);
        addFour(to + 32, sum4, unit, shift, false);
        addFour(to + 64, sum8, unit, shift, false);
        addFour(to + 96, sumC, unit, shift, false);
      }
    }
    if (tau) tau += inputSlices << 2;
  }
}
