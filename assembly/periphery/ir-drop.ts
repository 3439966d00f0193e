import { GROUP_BYTES, GROUP_READS, LINE_BYTES } from "../layout";
import { difference4 } from "../sums/cell";

// Two reads and four columns at a time: the sum itself, the current and the placed sum of each are six accumulators,
// three adds to two products and a mask. 64 reads of 512 x 512 in 2.9 ms; with the sum apart 3.6, and 5.1 with four
// reads a block and a row's place worked out among them. f32x4.abs makes its mask anew each time (3.5); more reads or
// columns spill, and so do two rows a turn (4.7; with a branch between them 2.9 again). Three adds to two products keep
// the adders busy for 2.3.

/** c(a) = a (a (0.05 a - 0.2) + 0.5) */
@inline
function drop(a: v128): v128 {
  const inner = f32x4.sub(f32x4.mul(f32x4.splat(0.05), a), f32x4.splat(0.2));
  return f32x4.mul(a, f32x4.add(f32x4.mul(a, inner), f32x4.splat(0.5)));
}

/** Four columns of one read: what is lost at the end of their lines. */
@inline
function lost(current: v128, placed: v128, load: f32, factor: f32): v128 {
  return f32x4.mul(f32x4.mul(f32x4.splat(factor), drop(f32x4.mul(f32x4.splat(load), current))), placed);
}

/** One row of a strip: four columns' cells, then fl(s * fl(2 - s)) in every lane, s = fl(r * fl(1 / rows)). */
const STRIP_BYTES: usize = 32;

@inline
function layPlaces(strip: usize, rows: usize): void {
  const share = f32x4.splat(1 / <f32>rows);
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  let row = f32x4.splat(0);
  for (const end = strip + rows * STRIP_BYTES; strip < end; strip += STRIP_BYTES) {
    const s = f32x4.mul(row, share);
    v128.store(strip, f32x4.mul(s, f32x4.sub(two, s)), 16);
    row = f32x4.add(row, one);
  }
}

@inline
function layCells(strip: usize, a: usize, rows: usize): void {
  for (const end = strip + rows * STRIP_BYTES; strip < end; strip += STRIP_BYTES, a += LINE_BYTES) {
    v128.store(strip, v128.load(a));
  }
}

@inline
function layDifference(strip: usize, a: usize, b: usize, rows: usize, high: v128, low: v128): void {
  for (const end = strip + rows * STRIP_BYTES; strip < end; strip += STRIP_BYTES, a += LINE_BYTES, b += LINE_BYTES) {
    v128.store(strip, difference4(a, b, 0, high, low));
  }
}

/** `summed`: the sum is taken too; else it is what the lines hold. */
@inline
function reads2x4(
  line0: usize,
  line1: usize,
  drives: usize,
  strip: usize,
  rows: usize,
  load: f32,
  factor: f32,
  summed: bool,
): void {
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  let current0 = sum0;
  let current1 = sum0;
  let placed0 = sum0;
  let placed1 = sum0;
  const mask = i32x4.splat(0x7fffffff);
  for (const end = strip + rows * STRIP_BYTES; strip < end; strip += STRIP_BYTES, drives += GROUP_BYTES) {
    const cell = v128.load(strip, 0);
    const place = v128.load(strip, 16);
    const product0 = f32x4.mul(cell, v128.load32_splat(drives, 0));
    const product1 = f32x4.mul(cell, v128.load32_splat(drives, 4));
    if (summed) sum0 = f32x4.add(sum0, product0);
    if (summed) sum1 = f32x4.add(sum1, product1);
    current0 = f32x4.add(current0, v128.and(product0, mask));
    current1 = f32x4.add(current1, v128.and(product1, mask));
    placed0 = f32x4.add(placed0, f32x4.mul(product0, place));
    placed1 = f32x4.add(placed1, f32x4.mul(product1, place));
  }
  const full0 = summed ? sum0 : v128.load(line0);
  const full1 = summed ? sum1 : v128.load(line1);
  // The first line last: the second may be the same where no second read is there.
  v128.store(line1, f32x4.sub(full1, lost(current1, placed1, load, factor)));
  v128.store(line0, f32x4.sub(full0, lost(current0, placed0, load, factor)));
}

/**
 * What wires take off one panel's lines (aihwkit's approximation; the first row is farthest from the end of the line).
 * Rows ascending from +0 in f32.
 *
 *     lines[c][l] = n - fl(fl(factor * c(fl(load * I))) * P)
 *     I = sum over rows r of fl(|cell(r,l)| * |t(c,r)|)
 *     P = sum over rows r of fl(fl(cell(r,l) * t(c,r)) * fl(s * fl(2 - s))),  s = fl(r * fl(1 / rows))
 *
 *     strip    scratch f32[rows][8]: four columns laid one row after another, so that they stay in L1 over all rows
 */
@inline
export function dropVoltage(
  lines: usize,
  reads: usize,
  packed: usize,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  limit: f32,
  load: f32,
  factor: f32,
  strip: usize,
  summed: bool,
): void {
  const high = f32x4.splat(limit);
  const low = f32x4.neg(high);
  const end = lines + reads * LINE_BYTES;
  layPlaces(strip, rows);
  for (let lane: usize = 0; lane < LINE_BYTES; lane += 16) {
    if (cellsB) layDifference(strip, cellsA + lane, cellsB + lane, rows, high, low);
    else layCells(strip, cellsA + lane, rows);
    let drives = packed;
    for (let line = lines + lane; line < end; line += GROUP_READS * LINE_BYTES, drives += rows * GROUP_BYTES) {
      for (let half: usize = 0; half < 2; half++) {
        const first = line + half * (2 * LINE_BYTES);
        if (first >= end) break;
        const second = first + LINE_BYTES < end ? first + LINE_BYTES : first;
        reads2x4(first, second, drives + (half << 3), strip, rows, load, factor, summed);
      }
    }
  }
}
