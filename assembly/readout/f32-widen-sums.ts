import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";

/**
 * One panel's whole sums as the lines that noise, limits and converters work on.
 *
 *     lines   f32[reads][16], overwritten
 *     sums    i16[reads][16]
 */
export function f32_widen_sums(lines: usize, sums: usize, reads: usize): void {
  for (const end = lines + reads * LINE_BYTES; lines < end; lines += LINE_BYTES, sums += LINE_BYTES >>> 1) {
    const low = v128.load(sums);
    const high = v128.load(sums, 16);
    v128.store(lines, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(low)), Q0);
    v128.store(lines, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(low)), Q4);
    v128.store(lines, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(high)), Q8);
    v128.store(lines, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(high)), QC);
  }
}
