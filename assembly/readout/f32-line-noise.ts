import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { storeNormals16 } from "../random/draw-16";

@inline
function noisy(n: v128, variance: v128, xi: v128): v128 {
  return f32x4.add(n, f32x4.mul(f32x4.sqrt(variance), xi));
}

/**
 * Read noise of one panel's lines with one draw per line and read, in place.
 *
 *     lines[c][l] = fl(n + fl(sqrt(variance[c][l]) * xi)),  c = v * inputSlices + i
 *     xi          = the normal of element 4 word0 + l, input slice i, sample of vector v
 *
 *     lines, variance   f32[vectors * inputSlices][16]
 *     samples           u32[vectors][2], lower word first
 *     word1             with 0 in its upper 8 bits, where i goes;  word3  with 0 in its lower 6, where the sample's
 *                       upper bits go
 */
export function f32_line_noise(
  lines: usize,
  variance: usize,
  vectors: usize,
  inputSlices: usize,
  word0: u32,
  word1: u32,
  samples: usize,
  word3: u32,
  key0: u32,
  key1: u32,
): void {
  assert(((lines | variance) & 15) == 0);
  for (let vector: usize = 0; vector < vectors; vector++) {
    const word2 = load<u32>(samples + (vector << 3));
    const carried = word3 | load<u32>(samples + (vector << 3), 4);
    for (let slice: u32 = 0; slice < <u32>inputSlices; slice++) {
      const n0 = v128.load(lines, Q0);
      const n4 = v128.load(lines, Q4);
      const n8 = v128.load(lines, Q8);
      const nC = v128.load(lines, QC);
      storeNormals16(lines, word0, word1 | (slice << 24), word2, carried, key0, key1);
      v128.store(lines, noisy(n0, v128.load(variance, Q0), v128.load(lines, Q0)), Q0);
      v128.store(lines, noisy(n4, v128.load(variance, Q4), v128.load(lines, Q4)), Q4);
      v128.store(lines, noisy(n8, v128.load(variance, Q8), v128.load(lines, Q8)), Q8);
      v128.store(lines, noisy(nC, v128.load(variance, QC), v128.load(lines, QC)), QC);
      lines += LINE_BYTES;
      variance += LINE_BYTES;
    }
  }
}
