/** Nearest integer, ties to the even one. */
export function nearest(value: number): number {
  const low = Math.floor(value);
  const above = value - low;
  if (above < 0.5) return low;
  if (above > 0.5) return low + 1;
  return low % 2 === 0 ? low : low + 1;
}

/** Distance of a value from the nearest k + 1/2, in units of the step. */
export function tieDistance(value: number): number {
  return Math.abs(value - Math.floor(value) - 0.5);
}

/** Linear interpolation between the order statistics, as numpy's default percentile (share in 0..1). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const low = Math.floor(position);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (position - low) * (sorted[high]! - sorted[low]!);
}
