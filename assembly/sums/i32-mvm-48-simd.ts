import { LANES, LINE_BYTES } from "../layout";
import { addPairs, CHUNK_ROWS, stageTwoPanels } from "./row-pairs";
import { firstShared, secondShared, thirdShared, upperShared } from "./shared-sums";

// Three panels for the price of two: see shared-sums.ts.
//
// Measured (GMAC/s, 512 x 512 levels up to 3, 64 and 448 reads of 8 bits; Zen 4, Node 20): panel by panel 35 and 35, this
// 49 and 51. Five panels in three sums (s0 + 2^13 s1, s2 + 2^13 s3, s4 + 2^6 s0 + 2^12 s2, at most 342 rows at a time)
// 49 and 53: more to tell apart, and shorter loops. Shifts by a variable cost three instructions each in V8.

/** What the first two lines share becomes three. */
function partLines(lines: usize, bytes: usize): void {
  for (const end = lines + bytes; lines < end; lines += 16) {
    const t0 = v128.load(lines);
    const t1 = v128.load(lines + bytes);
    const upper = upperShared(t0, t1);
    const second = secondShared(t0, upper);
    v128.store(lines, f32x4.convert_i32x4_s(firstShared(t0, upper)));
    v128.store(lines + bytes, f32x4.convert_i32x4_s(second));
    v128.store(lines + 2 * bytes, f32x4.convert_i32x4_s(thirdShared(t1, second)));
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
  partLines(lines, bytes);
}
