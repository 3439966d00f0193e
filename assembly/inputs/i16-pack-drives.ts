/** Reads that lie side by side. */
export const GROUP_READS: usize = 4;

/** Bytes of two rows of four reads. */
export const DRIVE_GROUP: usize = 16;

/**
 * Whole drives as i16, four reads and two rows side by side, as the products of i32_mvm_16__simd want them.
 *
 *     packed    i16[ceil(reads / 4)][rowsPadded / 2][4][2]; reads and rows that do not exist are 0
 *     drives    f32[reads][driveStride] of whole numbers within +-32767, the first `rows` of each are used
 */
export function i16_pack_drives(packed: usize, drives: usize, driveStride: usize, reads: usize, rows: usize): void {
  const rowsPadded = (rows + 7) & ~7;
  const groupBytes = (rowsPadded >>> 1) * DRIVE_GROUP;
  if (((reads | rows) & 3) != 0 || rows < rowsPadded) {
    memory.fill(packed, 0, ((reads + 3) >>> 2) * groupBytes);
  }
  for (let read: usize = 0; read < reads; read++) {
    let to = packed + (read >>> 2) * groupBytes + ((read & 3) << 2);
    let from = drives + ((read * driveStride) << 2);
    for (const end = from + ((rows & ~3) << 2); from < end; from += 16, to += 2 * DRIVE_GROUP) {
      const whole = i32x4.trunc_sat_f32x4_s(v128.load(from));
      const pairs = i16x8.narrow_i32x4_s(whole, whole);
      v128.store32_lane(to, pairs, 0);
      v128.store32_lane(to, pairs, 1, DRIVE_GROUP);
    }
    for (let row: usize = 0; row < (rows & 3); row++) {
      store<i16>(to + (row >>> 1) * DRIVE_GROUP + ((row & 1) << 1), <i16>load<f32>(from + (row << 2)));
    }
  }
}
