import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { DRAWN_READS, storeReadNormals } from "../random/read-normals";

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
 *     draws             scratch, 2 kB
 *     samples           u32[vectors][2], lower word first
 *     word1             with 0 in its upper 8 bits, where i goes;  word3  with 0 in its lower 6, where the sample's
 *                       upper bits go
 */
export function f32_line_noise(
  lines: usize,
  variance: usize,
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
  assert(((lines | variance | draws) & 15) == 0);
  const reads = vectors * inputSlices;
  for (let first: usize = 0; first < reads; first += DRAWN_READS) {
    const count = min(DRAWN_READS, reads - first);
    storeReadNormals(draws, first, count, inputSlices, word0, word1, samples, word3, key0, key1);
    let xi = draws;
    for (const end = lines + count * LINE_BYTES; lines < end; lines += LINE_BYTES, xi += LINE_BYTES) {
      v128.store(lines, noisy(v128.load(lines, Q0), v128.load(variance, Q0), v128.load(xi, Q0)), Q0);
      v128.store(lines, noisy(v128.load(lines, Q4), v128.load(variance, Q4), v128.load(xi, Q4)), Q4);
      v128.store(lines, noisy(v128.load(lines, Q8), v128.load(variance, Q8), v128.load(xi, Q8)), Q8);
      v128.store(lines, noisy(v128.load(lines, QC), v128.load(variance, QC), v128.load(xi, QC)), QC);
      variance += LINE_BYTES;
    }
  }
}
