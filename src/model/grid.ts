import { isNonlinear, lawsOf, readsNoisily } from "../config/cells.js";
import { ConfigError } from "../config/errors.js";
import type { DrivePlan } from "./drive.js";
import { ceilLog2, powerOfTwo } from "./rounding.js";
import type { SlicePlan } from "./slices.js";
import type { Block } from "./split.js";

/** The grid levels lie on, so that every subset sum is exact in f32 (DESIGN 5.1). */
export interface LevelGrid {
  /** γ, the grid step; 0: no grid, the order of the sum is the law instead. */
  readonly step: number;
  /** Levels, and differences of a pair's levels, are kept within ±limit. */
  readonly limit: number;
}

export const NO_GRID: LevelGrid = { step: 0, limit: Infinity };

/**
 * γ = 2^(h−24), h = ⌈log2 max(rows, columns)⌉ + b + 1: the largest sum is 2^h, 24 bits above the step.
 *
 * @throws {ConfigError} so many rows and bits that whole levels would not fit
 */
export function levelGrid(drive: DrivePlan, slice: SlicePlan, rows: Block, columns: Block): LevelGrid {
  if (drive.kind !== "bits") return NO_GRID;
  const size = Math.max(rows.size, columns.size);
  const height = ceilLog2(size) + slice.bits + 1;
  if (height > 24) {
    throw new ConfigError(
      "array",
      `blocks of ${rows.size} x ${columns.size} with ${slice.bits}-bit cells`,
      `at most 2^${23 - slice.bits} rows or columns per array for cells of ${slice.bits} bits`,
      "limit array.rows and array.columns, or store fewer bits per slice",
    );
  }
  return { step: powerOfTwo(height - 24), limit: powerOfTwo(slice.bits + 1) };
}

/**
 * Variance of a cell and the grid its sums lie on: s²(ℓ) = c0 + ℓ·(c1 + ℓ·c2), or a number of its own for every
 * device, which then lies beside the cells.
 */
export interface CellVariance {
  readonly perCell: boolean;
  readonly c0: number;
  readonly c1: number;
  readonly c2: number;
  /** Grid step of a cell's variance and its largest value; step 0: no grid. */
  readonly step: number;
  readonly top: number;
}

/**
 * Read-noise variance in levels, snapped relative to the model's bound like the levels themselves.
 *
 * `independent`: σ·gMax is L·σ/Δ levels. `proportional`: σ·G, the whole conductance, is σ·(ℓ + ℓ0).
 * @returns null without read noise
 */
export function cellVariance(slice: SlicePlan, grid: LevelGrid, rows: Block, columns: Block): CellVariance | null {
  const { read } = slice.cells;
  if (!readsNoisily(slice.cells)) return null;
  const generic = read.kind === "independent" || read.kind === "proportional";
  if (!generic || isNonlinear(slice.cells) || lawsOf(slice.cells, true).read !== read) {
    return { perCell: true, c0: 0, c1: 1, c2: 0, step: 0, top: Infinity };
  }
  const s = read.kind === "independent" ? (slice.levels * read.sigma) / slice.delta : read.sigma;
  const square = s * s;
  const [c0, c1, c2] =
    read.kind === "independent"
      ? [square, 0, 0]
      : [square * slice.baseline * slice.baseline, 2 * square * slice.baseline, square];
  if (grid.step === 0) return { perCell: false, c0, c1, c2, step: 0, top: Infinity };
  return { perCell: false, c0, c1, c2, ...varianceGrid(c0 + grid.limit * (c1 + grid.limit * c2), rows, columns) };
}

/** Grid on which variances up to `bound` have exact sums. */
export function varianceGrid(bound: number, rows: Block, columns: Block): { step: number; top: number } {
  const top = powerOfTwo(ceilLog2(bound));
  // One more bit than rows need: a pair's line carries the variances of both devices.
  return { top, step: top * powerOfTwo(ceilLog2(Math.max(rows.size, columns.size)) + 1 - 24) };
}
