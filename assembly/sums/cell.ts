/** The difference A - B of an analog-subtracted pair held to +-limit. */
@inline
export function difference4(cellsA: usize, cellsB: usize, offset: usize, limit: v128, floor: v128): v128 {
  const difference = f32x4.sub(v128.load(cellsA + offset), v128.load(cellsB + offset));
  return f32x4.pmin(limit, f32x4.pmax(floor, difference));
}

/**
 * Four cells as the sums see them: A, or a pair's difference.
 * The difference of two levels on the grid is on the grid, so nothing is rounded here.
 */
@inline
export function cell4(cellsA: usize, cellsB: usize, offset: usize, limit: v128, floor: v128): v128 {
  return cellsB ? difference4(cellsA, cellsB, offset, limit, floor) : v128.load(cellsA + offset);
}
