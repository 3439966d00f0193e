import type { CellsConfig, CrossbarConfig } from "../config/schema.js";
import { neededBits, positionalBits, sliceCount } from "../config/significance.js";
import { nearestEven, powerOfTwo } from "./rounding.js";

/** One weight slice: what its cells hold and what it counts for in the sum. */
export interface SlicePlan {
  /** Bits of its digits; 0 for continuous cells. */
  readonly bits: number;
  /** L: level of a cell at gMax; level 0 is gMin. */
  readonly levels: number;
  /** f_k: factor of the slice in the sum of weights. */
  readonly significance: number;
  readonly cells: CellsConfig;
  /** Δ = 1 − gMin/gMax. */
  readonly delta: number;
  /** ℓ0 = L·gMin/(gMax − gMin): the level that gMin itself would have. */
  readonly baseline: number;
}

/** How a weight becomes levels, and how sums of levels become weights again. */
export interface SlicingPlan {
  readonly slices: readonly SlicePlan[];
  /** Largest signed code qm; 1 for analog weights. */
  readonly codeMax: number;
  /** Sum over slices that stands for w_max: y = (w_max/fullScale)·Σ f_k n_k. */
  readonly fullScale: number;
  /** What zero weight adds to the code of an offset line; 0 for pair and single. */
  readonly zeroCode: number;
}

export function planSlices(config: CrossbarConfig): SlicingPlan {
  const { bits, representation, slices } = config.weights;
  const count = sliceCount(config);
  const needed = neededBits(config);
  const codeMax = bits === null ? 1 : powerOfTwo(bits - 1) - 1;
  const widths = slices.kind === "positional" && needed !== null ? positionalBits(slices, needed) : null;
  let significance = 1;
  const planned = Array.from({ length: count }, (_, k): SlicePlan => {
    const cells = Array.isArray(config.cells) ? (config.cells[k] as CellsConfig) : config.cells;
    const width = widths === null ? 0 : (widths[k] as number);
    const levels = width === 0 ? 1 : powerOfTwo(width) - 1;
    const factor = slices.kind === "positional" ? significance : (slices.factors?.[k] ?? 1);
    significance *= powerOfTwo(width);
    return {
      bits: width,
      levels,
      significance: factor,
      cells,
      delta: 1 - cells.gMin / cells.gMax,
      baseline: (levels * cells.gMin) / (cells.gMax - cells.gMin),
    };
  });
  // Slices by significance share the full scale out; digits of a code add up to the code itself.
  const reach = planned.reduce((sum, s) => sum + s.significance * s.levels, 0);
  const offset = representation.kind === "offset";
  if (widths === null) {
    return { slices: planned, codeMax, fullScale: offset ? reach / 2 : reach, zeroCode: offset ? reach / 2 : 0 };
  }
  return { slices: planned, codeMax, fullScale: codeMax, zeroCode: offset ? powerOfTwo((bits as number) - 1) : 0 };
}

/**
 * Levels of one non-negative magnitude in every slice, before the device.
 *
 * @param share  0…1 of the reach for slices by significance; the code itself for digits
 * @param out    one level per slice
 */
export function sliceLevels(share: number, config: CrossbarConfig, plan: SlicingPlan, out: Float64Array): void {
  const { slices } = plan;
  const kind = config.weights.slices.kind;
  if (kind === "positional") {
    if (config.weights.bits === null) {
      out[0] = share;
      return;
    }
    let rest = share;
    for (let k = 0; k < slices.length; k++) {
      const base = (slices[k] as SlicePlan).levels + 1;
      out[k] = rest % base;
      rest = Math.floor(rest / base);
    }
    return;
  }
  if (kind === "proportional") {
    for (let k = 0; k < slices.length; k++) out[k] = share * (slices[k] as SlicePlan).levels;
    return;
  }
  let rest = slices.reduce((reach, s) => reach + s.significance * s.levels, 0) * share;
  for (let i = 0; i < slices.length; i++) {
    const k = kind === "fillLowFirst" ? i : slices.length - 1 - i;
    const slice = slices[k] as SlicePlan;
    const level = Math.min(Math.max(rest / slice.significance, 0), slice.levels);
    out[k] = level;
    rest -= level * slice.significance;
  }
}

/** The nearest of the levels a device can be programmed to, ties to even. */
export function deviceLevel(level: number, slice: SlicePlan): number {
  const states = slice.cells.levels;
  if (states === null) return level;
  const step = (states - 1) / slice.levels;
  return nearestEven(level * step) / step;
}
