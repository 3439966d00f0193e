import { GROUP_BYTES } from "../layout";

/**
 * One read's packed drives (f32-pack-drives.ts) put in the place of another's, which is lost.
 *
 *     packed[to / 4][r][to % 4] = packed[from / 4][r][from % 4]
 *
 *     packed   f32[ceil(reads / 4)][rows][4]
 */
export function f32_move_packed(packed: usize, rows: usize, to: usize, from: usize): void {
  const groupBytes = rows * GROUP_BYTES;
  let target = packed + (to >> 2) * groupBytes + ((to & 3) << 2);
  let source = packed + (from >> 2) * groupBytes + ((from & 3) << 2);
  for (const end = source + groupBytes; source < end; source += GROUP_BYTES, target += GROUP_BYTES) {
    store<f32>(target, load<f32>(source));
  }
}
