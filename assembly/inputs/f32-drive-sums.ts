/**
 * Sums of any drives, rows ascending from +0 in f32.
 *
 *     tau[c] = sum of t(c,r),  tauSquare[c] = sum of fl(t(c,r) t(c,r))
 *
 *     tau, tauSquare   f32[reads]; tauSquare 0 when not wanted
 *     drives           f32[reads][driveStride], the first `rows` of each are used
 */
export function f32_drive_sums(
  tau: usize,
  tauSquare: usize,
  drives: usize,
  driveStride: usize,
  reads: usize,
  rows: usize,
): void {
  for (let read: usize = 0; read < reads; read++, drives += driveStride << 2) {
    let sum: f32 = 0;
    let squares: f32 = 0;
    for (let at = drives, end = drives + (rows << 2); at < end; at += 4) {
      const drive = load<f32>(at);
      sum += drive;
      squares += drive * drive;
    }
    store<f32>(tau + (read << 2), sum);
    if (tauSquare) store<f32>(tauSquare + (read << 2), squares);
  }
}
