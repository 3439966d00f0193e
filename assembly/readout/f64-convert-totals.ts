import { LANES, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { addFour, code, MAGIC_BITS } from "./codes";

@inline
function convertPanel(
  total: usize,
  totalStride: usize,
  lines: usize,
  vectors: usize,
  inputSlices: usize,
  sliceBits: u32,
  tau: usize,
  q: f32,
  p: f32,
  o: f32,
  top: f32,
  factor: f64,
  perVector: usize,
): void {
  assert((lines & 15) == 0);
  const scale = f32x4.splat(q);
  const limit = f32x4.splat(top);
  const unit = f64x2.splat(factor);
  const magic = i32x4.splat(MAGIC_BITS);
  const vectorBytes = inputSlices * LINE_BYTES;
  for (let vector: usize = 0; vector < vectors; vector++, lines += vectorBytes, total += totalStride << 3) {
    const shift = f64x2.splat(perVector ? load<f64>(perVector + (vector << 3)) : 0);
    const last = lines + vectorBytes - LINE_BYTES;
    let drive = tau + ((inputSlices - 1) << 2);
    let offset = f32x4.splat(o);
    if (tau) offset = f32x4.add(f32x4.mul(v128.load32_splat(drive), f32x4.splat(p)), offset);
    let sum0 = i32x4.sub(code(v128.load(last, Q0), scale, offset, limit), magic);
    let sum4 = i32x4.sub(code(v128.load(last, Q4), scale, offset, limit), magic);
    let sum8 = i32x4.sub(code(v128.load(last, Q8), scale, offset, limit), magic);
    let sumC = i32x4.sub(code(v128.load(last, QC), scale, offset, limit), magic);
    for (let at = last - LINE_BYTES; at >= lines; at -= LINE_BYTES) {
      drive -= 4;
      if (tau) offset = f32x4.add(f32x4.mul(v128.load32_splat(drive), f32x4.splat(p)), f32x4.splat(o));
      const code0 = i32x4.sub(code(v128.load(at, Q0), scale, offset, limit), magic);
      const code4 = i32x4.sub(code(v128.load(at, Q4), scale, offset, limit), magic);
      const code8 = i32x4.sub(code(v128.load(at, Q8), scale, offset, limit), magic);
      const codeC = i32x4.sub(code(v128.load(at, QC), scale, offset, limit), magic);
      sum0 = i32x4.add(i32x4.shl(sum0, sliceBits), code0);
      sum4 = i32x4.add(i32x4.shl(sum4, sliceBits), code4);
      sum8 = i32x4.add(i32x4.shl(sum8, sliceBits), code8);
      sumC = i32x4.add(i32x4.shl(sumC, sliceBits), codeC);
    }
    const shifted = perVector != 0;
    addFour(total, sum0, unit, shift, shifted);
    addFour(total + 32, sum4, unit, shift, shifted);
    addFour(total + 64, sum8, unit, shift, shifted);
    addFour(total + 96, sumC, unit, shift, shifted);
    if (tau) tau += inputSlices << 2;
  }
}

/**
 * ADC of some panels' lines, shift-and-add of a vector's input slices, and the digital sum, in one pass.
 *
 *     code         = clamp(nearest(fl(fl(n q) + fl(fl(tau[c] p) + o))), 0, top), ties to the even code
 *     A            = sum over i of 2^(sliceBits i) code(v * inputSlices + i, l), exact
 *     total[v][l]  = fl(total[v][l] + fl(fl(factor A) + perVector[v]))
 *
 *     total       f64[vectors][totalStride], from the first panel's first column on
 *     lines       f32[panels][vectors * inputSlices][16]
 *     tau         f32[vectors * inputSlices], or 0 where the baseline cancels
 *     top         at most 65535, and the largest A below 2^31
 *     perVector   f64[vectors], or 0 for none
 */
export function f64_convert_totals(
  total: usize,
  totalStride: usize,
  lines: usize,
  panels: usize,
  vectors: usize,
  inputSlices: usize,
  sliceBits: u32,
  tau: usize,
  q: f32,
  p: f32,
  o: f32,
  top: f32,
  factor: f64,
  perVector: usize,
): void {
  const panelBytes = vectors * inputSlices * LINE_BYTES;
  for (let panel: usize = 0; panel < panels; panel++, total += LANES << 3, lines += panelBytes) {
    convertPanel(total, totalStride, lines, vectors, inputSlices, sliceBits, tau, q, p, o, top, factor, perVector);
  }
}
