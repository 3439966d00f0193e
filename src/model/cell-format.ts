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

/** Whether the integer kernels can read whole levels up to `levels` in this many rows: sums must not overflow. */
export function fitsBytes({ kind, perturbed, driveMax }: DrivePlan, rows: number, levels: number): boolean {
  if (kind === "bits") return levels <= SUBSET_LEVELS && rows * levels < I16_SUMS;
  const whole = kind === "codes" && !perturbed;
  return whole && levels <= I8_MAX && driveMax <= I16_MAX && rows * levels * driveMax < I32_SUMS;
}

/** Bytes where every cell is whole and only kernels that read bytes will read it; levels in f32 otherwise. */
export function planCellFormat(
  plan: Pick<LayerPlan, "slicing" | "drive" | "tiles" | "wires" | "output" | "wholeLevels">,
): CellFormat {
  const { slices } = plan.slicing;
  const levelsAreRead =
    plan.wires !== null ||
    (plan.output !== null && plan.output.weightNoise.kind !== "none") ||
    slices.some(({ cells }) => readsNoisily(cells) || isNonlinear(cells));
  const fits = slices.every(({ levels }) => plan.tiles.every(({ rows }) => fitsBytes(plan.drive, rows.size, levels)));
  return plan.wholeLevels && !levelsAreRead && fits ? "i8" : "f32";
}
