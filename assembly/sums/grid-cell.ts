import { cell4 } from "./cell";

// Levels on a grid are whole multiples of its step, and where arrays are large enough sixteen bits hold them: half the
// memory of f32, the same numbers. Kernels that take a `step` read such cells; step 0 stands for f32.

/** Four levels `offset` bytes of f32 behind the start of a panel. */
@inline
export function gridLevel4(cells: usize, offset: usize, step: f32): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(v128.load16x4_s(cells + (offset >>> 1))), f32x4.splat(step));
}

/** Four cells as the sums see them, of either form: see cell4. */
@inline
export function gridCell4(cellsA: usize, cellsB: usize, offset: usize, step: f32, limit: v128, floor: v128): v128 {
  if (step == 0) return cell4(cellsA, cellsB, offset, limit, floor);
  const a = gridLevel4(cellsA, offset, step);
  if (!cellsB) return a;
  return f32x4.pmin(limit, f32x4.pmax(floor, f32x4.sub(a, gridLevel4(cellsB, offset, step))));
}

/** Bytes of cells of which f32 would take `bytes`. */
@inline
export function gridBytes(bytes: usize, step: f32): usize {
  return step == 0 ? bytes : bytes >>> 1;
}
