import type { Machine } from "../engine/machine.js";
import { type DrivenBlock, driveRowBlock } from "./inputs.js";
import { type InputChunk, inputScales, placeInputs, sharesInputScale } from "./inputScale.js";
import { ConverterStage } from "./converters/stage.js";
import type { ReadAddress } from "./address.js";
import { LineReader } from "./lines.js";
import { runArrays } from "./periphery/arrays.js";
import type { ProgrammedLayer, RunObserver } from "./programmed.js";
import { placeSamples } from "./samples.js";
import { outputChain, placeScales, readTile } from "./tile.js";
import { needsDrives, placeWorkspace, type Workspace } from "./workspace.js";

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
  const at = placeWorkspace(machine, plan, batch);
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
  const shared = scale.shared && !plan.managed && sharesInputScale(config, plan.split.rowBlocks.length);
  machine.f64.fill(0, at.totals >>> 3, (at.totals >>> 3) + chunk.count * at.totalStride);
  let driven: DrivenBlock | null = null;
  if (plan.managed) {
    runArrays(machine, layer, chunk, address, at, observer);
    finish(machine, layer, null, chunk, at, out);
    return;
  }
  placeSamples(machine, address, chunk.count, at);
  plan.split.rowBlocks.forEach((rows, r) => {
    placeInputs(machine, chunk, rows, at);
    const drives = { full: inputScales(machine, config, chunk, rows, r, at), tile: 0, sign: null };
    driven = driveRowBlock(machine, config, plan.drive, chunk, rows, drives, needsDrives(plan), at, address);
    machine.f32.set(driven.lineTau, at.vectorTau >>> 2);
    const totals = shared ? at.totals : at.blockTotals;
    if (!shared) machine.f64.fill(0, totals >>> 3, (totals >>> 3) + chunk.count * at.totalStride);
    const reader = new LineReader(machine, plan, layer.store, config.readout.columnLimit, at, chunk.count, address);
    const observe = observer?.(chunk, driven, at, null) ?? null;
    const stage = new ConverterStage(machine, config, plan, layer.bank, at, address);
    const chain = outputChain(machine, layer, at, address);
    const vectors = chunk.count;
    const context = {
      machine,
      config,
      plan,
      readers: [reader],
      chain,
      watch: null,
      survivors: null,
      stage,
      at,
      vectors,
      observe,
    };
    for (const tile of plan.tiles) if (tile.rowBlock === r) readTile(context, tile, driven, totals);
    if (!shared) addScaled(machine, layer, r, driven.vectorScale, chunk.count, at);
  });
  finish(machine, layer, shared ? (driven as unknown as DrivenBlock).vectorScale : null, chunk, at, out);
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
  const { f64, kernels } = machine;
  f64.set(vectorScale, at.vectorScale >>> 3);
  layer.plan.split.columnBlocks.forEach((columns, c) => {
    const start = at.columnStart[c] as number;
    const scales = placeScales(machine, layer, r, columns, at.scale + start * 8);
    const [totals, sums] = [at.totals + start * 8, at.blockTotals + start * 8];
    kernels.f64_add_products(totals, sums, at.totalStride, scales, columns.size, at.vectorScale, 0, vectors);
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
  const { plan, bias, compensation } = layer;
  machine.f64.set(vectorScale ?? new Float64Array(chunk.count).fill(1), at.vectorScale >>> 3);
  plan.split.columnBlocks.forEach((columns, c) => {
    const start = at.columnStart[c] as number;
    const { f64 } = machine;
    const scales = (at.scale >>> 3) + start;
    if (vectorScale === null) f64.fill(1, scales, scales + columns.size);
    else placeScales(machine, layer, 0, columns, at.scale + start * 8);
    if (compensation !== null) {
      for (let m = 0; m < columns.size; m++) {
        f64[scales + m] = (f64[scales + m] as number) * (compensation[columns.start + m] as number);
      }
    }
    const ends = [columns.start, columns.start + columns.size] as const;
    if (bias !== null) f64.set(bias.subarray(...ends), (at.bias >>> 3) + start);
    machine.kernels.f32_finish(
      at.outputs + columns.start * 4,
      plan.outputs,
      at.totals + start * 8,
      at.totalStride,
      chunk.count,
      columns.size,
      at.scale + start * 8,
      at.vectorScale,
      bias === null ? 0 : at.bias + start * 8,
    );
  });
  const outputs = at.outputs >>> 2;
  out.set(machine.f32.subarray(outputs, outputs + chunk.count * plan.outputs), chunk.first * plan.outputs);
}
