import { SIDE } from "./address.js";
import { deviceLevel, type SlicePlan } from "./slices.js";
import type { TargetLevels } from "./target.js";

/**
 * Closed-loop slicing (DESIGN 2.1, step 4): coarse to fine, each slice is programmed with all its errors and read back,
 * and what it missed is left to the next.
 *
 *     r = Σ f_k·ideal_k;  target_k = clamp(r/f_k, ±L_k);  r −= f_k·measured_k
 *
 * @param ideal    targets as an ideal device would take them, [slice][plus, minus]
 * @param measure  programs one side of a slice and reads it back
 */
export function residualTargets(
  ideal: TargetLevels,
  slices: readonly SlicePlan[],
  measure: (slice: number, side: number, target: Float32Array) => Float32Array,
): TargetLevels {
  const cells = ((ideal[0] as readonly Float32Array[])[0] as Float32Array).length;
  const rest = new Float64Array(cells);
  const add = (k: number, sign: number, [plus, minus]: readonly Float32Array[]) => {
    const factor = sign * (slices[k] as SlicePlan).significance;
    for (let i = 0; i < cells; i++) {
      const difference = ((plus as Float32Array)[i] as number) - ((minus as Float32Array)[i] as number);
      rest[i] = (rest[i] as number) + factor * difference;
    }
  };
  ideal.forEach((sides, k) => {
    add(k, 1, sides);
  });
  const targets: Float32Array[][] = [];
  const coarseToFine = slices
    .map((_, k) => k)
    .sort((a, b) => significanceOf(slices, b) - significanceOf(slices, a) || b - a);
  for (const k of coarseToFine) {
    const slice = slices[k] as SlicePlan;
    const level = (sign: number) =>
      Float32Array.from(rest, (r) =>
        deviceLevel(Math.min(Math.max((sign * r) / slice.significance, 0), slice.levels), slice),
      );
    const sides = [level(1), level(-1)];
    targets[k] = sides;
    add(
      k,
      -1,
      [SIDE.plus, SIDE.minus].map((side) => measure(k, side, sides[side] as Float32Array)),
    );
  }
  return targets;
}

function significanceOf(slices: readonly SlicePlan[], k: number): number {
  return (slices[k] as SlicePlan).significance;
}
