import { ACC_BYTES, LINE_BYTES } from "../layout";

/**
 * Input slices summed without a conversion (no ADC, or analog accumulation): i ascending, each step rounded to f64.
 *
 *     acc[v][l] = fl(acc[v][l] + fl(weight_i * n)),  weight_i = weight 2^(sliceBits i)
 *
 *     acc       f64[vectors][16]
 *     lines     f32[vectors * inputSlices][16]
 */
export function f64_accumulate_lines(
  acc: usize,
  lines: usize,
  vectors: usize,
  inputSlices: usize,
  sliceBits: u32,
  weight: f64,
): void {
  assert(((acc | lines) & 15) == 0);
  for (const end = acc + vectors * ACC_BYTES; acc < end; acc += ACC_BYTES) {
    let significance = weight;
    for (let i: usize = 0; i < inputSlices; i++) {
      const factor = f64x2.splat(significance);
      for (let lane: usize = 0; lane < LINE_BYTES; lane += 16) {
        const n = v128.load(lines + lane);
        const at = acc + (lane << 1);
        const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(n, n, 1, 1));
        v128.store(at, f64x2.add(v128.load(at, 0), f64x2.mul(factor, f64x2.promote_low_f32x4(n))), 0);
        v128.store(at, f64x2.add(v128.load(at, 16), f64x2.mul(factor, high)), 16);
      }
      significance *= <f64>(1 << sliceBits);
      lines += LINE_BYTES;
    }
  }
}
