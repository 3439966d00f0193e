import { LANES, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { firstShared, SHARED_SHIFT, SHARED_SUMS, secondShared, thirdShared, upperShared } from "./shared-sums";
import { addSubsets, buildSubsets, MANY_READS, STAGED } from "./subsets";

// Real levels are too large for the sums of many rows to share an i32, but those of some hundred rows can: whatever
// drives them, a sum lies between that of a column's negative cells and that of its positive ones. As soon as one of
// these could pass what shared sums hold, everything so far is told apart and added to the lines. 32 rows always fit.
//
// Measured (effective GMAC/s at 512 x 512, levels of 2 bits with errors, parted twice; Zen 4, Node 20): 96 for 512 reads,
// 66 for 160, 54 for 80; panel by panel in f32 77, 55 and 49. Loops of their own for the first and the last time the sums
// are parted: no difference.

const ROW_BYTES: usize = 2 * LANES;
const BLOCK_ROWS: usize = 32;

/** Where the bounds of 48 columns lie: behind the staged block. */
const BOUNDS: usize = STAGED + BLOCK_ROWS * LINE_BYTES;
const BOUND_BYTES: usize = 48 * 4;

@inline
function grow(bounds: usize, sums: v128): void {
  v128.store(bounds, i32x4.add(v128.load(bounds), i32x4.extend_low_i16x8_u(sums)));
  v128.store(bounds, i32x4.add(v128.load(bounds, 16), i32x4.extend_high_i16x8_u(sums)), 16);
}

/** Adds a block of a panel's positive cells to the upper bounds, and its negative ones to the lower. */
function addBounds(bounds: usize, cells: usize, rows: usize): void {
  const zero = i16x8.splat(0);
  for (const end = cells + rows * ROW_BYTES; cells < end; cells += 2 * ROW_BYTES) {
    for (let half: usize = 0; half < 2; half++) {
      const x = v128.load(cells + half * 16);
      const y = v128.load(cells + half * 16, ROW_BYTES);
      const xPositive = i16x8.max_s(x, zero);
      const yPositive = i16x8.max_s(y, zero);
      const negative = i16x8.add(i16x8.sub(xPositive, x), i16x8.sub(yPositive, y));
      grow(bounds + half * 32, i16x8.add(xPositive, yPositive));
      grow(bounds + half * 32 + BOUND_BYTES, negative);
    }
  }
}

/** Whether some column's sum may be too large; with inputs of either sign all its cells may add up. */
function mayPass(bounds: usize, signed: bool): bool {
  const most = i32x4.splat(SHARED_SUMS);
  let passed = i32x4.splat(0);
  for (const end = bounds + BOUND_BYTES; bounds < end; bounds += 16) {
    const positive = v128.load(bounds);
    const negative = v128.load(bounds, BOUND_BYTES);
    if (signed) passed = v128.or(passed, i32x4.ge_s(i32x4.add(positive, negative), most));
    else passed = v128.or(passed, v128.or(i32x4.ge_s(positive, most), i32x4.ge_s(negative, most)));
  }
  return v128.any_true(passed);
}

/** A block's rows of two panels as one. */
function stageTwo(staged: usize, low: usize, high: usize, rows: usize): void {
  for (const end = low + rows * ROW_BYTES; low < end; low += 8, high += 8, staged += 16) {
    v128.store(staged, i32x4.add(v128.load16x4_s(low), i32x4.shl(v128.load16x4_s(high), SHARED_SHIFT)));
  }
}

@inline
function put(line: usize, sum: v128, step: v128, first: bool, last: bool): void {
  if (!first) sum = i32x4.add(sum, v128.load(line));
  if (last) sum = f32x4.mul(f32x4.convert_i32x4_s(sum), step);
  v128.store(line, sum);
}

/** Tells shared sums apart and adds them to the lines; in the end these become f32. */
function partSums(lines: usize, sums: usize, bytes: usize, step: f32, first: bool, last: bool): void {
  const unit = f32x4.splat(step);
  for (const end = sums + bytes; sums < end; sums += 16, lines += 16) {
    const t0 = v128.load(sums);
    const t1 = v128.load(sums + bytes);
    const upper = upperShared(t0, t1);
    const second = secondShared(t0, upper);
    put(lines, firstShared(t0, upper), unit, first, last);
    put(lines + bytes, second, unit, first, last);
    put(lines + 2 * bytes, thirdShared(t1, second), unit, first, last);
  }
}

/**
 * Column sums of three panels of levels on a grid for many reads of bits.
 *
 *     lines[p][c][l] = sum over rows r of (positive bit - negative bit)(c, r) * step * cells(p, r, l)
 *
 *     lines      f32[3][reads][16], overwritten
 *     sums       scratch, i32[2][reads][16]
 *     positive   u32[ceil(rows / 32)][reads]; negative the same, or 0. Bits past `rows` are 0.
 *     cells      i16[3][rowsPadded][16]: multiples of the step within +-32767, rows padded to a multiple of 8 with 0;
 *                no sum above 2^24
 *     step       a power of two
 *     tables     scratch, 31104 bytes
 */
export function i32_subset_sum_48__simd(
  lines: usize,
  sums: usize,
  reads: usize,
  positive: usize,
  negative: usize,
  cells: usize,
  rows: usize,
  step: f32,
  tables: usize,
): void {
  assert(((lines | sums | cells | tables) & 15) == 0);
  const bytes = reads * LINE_BYTES;
  const planeBytes = reads << 2;
  const rowsPadded = (rows + 7) & ~7;
  const panelBytes = rowsPadded * ROW_BYTES;
  const tall = reads >= MANY_READS;
  const staged = tables + STAGED;
  const bounds = tables + BOUNDS;
  let first = true;
  memory.fill(sums, 0, 2 * bytes);
  memory.fill(bounds, 0, 2 * BOUND_BYTES);
  for (let row: usize = 0; row < rowsPadded; row += BLOCK_ROWS, cells += BLOCK_ROWS * ROW_BYTES) {
    const count = min(BLOCK_ROWS, rowsPadded - row);
    for (let panel: usize = 0; panel < 3; panel++)
      addBounds(bounds + panel * LINE_BYTES, cells + panel * panelBytes, count);
    if (mayPass(bounds, negative != 0)) {
      partSums(lines, sums, bytes, step, first, false);
      first = false;
      memory.fill(sums, 0, 2 * bytes);
      memory.fill(bounds, 0, 2 * BOUND_BYTES);
      for (let panel: usize = 0; panel < 3; panel++)
        addBounds(bounds + panel * LINE_BYTES, cells + panel * panelBytes, count);
    }
    for (let two: usize = 0; two < 2; two++) {
      const low = cells + two * panelBytes;
      const sum = sums + two * bytes;
      stageTwo(staged, low, low + panelBytes, count);
      buildSubsets<i32>(tables, staged, count, tall);
      addSubsets<i32>(sum, sum + bytes, positive, 0, tables, tall, false);
      if (negative) addSubsets<i32>(sum, sum + bytes, negative, 0, tables, tall, true);
    }
    positive += planeBytes;
    if (negative) negative += planeBytes;
  }
  partSums(lines, sums, bytes, step, first, true);
}
