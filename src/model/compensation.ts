import type { CompensationConfig } from "../config/compensation.js";
import type { Machine } from "../engine/machine.js";
import type { LayerPlan, TilePlan } from "./plan.js";
import type { ProgrammedLayer } from "./programmed.js";
import { runLayer } from "./run.js";
import type { SlicePlan } from "./slices.js";

/** Where measured read-outs draw from. */
export interface ReadoutAddress {
  readonly chip: number;
  readonly layer: number;
  readonly read: number;
}

/** Read-outs draw from the last samples there are, so that they never meet those of a forward. */
const SAMPLES = 274877906944; // 2^38
const VECTORS_TOGETHER = 256;
/** A read-out below this share of full scale is taken as this: dead arrays are not amplified without bound. */
const LEAST_READOUT = 1e-4;

/** What a compensated layer remembers of its programming. */
export interface CompensationBaseline {
  /** Weights asked for, [outputs x inputs], in units of w. */
  readonly target: Float64Array;
  /** Mean read-out per output before any drift. */
  readonly readout: Float64Array;
}

/** Reads a layer out before it drifts. */
export function compensationBaseline(
  machine: Machine,
  layer: ProgrammedLayer,
  address: ReadoutAddress,
): CompensationBaseline | null {
  const { compensation } = layer.config.readout;
  if (compensation.kind === "none") return null;
  const target = targetWeights(layer);
  const reference =
    compensation.kind === "exactReference" ? target : currentWeights(machine, layer, compensation, address, 2);
  return { target, readout: columnReadout(target, reference, layer.plan) };
}

/**
 * Factor of every output after drift.
 *
 * A read-out is the mean of sign(target)·y over unit vectors: noise of either sign averages out of it, where the mean
 * of |y| that aihwkit takes grows with the noise and biases the factor (S17).
 */
export function compensationFactors(
  machine: Machine,
  layer: ProgrammedLayer,
  address: ReadoutAddress,
  { target, readout }: CompensationBaseline,
): Float64Array {
  const { compensation } = layer.config.readout;
  const { plan } = layer;
  const now = columnReadout(target, currentWeights(machine, layer, compensation, address, 1), plan);
  const full = layer.scale.max.reduce((most, row) => row.reduce((m, x) => Math.max(m, x), most), 0);
  const least = LEAST_READOUT * full;
  if (compensation.kind === "perColumn")
    return now.map((r, m) => Math.max(readout[m] as number, least) / Math.max(r, least));
  const mean = (list: Float64Array) => Math.max(list.reduce((sum, r) => sum + r, 0) / list.length, least);
  return new Float64Array(plan.outputs).fill(mean(readout) / mean(now));
}

/** Mean of sign(target)·w over the inputs, per output. */
function columnReadout(target: Float64Array, weights: Float64Array, { inputs, outputs }: LayerPlan): Float64Array {
  const out = new Float64Array(outputs);
  for (let m = 0; m < outputs; m++) {
    let sum = 0;
    for (let j = m * inputs; j < (m + 1) * inputs; j++) {
      const wanted = target[j] as number;
      if (wanted !== 0) sum += wanted > 0 ? (weights[j] as number) : -(weights[j] as number);
    }
    out[m] = sum / inputs;
  }
  return out;
}

function currentWeights(
  machine: Machine,
  layer: ProgrammedLayer,
  compensation: CompensationConfig,
  address: ReadoutAddress,
  round: number,
): Float64Array {
  return compensation.kind !== "none" && compensation.reading === "measured"
    ? measuredWeights(machine, layer, address, round)
    : collect(layer, (tile, k) => layer.store.netLevels(tile, k));
}

/** Sums what every slice of a tile stands for into weights [outputs x inputs]. */
function collect(
  { plan, scale }: ProgrammedLayer,
  levelsOf: (tile: TilePlan, slice: number) => (row: number, column: number) => number,
): Float64Array {
  const { slicing, inputs } = plan;
  const out = new Float64Array(plan.outputs * inputs);
  for (const tile of plan.tiles) {
    const slices = slicing.slices.map((slice, k) => ({ factor: slice.significance, level: levelsOf(tile, k) }));
    const max = scale.max[tile.rowBlock] as Float64Array;
    for (let m = 0; m < tile.columns.size; m++) {
      const unit = (max[tile.columns.start + m] as number) / slicing.fullScale;
      for (let j = 0; j < tile.rows.size; j++) {
        let sum = 0;
        for (const { factor, level } of slices) sum += factor * level(j, m);
        if (!plan.unitColumn) sum -= slicing.zeroCode;
        out[(tile.columns.start + m) * inputs + tile.rows.start + j] = sum * unit;
      }
    }
  }
  return out;
}

function targetWeights(layer: ProgrammedLayer): Float64Array {
  const { plan, store } = layer;
  const whole = plan.unitColumn ? plan.slicing.zeroCode : 0;
  return collect(layer, (tile, k) => {
    const [plus, minus] = store.targets(tile)[k] as readonly [Float32Array, Float32Array | undefined];
    const columns = tile.columns.size;
    // A unit column stands for the code of weight zero, once for all slices.
    const zero = k === 0 ? whole / (plan.slicing.slices[0] as SlicePlan).significance : 0;
    return (row, column) => {
      const at = row * columns + column;
      return (plus[at] as number) - (minus === undefined ? zero : (minus[at] as number));
    };
  });
}

/** Unit vectors at full drive through the layer as it is, in digital units of w. */
function measuredWeights(
  machine: Machine,
  layer: ProgrammedLayer,
  { chip, layer: number, read }: ReadoutAddress,
  round: number,
): Float64Array {
  const { inputs, outputs } = layer.plan;
  const bare: ProgrammedLayer = { ...layer, bias: null, compensation: null };
  const drive = fullDrive(layer);
  const out = new Float64Array(outputs * inputs);
  const first = SAMPLES - round * inputs;
  for (let start = 0; start < inputs; start += VECTORS_TOGETHER) {
    const count = Math.min(VECTORS_TOGETHER, inputs - start);
    const x = new Float32Array(count * inputs);
    for (let v = 0; v < count; v++) x[v * inputs + start + v] = drive(start + v);
    const y = runLayer(machine, bare, x, { chip, layer: number, read, sample: first + start });
    for (let v = 0; v < count; v++) {
      for (let m = 0; m < outputs; m++) {
        out[m * inputs + start + v] = (y[v * outputs + m] as number) / drive(start + v);
      }
    }
  }
  return out;
}

/** The largest input of a row that is not clipped. */
function fullDrive({ config, plan }: ProgrammedLayer): (row: number) => number {
  const { range } = config.input;
  if (!("max" in range)) return () => 1;
  const { max } = range;
  if (!Array.isArray(max)) return () => max;
  return (row) => {
    const block = plan.split.rowBlocks.findIndex((b) => row >= b.start && row < b.start + b.size);
    return max[block] as number;
  };
}
