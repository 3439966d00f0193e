import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";

@inline
function noisy(cells: usize, variances: usize, draw: usize, offset: usize, gain: v128, shift: v128): v128 {
  const xi = f32x4.add(f32x4.mul(gain, v128.load(draw + offset)), shift);
  return f32x4.add(v128.load(cells + offset), f32x4.mul(f32x4.sqrt(v128.load(variances + offset)), xi));
}

/**
 * One read of one panel with a fresh draw for every cell, each with its own variance: rows ascending from +0 in f32.
 *
 *     line[l] = sum over rows r of t(r) * (cells(r,l) + sqrt(variances(r,l)) (gain draw(r,l) + shift))
 *
 *     line                f32[16], overwritten
 *     drives              f32[rows]
 *     cells, variances    one panel each
 *     draws               f32[rows][drawStride] from the panel's first column on; up to 15 floats behind the last column
 *                         are loaded and end in lanes nobody reads
 */
export function f32_cell_read_variance_16__simd(
  line: usize,
  drives: usize,
  cells: usize,
  variances: usize,
  draws: usize,
  drawStride: usize,
  rows: usize,
  gain: f32,
  shift: f32,
): void {
  assert(((line | cells | variances) & 15) == 0);
  const factor = f32x4.splat(gain);
  const centre = f32x4.splat(shift);
  let acc0 = f32x4.splat(0);
  let acc4 = acc0;
  let acc8 = acc0;
  let accC = acc0;
  for (const end = drives + (rows << 2); drives < end; drives += 4) {
    const drive = v128.load32_splat(drives);
    acc0 = f32x4.add(acc0, f32x4.mul(drive, noisy(cells, variances, draws, Q0, factor, centre)));
    acc4 = f32x4.add(acc4, f32x4.mul(drive, noisy(cells, variances, draws, Q4, factor, centre)));
    acc8 = f32x4.add(acc8, f32x4.mul(drive, noisy(cells, variances, draws, Q8, factor, centre)));
    accC = f32x4.add(accC, f32x4.mul(drive, noisy(cells, variances, draws, QC, factor, centre)));
    cells += LINE_BYTES;
    variances += LINE_BYTES;
    draws += drawStride << 2;
  }
  v128.store(line, acc0, Q0);
  v128.store(line, acc4, Q4);
  v128.store(line, acc8, Q8);
  v128.store(line, accC, QC);
}
