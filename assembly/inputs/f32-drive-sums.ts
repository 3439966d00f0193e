// A read's sum is one chain of additions, each waiting for the one before; four reads side by side fill the waiting.

@inline
function storeFour(at: usize, x0: f32, x1: f32, x2: f32, x3: f32): void {
  store<f32>(at, x0, 0);
  store<f32>(at, x1, 4);
  store<f32>(at, x2, 8);
  store<f32>(at, x3, 12);
}

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
  const stride = driveStride << 2;
  let read: usize = 0;
  for (; read + 4 <= reads; read += 4, drives += stride << 2) {
    let sum0: f32 = 0;
    let sum1: f32 = 0;
    let sum2: f32 = 0;
    let sum3: f32 = 0;
    let squares0: f32 = 0;
    let squares1: f32 = 0;
    let squares2: f32 = 0;
    let squares3: f32 = 0;
    for (let at = drives, end = drives + (rows << 2); at < end; at += 4) {
      const t0 = load<f32>(at);
      const t1 = load<f32>(at + stride);
      const t2 = load<f32>(at + 2 * stride);
      const t3 = load<f32>(at + 3 * stride);
      sum0 += t0;
      sum1 += t1;
      sum2 += t2;
      sum3 += t3;
      squares0 += t0 * t0;
      squares1 += t1 * t1;
      squares2 += t2 * t2;
      squares3 += t3 * t3;
    }
    storeFour(tau + (read << 2), sum0, sum1, sum2, sum3);
    if (tauSquare) storeFour(tauSquare + (read << 2), squares0, squares1, squares2, squares3);
  }
  for (; read < reads; read++, drives += stride) {
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
