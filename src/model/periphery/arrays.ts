import type { BoundManagementConfig } from "../../config/management.js";
import type { Machine } from "../../engine/machine.js";
import { PANEL_COLUMNS, panelCount } from "../panels.js";
import type { ReadContext } from "../convert.js";
import { ConverterStage } from "../converters/stage.js";
import { type DrivenBlock, driveRowBlock } from "../inputs.js";
import { expectedRange, type InputChunk, inputScales, placeInputs } from "../inputScale.js";
import type { ReadAddress } from "../address.js";
import { LineReader } from "../lines.js";
import type { TilePlan } from "../plan.js";
import type { ProgrammedLayer, RunObserver, TileReading } from "../programmed.js";
import { placeSamples } from "../samples.js";
import { outputChain, placeScales, readTile } from "../tile.js";
import { needsDrives, rowRunBytes, samplesCells, type Workspace } from "../workspace.js";
import { RangeWatch } from "./range-watch.js";
import { Survivors } from "./survivors.js";

/** What stays the same while a chunk is read array by array. */
interface Managed {
  readonly machine: Machine;
  readonly layer: ProgrammedLayer;
  readonly chunk: InputChunk;
  readonly address: ReadAddress;
  readonly at: Workspace;
  readonly observer: RunObserver | null;
  readonly watch: RangeWatch | null;
}

/** Vectors that are still to be read on an array, and how. */
interface Round {
  /** Their places in the chunk. */
  readonly vectors: readonly number[];
  /** Input at full drive of each. */
  readonly full: Float64Array;
  readonly round: number;
  /** Whether no other follows: what leaves the range is kept all the same. */
  readonly last: boolean;
}

/** A place whose sums are not kept. */
const NOBODY = 0xffffffff;

// Where half of 64 vectors are read twice over 512 x 512 (bench row W5), 96 reads make 25 million products, 1.26 ms of
// sums alone (assembly/sums/dense.ts): only what is not read to the end (survivors.ts) brings them below, to 0.88.

/**
 * Reads a chunk tile by tile, each with drives of its own (noise), in phases (separate signs) and rounds (bound
 * management), and adds what they give, scaled, to the totals. Every vector is decided by itself (DESIGN 5.7): one that
 * stays in range keeps what it has read and is not read again.
 */
export function runArrays(
  machine: Machine,
  layer: ProgrammedLayer,
  chunk: InputChunk,
  address: ReadAddress,
  at: Workspace,
  observer: RunObserver | null,
): void {
  const { config, plan } = layer;
  const { boundManagement: management } = config.input;
  const watch = management.kind === "none" ? null : new RangeWatch(machine, plan, management, at);
  const managed = { machine, layer, chunk, address, at, observer, watch };
  for (const tile of plan.tiles) {
    placeInputs(machine, chunk, tile.rows, at);
    const base = inputScales(machine, config, chunk, tile.rows, tile.rowBlock, at);
    let vectors = numbersBelow(chunk.count);
    let full = base;
    for (let round = 0; vectors.length > 0; round++) {
      const next = management.kind === "none" ? null : nextRound(management, round);
      const failed = readRound(managed, tile, { vectors, full, round, last: next === null });
      if (next === null) break;
      keepInputs(managed, tile, failed);
      vectors = failed.map((i) => vectors[i] as number);
      full = Float64Array.from(vectors, (v) => {
        const own = next.worstCase ? worstCaseRange(managed, tile, v) : (base[v] as number);
        return own * next.factor;
      });
    }
  }
}

/** Factor on the range in the round after this one; null: this was the last. */
function nextRound(
  management: Exclude<BoundManagementConfig, { kind: "none" }>,
  round: number,
): { factor: number; worstCase: boolean } | null {
  const worstCase = management.kind === "iterativeWorstCase";
  let factor = 1;
  for (let i = worstCase ? 1 : 0; i <= round; i++) factor *= 2;
  return factor > management.maxFactor ? null : { factor, worstCase };
}

function worstCaseRange({ layer, chunk }: Managed, tile: TilePlan, v: number): number {
  const management = layer.config.input.boundManagement;
  if (management.kind !== "iterativeWorstCase") throw new TypeError("only the worst case has a range of its own");
  const start = (chunk.first + v) * chunk.features + tile.rows.start;
  return expectedRange(management, chunk.x.subarray(start, start + tile.rows.size));
}

/**
 * Reads some vectors on one tile and adds what is kept to their totals.
 *
 * @returns those to be read again, counted within the round
 */
function readRound(managed: Managed, tile: TilePlan, { vectors, full, round, last }: Round): number[] {
  const { machine, layer, at, watch, observer } = managed;
  const { signs } = layer.config.input;
  const count = vectors.length;
  const chunk = { ...managed.chunk, count };
  machine.f64.fill(0, at.blockTotals >>> 3, (at.blockTotals >>> 3) + count * at.totalStride);
  watch?.start(count);
  const passes = signs === "together" ? 1 : 2;
  const { chip, read: number, layer: layerNumber, sample } = managed.address;
  const address = (phase: number): ReadAddress => {
    const pass = round * passes + phase;
    return { chip, read: number, layer: layerNumber, sample, vectors, pass };
  };
  const numbers = observer === null ? vectors : vectors.map((v) => managed.chunk.first + v);
  const reading = { tile, vectors: numbers, round, phase: 0 };
  const decides = watch !== null && !last;
  const mayLeave = decides && observer === null && signs === "together";
  const survivors = mayLeave ? new Survivors(machine, layer.plan, layer.departures, at, numbersBelow(count)) : null;
  let scale: Float64Array = new Float64Array(count);
  if (signs === "digitalSum") {
    for (const [phase, sign] of [-1, 1].entries()) {
      const driven = drive(managed, tile, chunk, full, sign as 1 | -1, at, address(phase));
      scale = read(managed, tile, chunk, [at], driven, [address(phase)], { ...reading, phase });
    }
  } else if (signs === "analogSum") {
    const places = [phaseWorkspace(layer, at, 0), phaseWorkspace(layer, at, 1)];
    const driven = ([-1, 1] as const).map((sign, phase) =>
      drive(managed, tile, chunk, full, sign, places[phase] as Workspace, address(phase)),
    );
    const both = addPhases(machine, layer, places, driven, at);
    scale = read(managed, tile, chunk, places, both, [address(0), address(1)], reading);
  } else {
    const driven = drive(managed, tile, chunk, full, null, at, address(0));
    scale = read(managed, tile, chunk, [at], driven, [address(0)], reading, survivors);
  }
  const failed = survivors?.failed ?? [];
  const places = survivors?.vectors.length ?? count;
  const left = decides && watch.left > 0 ? watch.marks(places) : null;
  for (let place = 0; place < places; place++) {
    const v = survivors?.vectors[place] ?? place;
    if (left?.[place]) failed.push(v);
    machine.u32[(at.kept >>> 2) + place] = left?.[place] ? NOBODY : (vectors[v] as number);
    machine.f64[(at.vectorScale >>> 3) + place] = scale[v] as number;
  }
  addTotals(managed, tile, places);
  return failed.sort((a, b) => a - b);
}

function numbersBelow(count: number): number[] {
  const numbers = new Array<number>(count);
  for (let i = 0; i < count; i++) numbers[i] = i;
  return numbers;
}

/** Moves the placed inputs of some vectors, in ascending order, to the front, as those of the next round. */
function keepInputs({ machine, at }: Managed, { rows }: TilePlan, vectors: readonly number[]): void {
  const { f32 } = machine;
  const inputs = at.inputs >>> 2;
  vectors.forEach((from, to) => {
    const first = inputs + from * at.rowStride;
    if (from !== to) f32.copyWithin(inputs + to * at.rowStride, first, first + rows.size);
  });
}

function drive(
  { machine, layer }: Managed,
  tile: TilePlan,
  chunk: InputChunk,
  full: Float64Array,
  sign: 1 | -1 | null,
  at: Workspace,
  address: ReadAddress,
): DrivenBlock {
  const { config, plan } = layer;
  const options = { full, tile: tile.number, sign };
  return driveRowBlock(machine, config, plan.drive, chunk, tile.rows, options, needsDrives(plan), at, address);
}

/** Converts every line of a tile; the first address is that of the conversions. */
function read(
  { machine, layer, at, observer, watch }: Managed,
  tile: TilePlan,
  chunk: InputChunk,
  places: readonly Workspace[],
  driven: DrivenBlock,
  addresses: readonly ReadAddress[],
  reading: TileReading,
  survivors: Survivors | null = null,
): Float64Array {
  const { config, plan } = layer;
  const { columnLimit } = config.readout;
  const address = addresses[0] as ReadAddress;
  machine.f32.set(driven.lineTau, at.vectorTau >>> 2);
  placeSamples(machine, address, chunk.count, at);
  const readers = places.map(
    (place, i) =>
      new LineReader(machine, plan, layer.store, columnLimit, place, chunk.count, addresses[i] as ReadAddress),
  );
  const context: ReadContext = {
    machine,
    config,
    plan,
    readers,
    chain: outputChain(machine, layer, at, address),
    watch,
    stage: new ConverterStage(machine, config, plan, layer.bank, at, address),
    at,
    vectors: chunk.count,
    survivors: survivors !== null && Survivors.pay(plan, readers[0] as LineReader) ? survivors : null,
    observe: observer?.(chunk, driven, at, reading) ?? null,
  };
  readTile(context, tile, driven, at.blockTotals);
  return driven.vectorScale;
}

/** The workspace as one phase sees it: lines are shared, drives are not. */
function phaseWorkspace({ plan }: ProgrammedLayer, at: Workspace, phase: number): Workspace {
  const reads = at.vectors * plan.drive.inputSlices;
  const rows = plan.split.rowBlocks.reduce((most, block) => Math.max(most, block.size), 0);
  const words = Math.ceil(rows / 32);
  const sampled = 2 * plan.slicing.slices.length * panelCount(at.widestBlock) * reads * PANEL_COLUMNS * 4;
  return {
    ...at,
    cellLines: at.cellLines + (samplesCells(plan) ? phase * sampled : 0),
    positive: at.phasePositive + phase * words * reads * 4,
    negative: at.phaseNegative + phase * words * reads * 4,
    runs: at.phaseRuns + phase * rowRunBytes(plan, reads, rows),
    drives: at.phaseDrives + phase * reads * at.rowStride * 4,
    packed: at.packed + phase * at.packedBytes,
    squares: at.squares + phase * at.packedBytes,
    pairs: at.pairs + phase * (at.packedBytes >>> 1),
    tau: at.phaseTau + phase * reads * 4,
    tauSquare: at.phaseTauSquare + phase * reads * 4,
  };
}

/** Both phases as one conversion sees them: their sums τ added. */
function addPhases(
  machine: Machine,
  { plan }: ProgrammedLayer,
  places: readonly Workspace[],
  driven: readonly DrivenBlock[],
  at: Workspace,
): DrivenBlock {
  const [first, second] = driven as readonly [DrivenBlock, DrivenBlock];
  const { f32 } = machine;
  const reads = first.vectorTau.length * plan.drive.inputSlices;
  const [a, b] = places.map((place) => place.tau >>> 2) as [number, number];
  for (let c = 0; c < reads; c++) f32[(at.tau >>> 2) + c] = (f32[a + c] as number) + (f32[b + c] as number);
  const sum = (x: Float64Array, y: Float64Array) => x.map((value, v) => value + (y[v] as number));
  return {
    vectorScale: first.vectorScale,
    vectorTau: sum(first.vectorTau, second.vectorTau),
    lineTau: sum(first.lineTau, second.lineTau),
  };
}

/** Adds the sums of the places that are kept, scaled, to the chunk's totals. */
function addTotals({ machine, layer, at }: Managed, tile: TilePlan, places: number): void {
  const { kernels } = machine;
  const start = at.columnStart[tile.columnBlock] as number;
  const { size } = tile.columns;
  const scales = placeScales(machine, layer, tile.rowBlock, tile.columns, at.scale + start * 8);
  const [totals, sums] = [at.totals + start * 8, at.blockTotals + start * 8];
  kernels.f64_add_products(totals, sums, at.totalStride, scales, size, at.vectorScale, at.kept, places);
}
