import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { DRAWN_READS, storeReadNormals } from "../random/read-normals";

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
 *     draws, samples, word1, word3 as in f32-line-noise.ts
 */
export function f32_lane_noise(
  lines: usize,
  deviations: usize,
  vectors: usize,
  inputSlices: usize,
  draws: usize,
  word0: u32,
  word1: u32,
  samples: usize,
  word3: u32,
  key0: u32,
  key1: u32,
): void {
  assert(((lines | deviations | draws) & 15) == 0);
  const d0 = v128.load(deviations, Q0);
  const d4 = v128.load(deviations, Q4);
  const d8 = v128.load(deviations, Q8);
  const dC = v128.load(deviations, QC);
  const reads = vectors * inputSlices;
  for (let first: usize = 0; first < reads; first += DRAWN_READS) {
    const count = min(DRAWN_READS, reads - first);
    storeReadNormals(draws, first, count, inputSlices, word0, word1, samples, word3, key0, key1);
    let xi = draws;
    for (const end = lines + count * LINE_BYTES; lines < end; lines += LINE_BYTES, xi += LINE_BYTES) {
      v128.store(lines, noisy(v128.load(lines, Q0), d0, v128.load(xi, Q0)), Q0);
      v128.store(lines, noisy(v128.load(lines, Q4), d4, v128.load(xi, Q4)), Q4);
      v128.store(lines, noisy(v128.load(lines, Q8), d8, v128.load(xi, Q8)), Q8);
      v128.store(lines, noisy(v128.load(lines, QC), dC, v128.load(xi, QC)), QC);
    }
  }
}
