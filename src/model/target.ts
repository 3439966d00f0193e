import { ConfigError } from "../config/errors.js";
import type { CrossbarConfig } from "../config/schema.js";
import type { Machine } from "../engine/machine.js";
import { sidesOf, type WeightEncoder, weightEncoder } from "./encode.js";
import type { TilePlan } from "./plan.js";
import { nearestEven } from "./rounding.js";
import type { WeightFullScale } from "./scale.js";
import type { SlicingPlan } from "./slices.js";

/** Rows transposed together, so that the lines they are written to stay in the first-level cache. */
const ROWS_AT_ONCE = 32;

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
  machine: Machine,
  weights: Float32Array,
  inputs: number,
  config: CrossbarConfig,
  slicing: SlicingPlan,
  scale: WeightFullScale,
  tile: TilePlan,
): TargetLevels {
  const count = slicing.slices.length;
  const given = config.weights.slices.kind === "given";
  const matrix = weights.length / (given ? count : 1);
  if (sharesProportionally(config, slicing)) {
    return slicing.slices.map(({ levels }, k) => {
      const own = given ? weights.subarray(k * matrix, (k + 1) * matrix) : weights;
      return shareOut(machine, own, inputs, config, scale, tile, levels);
    });
  }
  const encode = weightEncoder(config, slicing);
  if (!given) return encodeAll(tileCodes(weights, inputs, config, slicing, scale, tile), encode, config, slicing);
  return slicing.slices.map((_, k) => {
    const own = weights.subarray(k * matrix, (k + 1) * matrix);
    const codes = tileCodes(own, inputs, config, slicing, scale, tile);
    return encodeAll(codes, encode, config, slicing)[k] as Float32Array[];
  });
}

/** Signed codes of a tile's weights, [rows x columns]: Q = rint(qm·w/w_max), or w/w_max for analog weights. */
function tileCodes(
  weights: Float32Array,
  inputs: number,
  config: CrossbarConfig,
  slicing: SlicingPlan,
  scale: WeightFullScale,
  tile: TilePlan,
): Float64Array | Int32Array {
  const { bits, representation } = config.weights;
  const { clip } = config.weights.scale;
  const single = representation.kind === "single";
  const { rows, columns } = tile;
  const max = scale.max[tile.rowBlock] as Float64Array;
  const codes = new (bits === null ? Float64Array : Int32Array)(rows.size * columns.size);
  for (let first = 0; first < rows.size; first += ROWS_AT_ONCE) {
    const end = Math.min(first + ROWS_AT_ONCE, rows.size);
    for (let m = 0; m < columns.size; m++) {
      const full = max[columns.start + m] as number;
      const row = (columns.start + m) * inputs + rows.start;
      for (let j = first; j < end; j++) {
        let w = weights[row + j] as number;
        if (single && w < 0) throw negativeWeight(row + j, w);
        if (clip) w = w > full ? full : w < -full ? -full : w;
        codes[j * columns.size + m] = bits === null ? w / full : nearestEven((slicing.codeMax * w) / full);
      }
    }
  }
  return codes;
}

function negativeWeight(at: number, weight: number): ConfigError {
  const remedy = 'use representation "pair" or "offset"';
  return new ConfigError(`weights[${at}]`, weight, "a weight >= 0 for single devices", remedy);
}

/** Levels of many codes, one array per slice and side. Quantised weights repeat, so their codes are encoded once. */
function encodeAll(
  codes: Float64Array | Int32Array,
  encode: WeightEncoder,
  config: CrossbarConfig,
  slicing: SlicingPlan,
): Float32Array[][] {
  const sides = sidesOf(config);
  const width = slicing.slices.length * sides;
  const out = Array.from({ length: width }, () => new Float32Array(codes.length));
  const levels = new Float64Array(width);
  const span = 2 * slicing.codeMax + 1;
  if (config.weights.bits === null || span > codes.length) {
    for (let cell = 0; cell < codes.length; cell++) {
      encode(codes[cell] as number, levels);
      for (let i = 0; i < width; i++) (out[i] as Float32Array)[cell] = levels[i] as number;
    }
  } else {
    const tables = out.map(() => new Float32Array(span));
    for (let code = 0; code < span; code++) {
      encode(code - slicing.codeMax, levels);
      for (let i = 0; i < width; i++) (tables[i] as Float32Array)[code] = levels[i] as number;
    }
    out.forEach((array, i) => {
      const table = tables[i] as Float32Array;
      for (let cell = 0; cell < array.length; cell++) {
        array[cell] = table[(codes[cell] as number) + slicing.codeMax] as number;
      }
    });
  }
  return slicing.slices.map((_, k) => out.slice(k * sides, (k + 1) * sides));
}

/** Analog weights of which every slice holds its share; single devices look at every sign first. */
function sharesProportionally({ weights }: CrossbarConfig, { slices }: SlicingPlan): boolean {
  const { kind } = weights.slices;
  const proportional = kind === "positional" || kind === "proportional" || kind === "given";
  const plain = weights.bits === null && weights.representation.kind !== "single";
  return plain && proportional && slices.every((slice) => slice.cells.levels === null);
}

/** What `weightEncoder` gives for such weights, one array per side. */
function shareOut(
  machine: Machine,
  weights: Float32Array,
  inputs: number,
  config: CrossbarConfig,
  scale: WeightFullScale,
  { rows, columns, rowBlock }: TilePlan,
  levels: number,
): Float32Array[] {
  const { representation, scale: scaling } = config.weights;
  const sides = sidesOf(config);
  const cells = rows.size * columns.size;
  const stride = (rows.size + 3) & ~3;
  const fulls = machine.arena.scratch(8 * columns.size + 4 * (stride * columns.size + sides * cells) + 48);
  const own = fulls + ((8 * columns.size + 15) & ~15);
  const first = own + 4 * stride * columns.size;
  const { f32 } = machine;
  machine.f64.set(
    (scale.max[rowBlock] as Float64Array).subarray(columns.start, columns.start + columns.size),
    fulls >>> 3,
  );
  for (let m = 0; m < columns.size; m++) {
    const row = (columns.start + m) * inputs + rows.start;
    f32.set(weights.subarray(row, row + rows.size), (own >>> 2) + m * stride);
  }
  const oneSided = representation.kind === "pair" && representation.sides === 1;
  const second = sides === 2 ? first + 4 * cells : 0;
  const [add, factor, floor] = oneSided ? ([0, 1, 0] as const) : ([1, 0.5, -Infinity] as const);
  machine.kernels.f32_share_levels(
    first,
    second,
    own,
    fulls,
    rows.size,
    columns.size,
    stride,
    scaling.clip ? 1 : 0,
    add,
    factor,
    floor,
    levels,
  );
  return Array.from({ length: sides }, (_, side) => {
    const at = (first >>> 2) + side * cells;
    return f32.slice(at, at + cells);
  });
}
