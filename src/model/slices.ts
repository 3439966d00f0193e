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
  /** What zero weight adds to the sum of an offset line; 0 for pair and single. */
  readonly zeroCode: number;
}

/** Plans the slices of a configuration: widths, significance, and the scale of their sum. */
export function planSlices(config: CrossbarConfig): SlicingPlan {
  const { bits, representation, slices } = config.weights;
  const codeMax = bits === null ? 1 : powerOfTwo(bits - 1) - 1;
  const widths = sliceWidths(config);
  const factors = significances(config, widths);
  const planned = widths.map((width, k): SlicePlan => {
    const cells = Array.isArray(config.cells) ? (config.cells[k] as CellsConfig) : config.cells;
    const levels = width === 0 ? 1 : powerOfTwo(width) - 1;
    const baseline = (levels * cells.gMin) / (cells.gMax - cells.gMin);
    const delta = 1 - cells.gMin / cells.gMax;
    return { bits: width, levels, significance: factors[k] as number, cells, delta, baseline };
  });
  const offset = representation.kind === "offset";
  if (slices.kind === "given") return { slices: planned, codeMax, fullScale: codeMax, zeroCode: 0 };
  if (slices.kind === "positional" && bits !== null) {
    return { slices: planned, codeMax, fullScale: codeMax, zeroCode: offset ? powerOfTwo(bits - 1) : 0 };
  }
  // Slices by significance share the full scale out between them; an offset line puts zero at half of it.
  const reach = slices.kind === "table" ? tableReach(planned, slices) : reachOf(planned);
  return { slices: planned, codeMax, fullScale: offset ? reach / 2 : reach, zeroCode: offset ? reach / 2 : 0 };
}

/** Bits of each slice's digits; 0 for continuous cells. A given matrix keeps its whole code in one device. */
function sliceWidths(config: CrossbarConfig): number[] {
  const { bits, slices } = config.weights;
  const needed = neededBits(config);
  if (slices.kind === "positional" && needed !== null) return positionalBits(slices, needed);
  const width = slices.kind === "given" && bits !== null ? bits - 1 : 0;
  return Array.from({ length: sliceCount(config) }, () => width);
}

function significances(config: CrossbarConfig, widths: readonly number[]): number[] {
  const { slices } = config.weights;
  if (slices.kind !== "positional") return widths.map((_, k) => slices.factors?.[k] ?? 1);
  let factor = 1;
  return widths.map((width) => {
    const own = factor;
    factor *= powerOfTwo(width);
    return own;
  });
}

/** Σ f_k L_k: the largest weight in levels. */
export function reachOf(slices: readonly SlicePlan[]): number {
  return slices.reduce((sum, s) => sum + s.significance * s.levels, 0);
}

function tableReach(slices: readonly SlicePlan[], tables: { plus: number[][]; minus: number[][] }): number {
  const points = (tables.plus[0] as number[]).length;
  let reach = 0;
  for (let i = 0; i < points; i++) {
    const weight = slices.reduce((sum, slice, k) => {
      const { gMin, gMax } = slice.cells;
      const difference = ((tables.plus[k] as number[])[i] as number) - ((tables.minus[k] as number[])[i] as number);
      return sum + (slice.significance * slice.levels * difference) / (gMax - gMin);
    }, 0);
    reach = Math.max(reach, Math.abs(weight));
  }
  return reach;
}

/** The nearest of the levels a device can be programmed to, ties to even. */
export function deviceLevel(level: number, slice: SlicePlan): number {
  const states = slice.cells.levels;
  if (states === null) return level;
  const step = (states - 1) / slice.levels;
  return nearestEven(level * step) / step;
}
