import type { Machine } from "../engine/machine.js";
import { PANEL_COLUMNS } from "../model/panels.js";
import { digitalGroup } from "../model/convert.js";
import type { Conversion } from "../model/panel-conversion.js";
import { sharesInputScale } from "../model/inputScale.js";
import type { ReadAddress } from "../model/address.js";
import { powerOfTwo } from "../model/rounding.js";
import type { ProgrammedLayer } from "../model/programmed.js";
import type { RunObserver } from "../model/programmed.js";
import type { TileReading } from "../model/programmed.js";
import { runLayer } from "../model/run.js";

/** One conversion of one read: everything between a line's current and what the digital side adds. */
export interface TraceRow {
  readonly vector: number;
  readonly rowBlock: number;
  readonly columnBlock: number;
  /** Output of the layer; null for a unit column. */
  readonly output: number | null;
  /** Weight slices that end in this conversion. */
  readonly slices: readonly number[];
  /** Cycle; null where the input slices were accumulated in analog first. */
  readonly inputSlice: number | null;
  /** 1 for positive inputs that are converted after the negative ones; else 0. */
  readonly phase: number;
  /** Σ_j t_j of the drives. */
  readonly driveSum: number;
  /** Σ_j ℓ_j t_j with noise and limits, in levels. */
  readonly levels: number;
  /** The current the ADC sees, in full devices. */
  readonly current: number;
  /** Code, or what a measured table gives for it; without an ADC the levels again. */
  readonly code: number;
  /** Factor of the code in the accumulated sum: significance of the cycle and sign of the side. */
  readonly weight: number;
}

/** What the digital side does with one group of conversions of one vector and row block. */
export interface TraceSum {
  readonly vector: number;
  readonly rowBlock: number;
  /** The array it belongs to; null: all of the row block. */
  readonly columnBlock: number | null;
  readonly phase: number;
  readonly slices: readonly number[];
  /** Factor of the accumulated codes. */
  readonly factor: number;
  /** Added once: lower end of the range, gMin baseline, offset code. */
  readonly constant: number;
}

/** Every intermediate of a read; {@link addTrace} adds it up to exactly what `forward` gave. */
export interface Trace {
  readonly rows: readonly TraceRow[];
  readonly sums: readonly TraceSum[];
  /** Digital scales: `weight[rowBlock][output]`, `input[rowBlock][vector]`, and the bias. */
  readonly weightScale: readonly Float64Array[];
  readonly inputScale: readonly Float64Array[];
  /** `[tile][vector]` in place of inputScale where every array scales its inputs itself (bound management); else null. */
  readonly arrayScale: readonly Float64Array[] | null;
  readonly compensation: Float64Array | null;
  readonly bias: Float32Array | null;
  /** Whether the row blocks share one scale and are added before it. */
  readonly sharedScale: boolean;
  readonly outputs: Float32Array;
}

/** Reads a batch and keeps every intermediate. */
export function traceLayer(machine: Machine, layer: ProgrammedLayer, x: Float32Array, address: ReadAddress): Trace {
  const { config, plan } = layer;
  const rows: TraceRow[] = [];
  const sums: TraceSum[] = [];
  const inputScale: Float64Array[] = plan.split.rowBlocks.map(() => new Float64Array(x.length / plan.inputs));
  const arrayScale = plan.managed ? plan.tiles.map(() => new Float64Array(x.length / plan.inputs)) : null;
  const last = new LastRounds();
  let seenBlocks = 0;
  const observer: RunObserver = (chunk, driven, at, reading) => {
    const rowBlock = reading?.tile.rowBlock ?? seenBlocks++ % plan.split.rowBlocks.length;
    const columnBlock = reading?.tile.columnBlock ?? null;
    const phase = reading?.phase ?? 0;
    const vectorOf = (v: number) => reading?.vectors[v] ?? chunk.first + v;
    const scales = (reading === null ? inputScale[rowBlock] : arrayScale?.[reading.tile.number]) as Float64Array;
    driven.vectorScale.forEach((scale, v) => {
      scales[vectorOf(v)] = scale;
    });
    if (reading !== null) last.see(reading);
    plan.groups.forEach((group, g) => {
      const converter = plan.converters[rowBlock]?.[g] ?? null;
      const final = g === plan.groups.length - 1;
      const { factor, perVector } = digitalGroup(config, plan, group, converter, final, driven.vectorTau);
      for (let v = 0; v < chunk.count; v++) {
        const constant = perVector === null ? 0 : (perVector[v] as number);
        const sum = { vector: vectorOf(v), rowBlock, columnBlock, phase, slices: group.slices, factor, constant };
        sums.push(last.mark(sum, reading?.round));
      }
    });
    return (conversion, pulses, tau, stage) => {
      const inputSlices = pulses / chunk.count;
      const merged = config.readout.inputSlices === "analog" && inputSlices < plan.drive.inputSlices;
      for (let pulse = 0; pulse < pulses; pulse++) {
        const inputSlice = pulse % inputSlices;
        const firstVector = Math.floor(pulse / inputSlices);
        const lines = at.lines + pulse * PANEL_COLUMNS * 4;
        const one = { lines, vectors: 1, inputSlices: 1, sliceBits: 0, tau: tau + pulse * 4, firstVector };
        machine.f64.fill(0, at.merged >>> 3, (at.merged >>> 3) + PANEL_COLUMNS);
        stage.convert(unsigned(conversion), { ...one, firstInputSlice: inputSlice }, at.merged);
        const place = { vector: vectorOf(firstVector), inputSlice: merged ? null : inputSlice, phase };
        const found = rowsOf(machine, conversion, one, at.merged, place, plan.drive.sliceBits);
        rows.push(...found.map((row) => last.mark(row, reading?.round)));
      }
    };
  };
  const outputs = runLayer(machine, layer, x, address, observer);
  return {
    rows: rows.filter((row) => last.counts(row)),
    sums: sums.filter((sum) => last.counts(sum)),
    weightScale: layer.sumScale.map((scales) => scales.slice()),
    inputScale,
    arrayScale,
    compensation: layer.compensation,
    bias: layer.bias,
    sharedScale: !plan.managed && layer.scale.shared && sharesInputScale(config, plan.split.rowBlocks.length),
    outputs,
  };
}

/** Which round of bound management each vector kept, array by array. */
class LastRounds {
  readonly #last = new Map<string, number>();
  readonly #round = new WeakMap<object, number>();

  see({ tile, vectors, round }: TileReading): void {
    for (const v of vectors) this.#last.set([v, tile.rowBlock, tile.columnBlock].join("/"), round);
  }

  mark<T extends TraceRow | TraceSum>(entry: T, round: number | undefined): T {
    if (round !== undefined) this.#round.set(entry, round);
    return entry;
  }

  counts(entry: TraceRow | TraceSum): boolean {
    const round = this.#round.get(entry);
    if (round === undefined) return true;
    return this.#last.get([entry.vector, entry.rowBlock, entry.columnBlock].join("/")) === round;
  }
}

/** The conversion by itself; without an ADC its factor is the weight of the line and stays in the row. */
function unsigned(conversion: Conversion): Conversion {
  return { ...conversion, sign: conversion.sign < 0 && conversion.converter !== null ? -1 : 1 };
}

function rowsOf(
  machine: Machine,
  conversion: Conversion,
  { lines, tau }: { lines: number; tau: number },
  codes: number,
  { vector, inputSlice, phase }: Pick<TraceRow, "vector" | "inputSlice" | "phase">,
  sliceBits: number,
): TraceRow[] {
  const rows: TraceRow[] = [];
  const { tile, group, panel, unit, slices, converter } = conversion;
  const columns = unit ? 1 : Math.min(PANEL_COLUMNS, tile.columns.size - panel * PANEL_COLUMNS);
  const driveSum = machine.f32[tau >>> 2] as number;
  const sign = converter !== null && conversion.sign < 0 ? -1 : 1;
  for (let m = 0; m < columns; m++) {
    const levels = machine.f32[(lines >>> 2) + m] as number;
    rows.push({
      vector,
      rowBlock: tile.rowBlock,
      columnBlock: tile.columnBlock,
      output: unit ? null : tile.columns.start + panel * PANEL_COLUMNS + m,
      slices,
      inputSlice,
      phase,
      driveSum,
      levels,
      current: (levels + group.baseline * driveSum) / group.levelsPerDevice,
      code: sign * (machine.f64[(codes >>> 3) + m] as number),
      weight: conversion.sign * powerOfTwo(sliceBits * (inputSlice ?? 0)),
    });
  }
  return rows;
}

/**
 * Adds a trace up as the digital side does (DESIGN 2.2): codes, slices in order, row blocks in order, scale, bias.
 *
 * @returns exactly what `forward` gave: [batch x outputs]
 * @example addTrace(layer.trace(x))   // equals layer.forward(x, { firstSample: 0 })
 */
export function addTrace(trace: Trace): Float32Array {
  const batch = (trace.inputScale[0] as Float64Array).length;
  const outputs = (trace.weightScale[0] as Float64Array).length;
  const codes = accumulatedCodes(trace);
  const sums = new Map<string, TraceSum[]>();
  for (const sum of trace.sums) {
    const at = `${sum.vector}/${sum.rowBlock}`;
    sums.set(at, [...(sums.get(at) ?? []), sum]);
  }
  const columnBlocks = new Map(trace.rows.map((row) => [row.output, row.columnBlock]));
  const blocks = trace.arrayScale === null ? 1 : trace.arrayScale.length / trace.weightScale.length;
  const arrayOf = (v: number, r: number, m: number) => {
    const columnBlock = columnBlocks.get(m) ?? 0;
    const scales = trace.arrayScale === null ? trace.inputScale[r] : trace.arrayScale[r * blocks + columnBlock];
    return { columnBlock, scale: (scales as Float64Array)[v] as number };
  };
  const y = new Float32Array(batch * outputs);
  for (let v = 0; v < batch; v++) {
    for (let m = 0; m < outputs; m++) {
      let total = 0;
      trace.weightScale.forEach((scales, r) => {
        let block = trace.sharedScale ? total : 0;
        const { columnBlock, scale } = arrayOf(v, r, m);
        for (const sum of sums.get(`${v}/${r}`) ?? []) {
          if (sum.columnBlock !== null && sum.columnBlock !== columnBlock) continue;
          const code = codes.get([v, r, sum.phase, sum.slices[0], m].join("/")) ?? 0;
          block += sum.factor * code + sum.constant;
        }
        const own = (scales[m] as number) * scale;
        total = trace.sharedScale ? block : total + block * own;
      });
      y[v * outputs + m] = finished(trace, total, v, m);
    }
  }
  return y;
}

/** A trace as a tree: vectors, row blocks, outputs, then the conversions of each in order. */
export interface TraceTree {
  readonly vector: number;
  readonly rowBlocks: readonly {
    readonly rowBlock: number;
    readonly sums: readonly TraceSum[];
    readonly outputs: readonly { readonly output: number | null; readonly conversions: readonly TraceRow[] }[];
  }[];
}

/** The rows of a trace, nested for reading; nothing is lost or added. */
export function nestTrace(trace: Trace): TraceTree[] {
  const group = <T, K>(items: readonly T[], key: (item: T) => K): [K, T[]][] => {
    const groups = new Map<K, T[]>();
    for (const item of items) {
      const known = groups.get(key(item));
      if (known === undefined) groups.set(key(item), [item]);
      else known.push(item);
    }
    return [...groups];
  };
  return group(trace.rows, (row) => row.vector).map(([vector, ofVector]) => ({
    vector,
    rowBlocks: group(ofVector, (row) => row.rowBlock).map(([rowBlock, ofBlock]) => ({
      rowBlock,
      sums: trace.sums.filter((sum) => sum.vector === vector && sum.rowBlock === rowBlock),
      outputs: group(ofBlock, (row) => row.output).map(([output, conversions]) => ({ output, conversions })),
    })),
  }));
}

/** Σ weight·code per vector, row block, group and output; a unit column's sum is taken from every output of its array. */
function accumulatedCodes(trace: Trace): Map<string, number> {
  const codes = new Map<string, number>();
  const unit = new Map<string, number>();
  const array = (row: TraceRow, group: number) =>
    [row.vector, row.rowBlock, row.columnBlock, row.phase, group].join("/");
  const groupOf = new Map<number, number>();
  for (const sum of trace.sums) for (const slice of sum.slices) groupOf.set(slice, sum.slices[0] as number);
  for (const row of trace.rows) {
    const group = groupOf.get(row.slices[0] as number) as number;
    if (row.output === null) {
      const at = array(row, group);
      unit.set(at, (unit.get(at) ?? 0) + row.weight * row.code);
      continue;
    }
    const at = [row.vector, row.rowBlock, row.phase, group, row.output].join("/");
    const start = codes.get(at) ?? -(unit.get(array(row, group)) ?? 0);
    codes.set(at, start + row.weight * row.code);
  }
  return codes;
}

function finished(trace: Trace, total: number, v: number, m: number): number {
  const { bias, compensation, sharedScale } = trace;
  const added = bias === null ? 0 : (bias[m] as number);
  const weight =
    ((trace.weightScale[0] as Float64Array)[m] as number) * (compensation === null ? 1 : (compensation[m] as number));
  if (!sharedScale) return total * (compensation === null ? 1 : (compensation[m] as number)) + added;
  return total * weight * ((trace.inputScale[0] as Float64Array)[v] as number) + added;
}
