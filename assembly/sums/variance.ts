import { gridLevel4 } from "./grid-cell";

@inline
function variance(x: v128, c0: v128, c1: v128, c2: v128): v128 {
  return f32x4.add(c0, f32x4.mul(x, f32x4.add(c1, f32x4.mul(x, c2))));
}

@inline
function snapped(v: v128, gridInverse: v128, grid: v128, top: v128): v128 {
  return f32x4.pmin(top, f32x4.mul(f32x4.nearest(f32x4.mul(v, gridInverse)), grid));
}

/** The same over cells of two bytes; step 0: of f32. */
@inline
export function gridVariance4(
  cellsA: usize,
  cellsB: usize,
  offset: usize,
  c0: f32,
  c1: f32,
  c2: f32,
  gridInverse: f32,
  grid: f32,
  top: f32,
  step: f32,
): v128 {
  if (step == 0) return variance4(cellsA, cellsB, offset, c0, c1, c2, gridInverse, grid, top);
  const a = gridLevel4(cellsA, offset, step);
  const b = cellsB ? gridLevel4(cellsB, offset, step) : f32x4.splat(0);
  return variances(a, b, cellsB != 0, c0, c1, c2, gridInverse, grid, top);
}

/**
 * Read-noise variances of four cells on their grid; those of both sides together for a pair that subtracts in analog.
 * On the grid their sums are exact like those of the cells; grid 0: there is none, and a variance stays as it is.
 */
@inline
export function variance4(
  cellsA: usize,
  cellsB: usize,
  offset: usize,
  c0: f32,
  c1: f32,
  c2: f32,
  gridInverse: f32,
  grid: f32,
  top: f32,
): v128 {
  const b = cellsB ? v128.load(cellsB + offset) : f32x4.splat(0);
  return variances(v128.load(cellsA + offset), b, cellsB != 0, c0, c1, c2, gridInverse, grid, top);
}

@inline
function variances(
  levelA: v128,
  levelB: v128,
  pair: bool,
  c0: f32,
  c1: f32,
  c2: f32,
  gridInverse: f32,
  grid: f32,
  top: f32,
): v128 {
  const k0 = f32x4.splat(c0);
  const k1 = f32x4.splat(c1);
  const k2 = f32x4.splat(c2);
  let a = variance(levelA, k0, k1, k2);
  let b = f32x4.splat(0);
  if (pair) b = variance(levelB, k0, k1, k2);
  if (grid != 0) {
    const inverse = f32x4.splat(gridInverse);
    const step = f32x4.splat(grid);
    const bound = f32x4.splat(top);
    a = snapped(a, inverse, step, bound);
    if (pair) b = snapped(b, inverse, step, bound);
  }
  return pair ? f32x4.add(a, b) : a;
}
