import { ACC_BYTES, LINE_BYTES } from "../layout";

@inline
function code(n: v128, q: v128, offset: v128, top: v128): v128 {
  const x = f32x4.nearest(f32x4.add(f32x4.mul(n, q), offset));
  return f32x4.pmin(top, f32x4.pmax(f32x4.splat(0), x));
}

/**
 * ADC of one panel's lines and shift-and-add of a vector's input slices.
 *
 *     code        = clamp(nearest(fl(fl(n q) + fl(fl(tau[c] p) + o))), 0, top), ties to the even code
 *     acc[v][l]  += weight * A,  A = sum over i of 2^(sliceBits i) code(v * inputSlices + i, l), exact
 *
 *     acc       f64[vectors][16]
 *     lines     f32[vectors * inputSlices][16]
 *     tau       f32[vectors * inputSlices], or 0 where the baseline cancels
 */
export function f64_convert_lines(
  acc: usize,
  lines: usize,
  vectors: usize,
  inputSlices: usize,
  tau: usize,
  q: f32,
  p: f32,
  o: f32,
  top: f32,
  weight: f64,
  sliceBits: u32,
): void {
  assert(((acc | lines) & 15) == 0);
  const scale = f32x4.splat(q);
  const limit = f32x4.splat(top);
  const factor = f64x2.splat(weight);
  let largest: f64 = 0;
  for (let i: usize = 0; i < inputSlices; i++) largest = largest * <f64>(1 << sliceBits) + <f64>top;
  // Whole numbers below 2^24 add up exactly in f32, four at a time; 16-bit codes of many slices need the doubles.
  const narrow = largest < 16777216;
  for (const end = acc + vectors * ACC_BYTES; acc < end; acc += ACC_BYTES) {
    if (narrow) addNarrow(acc, lines, inputSlices, tau, scale, p, o, limit, factor, sliceBits);
    else addWide(acc, lines, inputSlices, tau, scale, p, o, limit, factor, sliceBits);
    lines += inputSlices * LINE_BYTES;
    if (tau) tau += inputSlices << 2;
  }
}

/** One vector, sums of codes in f32. */
@inline
function addNarrow(
  acc: usize,
  lines: usize,
  inputSlices: usize,
  tau: usize,
  scale: v128,
  p: f32,
  o: f32,
  limit: v128,
  factor: v128,
  sliceBits: u32,
): void {
  let sum0 = f32x4.splat(0);
  let sum4 = sum0;
  let sum8 = sum0;
  let sumC = sum0;
  let step = f32x4.splat(1);
  const next = f32x4.splat(<f32>(1 << sliceBits));
  for (const end = lines + inputSlices * LINE_BYTES; lines < end; lines += LINE_BYTES) {
    let offset = f32x4.splat(o);
    if (tau) {
      offset = f32x4.add(f32x4.mul(v128.load32_splat(tau), f32x4.splat(p)), offset);
      tau += 4;
    }
    sum0 = f32x4.add(sum0, f32x4.mul(step, code(v128.load(lines, 0), scale, offset, limit)));
    sum4 = f32x4.add(sum4, f32x4.mul(step, code(v128.load(lines, 16), scale, offset, limit)));
    sum8 = f32x4.add(sum8, f32x4.mul(step, code(v128.load(lines, 32), scale, offset, limit)));
    sumC = f32x4.add(sumC, f32x4.mul(step, code(v128.load(lines, 48), scale, offset, limit)));
    step = f32x4.mul(step, next);
  }
  addQuad(acc, sum0, factor);
  addQuad(acc + 32, sum4, factor);
  addQuad(acc + 64, sum8, factor);
  addQuad(acc + 96, sumC, factor);
}

@inline
function addQuad(at: usize, sum: v128, factor: v128): void {
  const low = f64x2.promote_low_f32x4(sum);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(sum, sum, 1, 1));
  v128.store(at, f64x2.add(v128.load(at), f64x2.mul(factor, low)));
  v128.store(at, f64x2.add(v128.load(at, 16), f64x2.mul(factor, high)), 16);
}

/** One vector, sums of codes in f64. */
@inline
function addWide(
  acc: usize,
  lines: usize,
  inputSlices: usize,
  tau: usize,
  scale: v128,
  p: f32,
  o: f32,
  limit: v128,
  factor: v128,
  sliceBits: u32,
): void {
  for (let lane: usize = 0; lane < LINE_BYTES; lane += 16) {
    let low = f64x2.splat(0);
    let high = low;
    let significance: f64 = 1;
    for (let i: usize = 0; i < inputSlices; i++) {
      const offset: f32 = tau ? load<f32>(tau + (i << 2)) * p + o : o;
      const x = code(v128.load(lines + i * LINE_BYTES + lane), scale, f32x4.splat(offset), limit);
      const step = f64x2.splat(significance);
      low = f64x2.add(low, f64x2.mul(step, f64x2.promote_low_f32x4(x)));
      high = f64x2.add(high, f64x2.mul(step, f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1))));
      significance *= <f64>(1 << sliceBits);
    }
    const at = acc + (lane << 1);
    v128.store(at, f64x2.add(v128.load(at, 0), f64x2.mul(factor, low)), 0);
    v128.store(at, f64x2.add(v128.load(at, 16), f64x2.mul(factor, high)), 16);
  }
}
