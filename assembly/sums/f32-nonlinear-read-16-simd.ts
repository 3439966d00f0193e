import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";

/** Four cells at one drive: t (a1 + t (a2 + t a3)). */
@inline
function current(t: v128, first: usize, second: usize, third: usize, offset: usize): v128 {
  const bend = f32x4.add(v128.load(second + offset), f32x4.mul(t, v128.load(third + offset)));
  return f32x4.mul(t, f32x4.add(v128.load(first + offset), f32x4.mul(t, bend)));
}

/**
 * Lines of one panel whose cells answer a drive by a polynomial of their own: rows ascending from +0 in f32.
 *
 *     lines[c][l] = sum over rows r of t (first(r,l) + t (second(r,l) + t third(r,l))),  t = drives[c][r]
 *
 *     lines                  f32[reads][16], overwritten
 *     drives                 f32[reads][driveStride], the first `rows` of each are used
 *     first, second, third   one panel each
 */
export function f32_nonlinear_read_16__simd(
  lines: usize,
  reads: usize,
  drives: usize,
  driveStride: usize,
  first: usize,
  second: usize,
  third: usize,
  rows: usize,
): void {
  assert(((lines | first | second | third) & 15) == 0);
  const bytes = rows * LINE_BYTES;
  for (const linesEnd = lines + reads * LINE_BYTES; lines < linesEnd; lines += LINE_BYTES) {
    let acc0 = f32x4.splat(0);
    let acc4 = acc0;
    let acc8 = acc0;
    let accC = acc0;
    let drive = drives;
    for (let row: usize = 0; row < bytes; row += LINE_BYTES, drive += 4) {
      const t = v128.load32_splat(drive);
      acc0 = f32x4.add(acc0, current(t, first + row, second + row, third + row, Q0));
      acc4 = f32x4.add(acc4, current(t, first + row, second + row, third + row, Q4));
      acc8 = f32x4.add(acc8, current(t, first + row, second + row, third + row, Q8));
      accC = f32x4.add(accC, current(t, first + row, second + row, third + row, QC));
    }
    v128.store(lines, acc0, Q0);
    v128.store(lines, acc4, Q4);
    v128.store(lines, acc8, Q8);
    v128.store(lines, accC, QC);
    drives += driveStride << 2;
  }
}
