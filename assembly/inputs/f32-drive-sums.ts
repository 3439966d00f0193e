@inline
function addSquares(squares: v128, drives: v128): v128 {
  return f32x4.add(squares, f32x4.mul(drives, drives));
}

/** Four reads, a lane each: four rows of theirs are turned about, so that one addition takes a row of all four. */
@inline
function sumFour(tau: usize, tauSquare: usize, drives: usize, stride: usize, rows: usize): void {
  let sums = f32x4.splat(0);
  let squares = sums;
  const foursEnd = drives + ((rows & ~3) << 2);
  const end = drives + (rows << 2);
  for (; drives < foursEnd; drives += 16) {
    const t0 = v128.load(drives);
    const t1 = v128.load(drives + stride);
    const t2 = v128.load(drives + 2 * stride);
    const t3 = v128.load(drives + 3 * stride);
    const low01 = v128.shuffle<f32>(t0, t1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(t2, t3, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(t0, t1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(t2, t3, 2, 6, 3, 7);
    const row0 = v128.shuffle<i64>(low01, low23, 0, 2);
    const row1 = v128.shuffle<i64>(low01, low23, 1, 3);
    const row2 = v128.shuffle<i64>(high01, high23, 0, 2);
    const row3 = v128.shuffle<i64>(high01, high23, 1, 3);
    sums = f32x4.add(f32x4.add(f32x4.add(f32x4.add(sums, row0), row1), row2), row3);
    if (tauSquare) squares = addSquares(addSquares(addSquares(addSquares(squares, row0), row1), row2), row3);
  }
  for (; drives < end; drives += 4) {
    let row = v128.load32_splat(drives);
    row = f32x4.replace_lane(row, 1, load<f32>(drives + stride));
    row = f32x4.replace_lane(row, 2, load<f32>(drives + 2 * stride));
    row = f32x4.replace_lane(row, 3, load<f32>(drives + 3 * stride));
    sums = f32x4.add(sums, row);
    squares = addSquares(squares, row);
  }
  v128.store(tau, sums);
  if (tauSquare) v128.store(tauSquare, squares);
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
    const at = read << 2;
    sumFour(tau + at, tauSquare ? tauSquare + at : 0, drives, stride, rows);
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
