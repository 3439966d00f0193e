import { ShapeError } from "../config/errors.js";
import type { CrossbarConfig } from "../config/schema.js";
import { scalePer } from "../config/significance.js";
import type { Machine } from "../engine/machine.js";
import { largestMagnitude } from "./largest.js";
import type { ArraySplit, Block } from "./split.js";

/** The weight that maps to full scale, one number per row block and output: `max[r][m]`. */
export interface WeightFullScale {
  readonly max: readonly Float64Array[];
  /** Whether all row blocks share their numbers: then sums are scaled once, after the blocks are added. */
  readonly shared: boolean;
}

/** Weight that one code unit of a sum stands for, [rowBlock][output]. */
export function sumScales({ max }: WeightFullScale, fullScale: number, outputScale: number): Float64Array[] {
  return max.map((outputs) => outputs.map((full) => (full / fullScale) * outputScale));
}

/**
 * Finds w_max (DESIGN 2.1, step 1; percentiles as CrossSim: both tails of the signed weights).
 * An all-zero group has full scale 1, so that zero weights stay zero.
 *
 * @param weights  [outputs x inputs], row-major; given slices one after another share their full scale
 * @param known  the largest magnitude of all weights, where somebody has looked
 */
export function weightFullScale(
  machine: Machine,
  weights: Float32Array,
  inputs: number,
  outputs: number,
  config: CrossbarConfig,
  split: ArraySplit,
  known: number | null = null,
): WeightFullScale {
  const { scale } = config.weights;
  const per = scalePer(scale);
  const whole = { start: 0, size: inputs };
  const rowGroups = per === "array" || per === "arrayOutput" ? split.rowBlocks : [whole];
  const columnGroups =
    per === "matrix"
      ? [{ start: 0, size: outputs }]
      : per === "array"
        ? split.columnBlocks
        : Array.from({ length: outputs }, (_, m) => ({ start: m, size: 1 }));
  if (scale.kind === "given" && Array.isArray(scale.max) && scale.max.length !== outputs) {
    throw new ShapeError("weights.scale.max", scale.max, `${outputs} numbers, one per output`);
  }
  const absMax = scale.kind === "given" ? null : absMaxOf(machine, weights, inputs, outputs, known);
  const groups = rowGroups.map((rows) => {
    const max = new Float64Array(outputs);
    columnGroups.forEach((columns, c) => {
      const value =
        scale.kind === "given"
          ? Array.isArray(scale.max)
            ? (scale.max[c] as number)
            : scale.max
          : scale.kind === "percentile" && scale.percentile !== 1
            ? percentileMax(gather(weights, inputs, outputs, rows, columns), scale.percentile)
            : (absMax as AbsMax)(rows, columns) / (scale.kind === "absMax" ? scale.largest : 1);
      max.fill(value === 0 ? 1 : value, columns.start, columns.start + columns.size);
    });
    return max;
  });
  const shared = groups.length === 1;
  return { max: split.rowBlocks.map((_, r) => groups[shared ? 0 : r] as Float64Array), shared };
}

function gather(weights: Float32Array, inputs: number, outputs: number, rows: Block, columns: Block): Float64Array {
  const matrices = weights.length / (inputs * outputs);
  const out = new Float64Array(matrices * rows.size * columns.size);
  let at = 0;
  for (let matrix = 0; matrix < matrices; matrix++) {
    for (let m = columns.start; m < columns.start + columns.size; m++) {
      const row = (matrix * outputs + m) * inputs;
      for (let j = rows.start; j < rows.start + rows.size; j++) out[at++] = weights[row + j] as number;
    }
  }
  return out;
}

/** Largest magnitude in some rows and columns of every matrix. */
type AbsMax = (rows: Block, columns: Block) => number;

function absMaxOf(
  machine: Machine,
  weights: Float32Array,
  inputs: number,
  outputs: number,
  known: number | null,
): AbsMax {
  const largest = (first: number, count: number) => largestMagnitude(machine, weights.subarray(first, first + count));
  const matrices = weights.length / (inputs * outputs);
  return (rows, columns) => {
    if (known !== null && rows.size === inputs && columns.size === outputs) return known;
    let most = 0;
    for (let matrix = 0; matrix < matrices; matrix++) {
      const row = (m: number) => (matrix * outputs + m) * inputs + rows.start;
      if (rows.size === inputs) most = Math.max(most, largest(row(columns.start), columns.size * inputs));
      else for (let m = 0; m < columns.size; m++) most = Math.max(most, largest(row(columns.start + m), rows.size));
    }
    return most;
  };
}

function percentileMax(values: Float64Array, percentile: number): number {
  values.sort();
  return Math.max(Math.abs(quantile(values, percentile)), Math.abs(quantile(values, 1 - percentile)));
}

/** Linear interpolation between order statistics; `sorted` ascending. */
function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (at - below);
}
