/**
 * Four cells as the sums see them: A, or the difference A - B of an analog-subtracted pair held to +-limit.
 * The difference of two levels on the grid is on the grid, so nothing is rounded here.
 */
@inline
export function cell4(cellsA: usize, cellsB: usize, offset: usize, limit: v128, floor: v128): v128 {
  const a = v128.load(cellsA + offset);
  if (!cellsB) return a;
  return f32x4.pmin(limit, f32x4.pmax(floor, f32x4.sub(a, v128.load(cellsB + offset))));
}
