import { isNonlinear, readsNoisily } from "../config/cells.js";
import type { DrivePlan } from "./drive.js";
import type { CellFormat } from "./panels.js";
import type { LayerPlan } from "./plan.js";

/** What the subset sums over bytes take: the largest level, and the smallest sum they cannot hold. */
const SUBSET_LEVELS = 18;
const I16_SUMS = 32768;
/** What the products of whole drives and levels take: factors, and sums. */
const I8_MAX = 127;
const I16_MAX = 32767;
const I32_SUMS = 2147483648;
/** The same where two sums share an i32. */
const SHARED_LEVELS = 15;
const SHARED_SUMS = 1048576;

/** Whether the integer kernels can read whole levels up to `levels` in this many rows: sums must not overflow. */
export function fitsBytes({ kind, perturbed, driveMax }: DrivePlan, rows: number, levels: number): boolean {
  if (kind === "bits") return levels <= SUBSET_LEVELS && rows * levels < I16_SUMS;
  const whole = kind === "codes" && !perturbed;
  return whole && levels <= I8_MAX && driveMax <= I16_MAX && rows * levels * driveMax < I32_SUMS;
}

/** Whether three panels of whole levels can be summed as two (assembly/sums/i32-mvm-48-simd.ts). */
export function sharesSums({ kind, driveMax }: DrivePlan, rows: number, levels: number): boolean {
  return kind === "codes" && levels <= SHARED_LEVELS && rows * levels * driveMax < SHARED_SUMS;
}

/** Steps of a grid that sixteen bits count to. */
const I16_STEPS = 32768;

/**
 * Bytes where every cell is whole and only kernels that read bytes will read it. Multiples of the grid's step where the
 * grid is coarse enough (arrays of 512 rows or columns and more) and only sums over bits and their variances read them.
 * Levels in f32 otherwise.
 */
export function planCellFormat(
  plan: Pick<LayerPlan, "slicing" | "drive" | "tiles" | "wires" | "output" | "wholeLevels">,
): CellFormat {
  const { drive, tiles, slicing } = plan;
  const { slices } = slicing;
  const weightsAreRead = plan.wires !== null || (plan.output !== null && plan.output.weightNoise.kind !== "none");
  if (weightsAreRead || slices.some(({ cells }) => isNonlinear(cells))) return "f32";
  const quiet = slices.every(({ cells }) => !readsNoisily(cells));
  const fits = slices.every(({ levels }) => tiles.every(({ rows }) => fitsBytes(drive, rows.size, levels)));
  // Whole levels whose variances are read, too, stay in f32: sums make bytes of them, twice as fast as multiples of a step.
  if (plan.wholeLevels && fits) return quiet ? "i8" : "f32";
  const drawn = slices.some(({ cells }) => readsNoisily(cells) && cells.sampling === "cell");
  const coarse = tiles.every(({ grids, variances }) => {
    const counted = grids.every(({ step, limit }) => step > 0 && limit <= I16_STEPS * step);
    return counted && variances.every((variance) => !variance?.perCell);
  });
  return coarse && !drawn ? "i16" : "f32";
}
