import { ACC_BYTES, LINE_BYTES } from "../layout";
import { storeUniforms16 } from "../random/draw-16";

/**
 * `f64_convert_lines` with codes that round up with a probability equal to the fraction.
 *
 *     u           = clamp(fl(fl(n q) + fl(fl(tau[c] p) + o)), 0, top)
 *     code        = floor(u) + (U < u - floor(u)),  the difference exact: the mean code is u
 *     U           = the uniform of element 4 word0 + l, input slice i, sample of vector v
 *     acc[v][l]  += weight 2^(sliceBits i) code(v * inputSlices + i, l), exact for whole weights
 *
 *     acc       f64[vectors][16]
 *     lines     f32[vectors * inputSlices][16]
 *     tau       f32[vectors * inputSlices], or 0 where the baseline cancels
 *     uniforms  f32[16], overwritten
 *     samples   u32[vectors][2], lower word first
 *     word1     with 0 in its upper 8 bits, where i goes;  word3  with 0 in its lower 6, where the sample's upper bits go
 */
export function f64_convert_lines_stochastic(
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
  uniforms: usize,
  word0: u32,
  word1: u32,
  samples: usize,
  word3: u32,
  key0: u32,
  key1: u32,
): void {
  assert(((acc | lines | uniforms) & 15) == 0);
  const scale = f32x4.splat(q);
  const limit = f32x4.splat(top);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let vector: usize = 0; vector < vectors; vector++, acc += ACC_BYTES) {
    const word2 = load<u32>(samples + (vector << 3));
    const carried = word3 | load<u32>(samples + (vector << 3), 4);
    let significance = weight;
    for (let slice: u32 = 0; slice < <u32>inputSlices; slice++, lines += LINE_BYTES) {
      storeUniforms16(uniforms, word0, word1 | (slice << 24), word2, carried, key0, key1);
      let offset: f32 = o;
      if (tau) {
        offset = load<f32>(tau) * p + o;
        tau += 4;
      }
      const shift = f32x4.splat(offset);
      const step = f64x2.splat(significance);
      for (let lane: usize = 0; lane < LINE_BYTES; lane += 16) {
        const u = f32x4.pmin(limit, f32x4.pmax(zero, f32x4.add(f32x4.mul(v128.load(lines + lane), scale), shift)));
        const below = f32x4.floor(u);
        const up = v128.and(one, f32x4.lt(v128.load(uniforms + lane), f32x4.sub(u, below)));
        const code = f32x4.add(below, up);
        const at = acc + (lane << 1);
        const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(code, code, 1, 1));
        v128.store(at, f64x2.add(v128.load(at, 0), f64x2.mul(step, f64x2.promote_low_f32x4(code))), 0);
        v128.store(at, f64x2.add(v128.load(at, 16), f64x2.mul(step, high)), 16);
      }
      significance *= <f64>(1 << sliceBits);
    }
  }
}
