/**
 * Sums of bit drives: tau of the offset a line carries, and the number of driven rows for its noise.
 *
 *     tau[c]        = popcount(positive) - popcount(negative)
 *     tauSquare[c]  = popcount(positive | negative)
 *
 *     tau, tauSquare   f32[reads]; tauSquare 0 when not wanted
 *     positive         u32[words][reads]; negative the same, or 0
 */
export function f32_plane_sums(
  tau: usize,
  tauSquare: usize,
  positive: usize,
  negative: usize,
  reads: usize,
  words: usize,
): void {
  for (let read: usize = 0; read < reads; read++) {
    let plus: u32 = 0;
    let minus: u32 = 0;
    for (let word: usize = 0, at = read << 2; word < words; word++, at += reads << 2) {
      plus += popcnt<u32>(load<u32>(positive + at));
      if (negative) minus += popcnt<u32>(load<u32>(negative + at));
    }
    store<f32>(tau + (read << 2), <f32>(<i32>(plus - minus)));
    if (tauSquare) store<f32>(tauSquare + (read << 2), <f32>(plus + minus));
  }
}
