import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { storeNormals16 } from "../random/draw-16";

@inline
function noisy(n: v128, deviation: v128, xi: v128): v128 {
  return f32x4.add(n, f32x4.mul(deviation, xi));
}

/**
 * Noise of one panel's outputs, each with a deviation of its own, in place.
 *
 *     lines[c][l] = fl(n + fl(deviations[l] * xi)),  c = v * inputSlices + i
 *     xi          = the normal of element 4 word0 + l, input slice i, sample of vector v
 *
 *     lines        f32[vectors * inputSlices][16]
 *     deviations   f32[16]
 *     samples, word1, word3 as in f32-line-noise.ts
 */
export function f32_lane_noise(
  lines: usize,
  deviations: usize,
  vectors: usize,
  inputSlices: usize,
  word0: u32,
  word1: u32,
  samples: usize,
  word3: u32,
  key0: u32,
  key1: u32,
): void {
  assert(((lines | deviations) & 15) == 0);
  const d0 = v128.load(deviations, Q0);
  const d4 = v128.load(deviations, Q4);
  const d8 = v128.load(deviations, Q8);
  const dC = v128.load(deviations, QC);
  for (let vector: usize = 0; vector < vectors; vector++) {
    const word2 = load<u32>(samples + (vector << 3));
    const carried = word3 | load<u32>(samples + (vector << 3), 4);
    for (let slice: u32 = 0; slice < <u32>inputSlices; slice++) {
      const n0 = v128.load(lines, Q0);
      const n4 = v128.load(lines, Q4);
      const n8 = v128.load(lines, Q8);
      const nC = v128.load(lines, QC);
      storeNormals16(lines, word0, word1 | (slice << 24), word2, carried, key0, key1);
      v128.store(lines, noisy(n0, d0, v128.load(lines, Q0)), Q0);
      v128.store(lines, noisy(n4, d4, v128.load(lines, Q4)), Q4);
      v128.store(lines, noisy(n8, d8, v128.load(lines, Q8)), Q8);
      v128.store(lines, noisy(nC, dC, v128.load(lines, QC)), QC);
      lines += LINE_BYTES;
    }
  }
}
