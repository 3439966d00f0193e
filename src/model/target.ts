import { ConfigError } from "../config/errors.js";
import type { CrossbarConfig } from "../config/schema.js";
import { sidesOf, type WeightEncoder, weightEncoder } from "./encode.js";
import type { TilePlan } from "./plan.js";
import { nearestEven } from "./rounding.js";
import type { WeightFullScale } from "./scale.js";
import type { SlicingPlan } from "./slices.js";

/** Target levels of one tile before the device errs: `[slice][side]`, each row-major [rows x columns]. */
export type TargetLevels = readonly (readonly Float32Array[])[];

/**
 * Scales, quantises, represents and slices the weights of one tile (DESIGN 2.1, steps 1 to 5).
 *
 * @param weights  [outputs x inputs]; the tile's rows are inputs, its columns outputs. Given slices come as one such
 *                 matrix after another.
 * @throws {ConfigError} a negative weight on single devices
 */
export function targetLevels(
  weights: Float32Array,
  inputs: number,
  config: CrossbarConfig,
  slicing: SlicingPlan,
  scale: WeightFullScale,
  tile: TilePlan,
): TargetLevels {
  const sides = sidesOf(config);
  const { rows, columns } = tile;
  const count = slicing.slices.length;
  const out = slicing.slices.map(() => Array.from({ length: sides }, () => new Float32Array(rows.size * columns.size)));
  const flat = out.flat();
  const encode = rememberCodes(
    weightEncoder(config, slicing),
    config,
    slicing,
    count * sides,
    rows.size * columns.size,
  );
  const code = coder(config, slicing);
  const max = scale.max[tile.rowBlock] as Float64Array;
  const given = config.weights.slices.kind === "given";
  const matrix = given ? weights.length / count : 0;
  const levels = new Float64Array(count * sides);
  for (let m = 0; m < columns.size; m++) {
    const full = max[columns.start + m] as number;
    for (let j = 0; j < rows.size; j++) {
      const at = (columns.start + m) * inputs + rows.start + j;
      const cell = j * columns.size + m;
      if (!given) {
        encode(code(weights, at, full), levels);
        for (let i = 0; i < flat.length; i++) (flat[i] as Float32Array)[cell] = levels[i] as number;
        continue;
      }
      for (let k = 0; k < count; k++) {
        encode(code(weights, k * matrix + at, full), levels);
        for (let s = k * sides; s < (k + 1) * sides; s++) (flat[s] as Float32Array)[cell] = levels[s] as number;
      }
    }
  }
  return out;
}

/** Weight to signed code: Q = rint(qm·w/w_max), or w/w_max for analog weights. */
function coder(config: CrossbarConfig, slicing: SlicingPlan) {
  const { bits, scale, representation } = config.weights;
  const single = representation.kind === "single";
  return (weights: Float32Array, at: number, full: number): number => {
    let w = weights[at] as number;
    if (single && w < 0) {
      throw new ConfigError(
        `weights[${at}]`,
        w,
        "a weight >= 0 for single devices",
        'use representation "pair" or "offset"',
      );
    }
    if (scale.clip) w = Math.min(Math.max(w, -full), full);
    return bits === null ? w / full : nearestEven((slicing.codeMax * w) / full);
  };
}

/** Quantised weights repeat: a code met before costs one copy of its levels (programming is 6 times faster at 8 bits). */
function rememberCodes(
  encode: WeightEncoder,
  config: CrossbarConfig,
  slicing: SlicingPlan,
  width: number,
  cells: number,
): WeightEncoder {
  const codes = 2 * slicing.codeMax + 1;
  if (config.weights.bits === null || codes > cells) return encode;
  const known = new Uint8Array(codes);
  const table = new Float64Array(codes * width);
  return (code, out) => {
    const row = code + slicing.codeMax;
    if (known[row] === 0) {
      encode(code, out);
      table.set(out, row * width);
      known[row] = 1;
      return;
    }
    for (let i = 0; i < width; i++) out[i] = table[row * width + i] as number;
  };
}
