import type { CrossbarConfig } from "../config/schema.js";
import type { Machine } from "../engine/machine.js";
import { type CellStore, PANEL_COLUMNS, panelCount } from "./cells.js";
import type { ConversionGroup, Converter } from "./conversion.js";
import { type ConversionObserver, convertPanel, digitalGroup, type ReadContext, startFromUnit } from "./convert.js";
import { type DrivenBlock, driveRowBlock, type InputChunk, sharesInputScale } from "./inputs.js";
import type { ConverterBank } from "./converters/bank.js";
import { ConverterStage } from "./converters/stage.js";
import { LineReader, type ReadAddress } from "./lines.js";
import type { LayerPlan } from "./plan.js";
import type { WeightFullScale } from "./scale.js";
import { layoutWorkspace, placeWorkspace, samplesCells, type Workspace } from "./workspace.js";

/** A programmed layer as the run sees it. */
export interface ProgrammedLayer {
  readonly config: CrossbarConfig;
  readonly plan: LayerPlan;
  readonly store: CellStore;
  /** Converters with transfers of their own; null where the ADC is none or ideal. */
  readonly bank: ConverterBank | null;
  readonly scale: WeightFullScale;
  /** One per output, or null. */
  readonly bias: Float32Array | null;
  /** Drift compensation, one factor per output; null: none. */
  readonly compensation: Float64Array | null;
}

/** Sees each row block of each chunk as it is driven, and answers with what watches its conversions. */
export type RunObserver = (chunk: InputChunk, driven: DrivenBlock, at: Workspace) => ConversionObserver;

/**
 * Reads a batch: y [batch x outputs] of x [batch x inputs], the whole of DESIGN 2.2.
 *
 * @param address  which draws are made; `sample` belongs to the first vector
 */
export function runLayer(
  machine: Machine,
  layer: ProgrammedLayer,
  x: Float32Array,
  address: ReadAddress,
  observer: RunObserver | null = null,
): Float32Array {
  const { plan } = layer;
  const batch = x.length / plan.inputs;
  const out = new Float32Array(batch * plan.outputs);
  if (batch === 0) return out;
  const at = placeWorkspace(machine, layoutWorkspace(plan, batch));
  for (let first = 0; first < batch; first += at.vectors) {
    const count = Math.min(at.vectors, batch - first);
    const chunk = { x, features: plan.inputs, first, count };
    runChunk(machine, layer, chunk, { ...address, sample: address.sample + first }, at, out, observer);
  }
  return out;
}

function runChunk(
  machine: Machine,
  layer: ProgrammedLayer,
  chunk: InputChunk,
  address: ReadAddress,
  at: Workspace,
  out: Float32Array,
  observer: RunObserver | null,
): void {
  const { config, plan, scale } = layer;
  const shared = scale.shared && sharesInputScale(config, plan.split.rowBlocks.length);
  machine.f64.fill(0, at.totals >>> 3, (at.totals >>> 3) + chunk.count * at.totalStride);
  let driven: DrivenBlock | null = null;
  plan.split.rowBlocks.forEach((rows, r) => {
    driven = driveRowBlock(machine, config, plan.drive, chunk, rows, r, samplesCells(plan), at, address);
    machine.f32.set(driven.vectorTau, at.vectorTau >>> 2);
    const totals = shared ? at.totals : at.blockTotals;
    if (!shared) machine.f64.fill(0, totals >>> 3, (totals >>> 3) + chunk.count * at.totalStride);
    const reader = new LineReader(machine, plan, layer.store, config.readout.columnLimit, at, chunk.count, address);
    const observe = observer?.(chunk, driven, at) ?? null;
    // The variances of the lines are spent when a panel is converted.
    const stage = new ConverterStage(machine, config, layer.bank, at.variance, address);
    const context = { machine, config, plan, reader, stage, at, vectors: chunk.count, observe };
    readRowBlock(context, r, driven, totals);
    if (!shared) addScaled(machine, layer, r, driven.vectorScale, chunk.count, at);
  });
  finish(machine, layer, shared ? (driven as unknown as DrivenBlock).vectorScale : null, chunk, at, out);
}

/** Adds one row block's sums in code units: totals[v][m] += Σ_k f_k·(…). */
function readRowBlock(context: ReadContext, r: number, driven: DrivenBlock, totals: number): void {
  const { machine, config, plan, at, vectors } = context;
  const converters = plan.converters[r] as readonly (Converter | null)[];
  for (const tile of plan.tiles) {
    if (tile.rowBlock !== r) continue;
    const columnStart = at.columnStart[tile.columnBlock] as number;
    plan.groups.forEach((group: ConversionGroup, g) => {
      const converter = converters[g] as Converter | null;
      const digital = digitalGroup(config, plan, group, converter, g === plan.groups.length - 1, driven.vectorTau);
      if (digital.perVector !== null) machine.f64.set(digital.perVector, at.perVector >>> 3);
      const clear = (pointer: number) => machine.f64.fill(0, pointer >>> 3, (pointer >>> 3) + vectors * PANEL_COLUMNS);
      if (plan.unitColumn) {
        clear(at.unit);
        convertPanel(context, { tile, group, converter, panel: 0, unit: true }, at.unit);
      }
      for (let panel = 0; panel < panelCount(tile.columns.size); panel++) {
        if (plan.unitColumn) startFromUnit(machine, at, vectors);
        else clear(at.accumulators);
        convertPanel(context, { tile, group, converter, panel, unit: false }, at.accumulators);
        machine.kernels.f64_add_scaled(
          totals + (columnStart + panel * PANEL_COLUMNS) * 8,
          at.totalStride,
          at.accumulators,
          vectors,
          digital.factor,
          digital.perVector === null ? 0 : at.perVector,
        );
      }
    });
  }
}

/** y's share of one row block whose scale is its own: totals += block·scale. */
function addScaled(
  machine: Machine,
  layer: ProgrammedLayer,
  r: number,
  vectorScale: Float64Array,
  vectors: number,
  at: Workspace,
): void {
  const { f64 } = machine;
  layer.plan.split.columnBlocks.forEach((columns, c) => {
    for (let v = 0; v < vectors; v++) {
      const row = v * at.totalStride + (at.columnStart[c] as number);
      for (let m = 0; m < columns.size; m++) {
        const scale = weightScale(layer, r, columns.start + m) * (vectorScale[v] as number);
        const i = (at.totals >>> 3) + row + m;
        f64[i] = (f64[i] as number) + (f64[(at.blockTotals >>> 3) + row + m] as number) * scale;
      }
    }
  });
}

/** Scale, bias, and the one rounding to f32. */
function finish(
  machine: Machine,
  layer: ProgrammedLayer,
  vectorScale: Float64Array | null,
  chunk: InputChunk,
  at: Workspace,
  out: Float32Array,
): void {
  const { plan, bias } = layer;
  machine.f64.set(vectorScale ?? new Float64Array(chunk.count).fill(1), at.vectorScale >>> 3);
  plan.split.columnBlocks.forEach((columns, c) => {
    const start = at.columnStart[c] as number;
    const f64 = machine.f64;
    for (let m = 0; m < columns.size; m++) {
      const scale = vectorScale === null ? 1 : weightScale(layer, 0, columns.start + m);
      f64[(at.scale >>> 3) + start + m] = scale * (layer.compensation?.[columns.start + m] ?? 1);
      f64[(at.bias >>> 3) + start + m] = bias === null ? 0 : (bias[columns.start + m] as number);
    }
    machine.kernels.f32_finish(
      at.outputs + start * 4,
      at.totalStride,
      at.totals + start * 8,
      at.totalStride,
      chunk.count,
      columns.size,
      at.scale + start * 8,
      at.vectorScale,
      bias === null ? 0 : at.bias + start * 8,
    );
    const f32 = machine.f32;
    for (let v = 0; v < chunk.count; v++) {
      const from = (at.outputs >>> 2) + v * at.totalStride + start;
      out.set(f32.subarray(from, from + columns.size), (chunk.first + v) * plan.outputs + columns.start);
    }
  });
}

/** Weight that one code unit of the sum stands for. */
function weightScale(layer: ProgrammedLayer, rowBlock: number, output: number): number {
  return ((layer.scale.max[rowBlock] as Float64Array)[output] as number) / layer.plan.slicing.fullScale;
}
