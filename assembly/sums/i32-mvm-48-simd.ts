import { LANES, LINE_BYTES } from "../layout";
import { addPairs, CHUNK_ROWS, SHARED_SHIFT, stageTwoPanels } from "./row-pairs";

// Three panels for the price of two: sums of small levels leave much of an i32 unused, so they share it.
//
//     t0 = s0 + 2^11 s1      t1 = s1 + 2^11 s2      modulo 2^32, every sum below 2^20
//
// t1 shows the low bits of s1. Without these, what is above the low bits of t0 are the upper bits of s0: then s0 is
// known, so s1, so s2.
//
// Measured (GMAC/s, 512 x 512 levels up to 3, 64 and 448 reads of 8 bits; Zen 4, Node 20): panel by panel 35 and 35, this
// 49 and 51. Five panels in three sums (s0 + 2^13 s1, s2 + 2^13 s3, s4 + 2^6 s0 + 2^12 s2, at most 342 rows at a time)
// 49 and 53: more to tell apart, and shorter loops. Shifts by a variable cost three instructions each in V8.

/** The low `bits` of every lane, with their sign. */
@inline
function signedPart(x: v128, bits: i32): v128 {
  return i32x4.shr_s(i32x4.shl(x, 32 - bits), 32 - bits);
}

/** What the first two lines share becomes three. */
function partSums(lines: usize, bytes: usize): void {
  const low = i32x4.splat((1 << SHARED_SHIFT) - 1);
  for (const end = lines + bytes; lines < end; lines += 16) {
    const t0 = v128.load(lines);
    const t1 = v128.load(lines + bytes);
    const above = i32x4.shr_s(t0, SHARED_SHIFT);
    const upper = signedPart(i32x4.sub(above, t1), SHARED_SHIFT);
    const s1 = signedPart(i32x4.sub(above, upper), 32 - SHARED_SHIFT);
    const s2 = i32x4.shr_s(i32x4.sub(t1, s1), SHARED_SHIFT);
    v128.store(lines, f32x4.convert_i32x4_s(i32x4.add(v128.and(t0, low), i32x4.shl(upper, SHARED_SHIFT))));
    v128.store(lines + bytes, f32x4.convert_i32x4_s(s1));
    v128.store(lines + 2 * bytes, f32x4.convert_i32x4_s(s2));
  }
}

/**
 * Column sums of three panels over whole drives and small whole levels: the exact integers, each rounded once to f32.
 *
 *     lines[p][c][l] = sum over rows r of t(c, r) * cells(p, r, l)
 *
 *     lines     f32[3][reads][16], overwritten
 *     drives    of i16_pack_drives for these reads, within +-32767
 *     cells     i8[3][rowsPadded][16]: whole levels within +-15, rows padded to a multiple of 8 with 0;
 *               rows * |level| * |t| < 2^20
 *     tables    scratch, 16384 bytes
 */
export function i32_mvm_48__simd(
  lines: usize,
  reads: usize,
  drives: usize,
  cells: usize,
  rows: usize,
  tables: usize,
): void {
  assert(((lines | cells | drives | tables) & 15) == 0);
  const rowsPadded = (rows + 7) & ~7;
  const panelBytes = rowsPadded * LANES;
  const bytes = reads * LINE_BYTES;
  memory.fill(lines, 0, 2 * bytes);
  for (let row: usize = 0; row < rowsPadded; row += CHUNK_ROWS) {
    const count = min(CHUNK_ROWS, rowsPadded - row);
    for (let two: usize = 0; two < 2; two++) {
      const first = cells + two * panelBytes + row * LANES;
      stageTwoPanels(tables, first, first + panelBytes, count);
      addPairs(lines + two * bytes, reads, drives, tables, row, count, rowsPadded);
    }
  }
  partSums(lines, bytes);
}
