import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";

/** Four cells as one read sees them: level plus sqrt(variance) times a normal. */
@inline
function noisy(x: v128, xi: v128, c0: v128, c1: v128, c2: v128): v128 {
  const variance = f32x4.add(c0, f32x4.mul(x, f32x4.add(c1, f32x4.mul(x, c2))));
  return f32x4.add(x, f32x4.mul(f32x4.sqrt(f32x4.pmax(f32x4.splat(0), variance)), xi));
}

/**
 * One read of one panel with a fresh draw for every cell: rows ascending from +0 in f32.
 *
 *     line[l] = sum over rows r of t(r) * (x + sqrt(max(c0 + x (c1 + x c2), 0)) xi(r,l)),  x = cells(r,l)
 *
 *     line      f32[16], overwritten
 *     drives    f32[rows]
 *     cells     one panel
 *     noise     f32[rows][noiseStride] normals from the panel's first column on; up to 15 floats behind the last
 *               column are loaded and end in lanes nobody reads
 */
export function f32_cell_read_16__simd(
  line: usize,
  drives: usize,
  cells: usize,
  noise: usize,
  noiseStride: usize,
  rows: usize,
  c0: f32,
  c1: f32,
  c2: f32,
): void {
  assert(((line | cells) & 15) == 0);
  const k0 = f32x4.splat(c0);
  const k1 = f32x4.splat(c1);
  const k2 = f32x4.splat(c2);
  let acc0 = f32x4.splat(0);
  let acc4 = acc0;
  let acc8 = acc0;
  let accC = acc0;
  for (const end = drives + (rows << 2); drives < end; drives += 4) {
    const drive = v128.load32_splat(drives);
    acc0 = f32x4.add(acc0, f32x4.mul(drive, noisy(v128.load(cells, Q0), v128.load(noise, Q0), k0, k1, k2)));
    acc4 = f32x4.add(acc4, f32x4.mul(drive, noisy(v128.load(cells, Q4), v128.load(noise, Q4), k0, k1, k2)));
    acc8 = f32x4.add(acc8, f32x4.mul(drive, noisy(v128.load(cells, Q8), v128.load(noise, Q8), k0, k1, k2)));
    accC = f32x4.add(accC, f32x4.mul(drive, noisy(v128.load(cells, QC), v128.load(noise, QC), k0, k1, k2)));
    cells += LINE_BYTES;
    noise += noiseStride << 2;
  }
  v128.store(line, acc0, Q0);
  v128.store(line, acc4, Q4);
  v128.store(line, acc8, Q8);
  v128.store(line, accC, QC);
}
