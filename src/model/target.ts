import { ConfigError } from "../config/errors.js";
import type { CrossbarConfig } from "../config/schema.js";
import type { Machine } from "../engine/machine.js";
import { sidesOf, type WeightEncoder, weightEncoder } from "./encode.js";
import type { TilePlan } from "./plan.js";
import { nearestEven } from "./rounding.js";
import type { WeightFullScale } from "./scale.js";
import type { SlicePlan, SlicingPlan } from "./slices.js";

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
  const shared = slicing.slices.map((_, k) =>
    sharedTargets(machine, weights, inputs, config, slicing, scale, tile, k)?.whole(),
  );
  if (shared.every((sides) => sides !== undefined)) return shared;
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

/** Targets that the kernel works out, some rows at a time, in wasm memory. */
export class SharedTargets {
  /** Room for the weights and their full scales. */
  readonly bytes: number;
  readonly sides: 1 | 2;
  readonly #stride: number;
  #fulls = 0;
  #own = 0;

  constructor(
    private readonly machine: Machine,
    private readonly weights: Float32Array,
    private readonly inputs: number,
    private readonly config: CrossbarConfig,
    private readonly scale: WeightFullScale,
    private readonly tile: TilePlan,
    private readonly levels: number,
  ) {
    const { rows, columns } = tile;
    this.sides = sidesOf(config);
    this.#stride = (rows.size + 3) & ~3;
    this.bytes = (8 * columns.size + 4 * this.#stride * columns.size + 63) & ~15;
  }

  /** Copies the weights of the tile to its room, whose start is a multiple of 16. */
  settle(base: number): void {
    const { machine, weights, inputs } = this;
    const { rows, columns, rowBlock } = this.tile;
    this.#fulls = base;
    this.#own = base + ((8 * columns.size + 15) & ~15);
    const fulls = this.scale.max[rowBlock] as Float64Array;
    machine.f64.set(fulls.subarray(columns.start, columns.start + columns.size), this.#fulls >>> 3);
    const { f32 } = machine;
    const own = this.#own >>> 2;
    const row = (m: number) => (columns.start + m) * inputs + rows.start;
    if (this.#stride === inputs) f32.set(weights.subarray(row(0), row(columns.size)), own);
    else
      for (let m = 0; m < columns.size; m++)
        f32.set(weights.subarray(row(m), row(m) + rows.size), own + m * this.#stride);
  }

  /** Targets of some rows from `first`, a multiple of 4, on: [rows x columns] each; minus where there are two sides. */
  write(plus: number, minus: number, first: number, rows: number): void {
    const { representation, scale } = this.config.weights;
    const oneSided = representation.kind === "pair" && representation.sides === 1;
    this.machine.kernels.f32_share_levels(
      plus,
      this.sides === 2 ? minus : 0,
      this.#own + 4 * first,
      this.#fulls,
      rows,
      this.tile.columns.size,
      this.#stride,
      scale.clip ? 1 : 0,
      oneSided ? 1 : 0,
      this.levels,
    );
  }

  /** All of them, one array per side. */
  whole(): Float32Array[] {
    const { machine } = this;
    const cells = this.tile.rows.size * this.tile.columns.size;
    const base = machine.arena.scratch(this.bytes + 4 * this.sides * cells);
    const plus = base + this.bytes;
    this.settle(base);
    this.write(plus, plus + 4 * cells, 0, this.tile.rows.size);
    return Array.from({ length: this.sides }, (_, side) => {
      const at = (plus >>> 2) + side * cells;
      return machine.f32.slice(at, at + cells);
    });
  }
}

/** Targets of one slice as the kernel works them out; null where something else does. */
export function sharedTargets(
  machine: Machine,
  weights: Float32Array,
  inputs: number,
  config: CrossbarConfig,
  slicing: SlicingPlan,
  scale: WeightFullScale,
  tile: TilePlan,
  slice: number,
): SharedTargets | null {
  if (!sharesProportionally(config, slicing)) return null;
  const given = config.weights.slices.kind === "given";
  const matrix = weights.length / (given ? slicing.slices.length : 1);
  const own = given ? weights.subarray(slice * matrix, (slice + 1) * matrix) : weights;
  const { levels } = slicing.slices[slice] as SlicePlan;
  return new SharedTargets(machine, own, inputs, config, scale, tile, levels);
}
