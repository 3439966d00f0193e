/**
 * An analog accumulation as its one conversion sees it: lines[v][l] = f32(acc[v][l]).
 *
 *     lines     f32[vectors][16], overwritten
 *     acc       f64[vectors][16]
 */
export function f32_round_accumulators(lines: usize, acc: usize, vectors: usize): void {
  for (const end = lines + (vectors << 6); lines < end; lines += 16, acc += 32) {
    const low = f32x4.demote_f64x2_zero(v128.load(acc, 0));
    const high = f32x4.demote_f64x2_zero(v128.load(acc, 16));
    v128.store(lines, v128.shuffle<i64>(low, high, 0, 2));
  }
}
