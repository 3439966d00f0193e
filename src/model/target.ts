import { ConfigError } from "../config/errors.js";
import type { CrossbarConfig } from "../config/schema.js";
import { nearestEven } from "./rounding.js";
import type { WeightFullScale } from "./scale.js";
import { deviceLevel, type SlicePlan, type SlicingPlan, sliceLevels } from "./slices.js";
import type { TilePlan } from "./plan.js";

/** Target levels of one tile before the device errs: `[slice][side]`, each row-major [rows x columns]. */
export type TargetLevels = readonly (readonly Float32Array[])[];

/**
 * Scales, quantises, represents and slices the weights of one tile (DESIGN 2.1, steps 1 to 5).
 *
 * @param weights  [outputs x inputs]; the tile's rows are inputs, its columns outputs
 */
export function targetLevels(
  weights: Float32Array,
  inputs: number,
  config: CrossbarConfig,
  slicing: SlicingPlan,
  scale: WeightFullScale,
  tile: TilePlan,
): TargetLevels {
  const { representation, bits } = config.weights;
  const { rows, columns } = tile;
  const sides = representation.kind === "pair" ? 2 : 1;
  const out = slicing.slices.map(() => Array.from({ length: sides }, () => new Float32Array(rows.size * columns.size)));
  const max = scale.max[tile.rowBlock] as Float64Array;
  const clip = config.weights.scale.clip;
  const shares = (x: number) =>
    bits === null || config.weights.slices.kind === "positional" ? x : x / slicing.codeMax;
  const levels = new Float64Array(slicing.slices.length);
  const put = (share: number, side: number, cell: number) => {
    sliceLevels(share, config, slicing, levels);
    for (let k = 0; k < levels.length; k++) {
      ((out[k] as Float32Array[])[side] as Float32Array)[cell] = deviceLevel(
        levels[k] as number,
        slicing.slices[k] as SlicePlan,
      );
    }
  };
  for (let m = 0; m < columns.size; m++) {
    const full = max[columns.start + m] as number;
    for (let j = 0; j < rows.size; j++) {
      const at = (columns.start + m) * inputs + rows.start + j;
      let w = weights[at] as number;
      if (clip) w = Math.min(Math.max(w, -full), full);
      const code = bits === null ? w / full : nearestEven((slicing.codeMax * w) / full);
      const cell = j * columns.size + m;
      if (representation.kind === "single") {
        if (code < 0)
          throw new ConfigError(
            `weights[${at}]`,
            weights[at],
            "a weight >= 0 for single devices",
            'use representation "pair" or "offset"',
          );
        put(shares(code), 0, cell);
      } else if (representation.kind === "offset") {
        put(offsetShare(code, config, slicing), 0, cell);
      } else if (representation.sides === 2) {
        put((1 + shares(code)) / 2, 0, cell);
        put((1 - shares(code)) / 2, 1, cell);
      } else {
        put(shares(Math.max(code, 0)), 0, cell);
        put(shares(Math.max(-code, 0)), 1, cell);
      }
    }
  }
  return out;
}

/** Levels of the unit column, one per slice: the true digits of the code of weight zero (CrossSim errs here: S2). */
export function unitLevels(config: CrossbarConfig, slicing: SlicingPlan): Float64Array {
  const levels = new Float64Array(slicing.slices.length);
  sliceLevels(offsetShare(0, config, slicing), config, slicing, levels);
  return levels.map((level, k) => deviceLevel(level, slicing.slices[k] as SlicePlan));
}

function offsetShare(code: number, config: CrossbarConfig, slicing: SlicingPlan): number {
  if (config.weights.bits === null) return (code + 1) / 2;
  return config.weights.slices.kind === "positional" ? code + slicing.zeroCode : (code / slicing.codeMax + 1) / 2;
}
