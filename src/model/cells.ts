import { changesWithTime, lawsOf } from "../config/cells.js";
import { ConfigError } from "../config/errors.js";
import type { CrossbarConfig } from "../config/schema.js";
import type { Machine } from "../engine/machine.js";
import { SIDE } from "./address.js";
import { ArrayDevices } from "./devices/array-devices.js";
import type { FrozenDevices } from "./devices/frozen.js";
import { checkStuckMap } from "./devices/stuck.js";
import { checkDriftTime } from "./devices/time.js";
import { zeroLevels } from "./encode.js";
import { type LevelGrid, varianceGrid } from "./grid.js";
import type { LayerPlan, TilePlan } from "./plan.js";
import { residualTargets } from "./residual.js";
import type { WeightFullScale } from "./scale.js";
import type { SlicePlan } from "./slices.js";
import { type TargetLevels, targetLevels } from "./target.js";

export const PANEL_COLUMNS = 16;
const PANEL_ROW_BYTES = PANEL_COLUMNS * 4;

/** Seeds and numbers under which a layer's devices err. */
export interface ChipAddress {
  readonly chip: number;
  readonly layer: number;
}

/** Where the cells of one slice of one tile lie; 0 where there are none. */
export interface SliceCells {
  /** Panels of the plus side, of single devices, or of a pair's difference. */
  readonly plus: number;
  readonly minus: number;
  /** One panel whose first column is the unit column. */
  readonly unit: number;
}

/** Read-noise variances of devices that each have their own, laid out like the cells, and the grid they lie on. */
export interface SliceVariances extends SliceCells {
  step: number;
  top: number;
}

/** Levels set by hand. */
export interface GivenLevels {
  readonly levels: Float32Array;
  /** Seconds since programming when they were set; null: before the layer ever drifted. */
  readonly since: number | null;
}

/** Levels of one side as they are, and as they were programmed. */
interface SideLevels {
  readonly levels: Float32Array;
  readonly programmed: Float32Array;
}

const SIDES = [SIDE.plus, SIDE.minus, SIDE.unit] as const;
const FIELD = ["plus", "minus", "unit"] as const;

export function paddedRows(rows: number): number {
  return (rows + 7) & ~7;
}

export function panelBytes(rows: number): number {
  return paddedRows(rows) * PANEL_ROW_BYTES;
}

export function panelCount(columns: number): number {
  return Math.ceil(columns / PANEL_COLUMNS);
}

/**
 * The programmed devices of one layer, in wasm memory, one panel of 16 columns after another.
 *
 * Exactly a function of weights, configuration, chip and layer number, the time, and what was set by hand: a side
 * that is not kept is programmed again when somebody asks for it.
 */
export class CellStore {
  readonly #pointers: number[] = [];
  readonly #cells: SliceCells[][] = [];
  readonly #variances: (SliceVariances | null)[][] = [];
  readonly #byHand = new Map<string, GivenLevels>();
  /** Devices that will drift, as they were programmed: the first drift starts from here. */
  readonly #fresh = new Map<string, { readonly target: Float32Array; readonly programmed: Float32Array }>();
  /** Drawn at the first drift and kept: a later one costs no draws. */
  readonly #frozen = new Map<string, FrozenDevices>();
  #seconds: number | null = null;
  #whole: boolean;

  /** @throws {OutOfMemoryError | ConfigError} and then nothing is held */
  constructor(
    private readonly machine: Machine,
    private readonly plan: LayerPlan,
    private readonly config: CrossbarConfig,
    private readonly weights: Float32Array,
    private readonly scale: WeightFullScale,
    private readonly address: ChipAddress,
  ) {
    this.#whole = plan.wholeLevels;
    this.#checkMaps();
    try {
      for (const tile of plan.tiles) {
        this.#cells.push(plan.slicing.slices.map(() => this.#reserve(tile)));
        this.#variances.push(
          tile.variances.map((v) => (v?.perCell ? { ...this.#reserve(tile), step: 0, top: Infinity } : null)),
        );
      }
      for (const tile of plan.tiles) this.#storeTile(tile);
    } catch (error) {
      this.free();
      throw error;
    }
  }

  /** Whether every cell holds a whole level of its device, 0…L. */
  get whole(): boolean {
    return this.#whole;
  }

  /** Seconds since programming; null: not drifted. */
  get seconds(): number | null {
    return this.#seconds;
  }

  at(tile: TilePlan, slice: number): SliceCells {
    return (this.#cells[tile.number] as SliceCells[])[slice] as SliceCells;
  }

  /** Variances of devices that each have their own; null where a polynomial of the level says it all. */
  variancesAt(tile: TilePlan, slice: number): SliceVariances | null {
    return (this.#variances[tile.number] as (SliceVariances | null)[])[slice] as SliceVariances | null;
  }

  /** Levels as they are now: row-major [rows x columns], the unit column [rows]. */
  levels(tile: TilePlan, slice: number, side: number): Float32Array {
    return this.#now(tile, slice, side, () => this.#target(tile, slice, side)).levels;
  }

  /** Target levels before the device errs. */
  targets(tile: TilePlan): TargetLevels {
    return targetLevels(this.machine, this.weights, this.plan.inputs, this.config, this.plan.slicing, this.scale, tile);
  }

  /**
   * Lets all devices drift to a time, in any order; each one of a pair by itself.
   *
   * @param seconds  since programming
   * @throws {ConfigError} a time some model has no data for; nothing has changed then
   */
  drift(seconds: number): void {
    this.checkTime(seconds);
    this.#seconds = seconds;
    const given = [...this.#byHand.values()].some(({ since }) => since !== null);
    const changing = this.plan.slicing.slices.map(({ cells }) => given || changesWithTime(cells));
    for (const tile of this.plan.tiles) this.#storeTile(tile, changing);
  }

  /** @throws {ConfigError} a time some model has no data for */
  checkTime(seconds: number): void {
    checkDriftTime({ kind: "none" }, seconds, 0);
    for (const { cells } of this.plan.slicing.slices) {
      for (const minus of [false, true]) checkDriftTime(lawsOf(cells, minus).drift, seconds, cells.gMax);
    }
    for (const [place, { since }] of this.#byHand) {
      const [, slice, side] = place.split("/").map(Number) as [number, number, number];
      const { cells } = this.plan.slicing.slices[slice] as SlicePlan;
      const age = seconds - (since ?? 0);
      if (age > 0)
        checkDriftTime(
          lawsOf(cells, side === SIDE.minus).drift,
          age,
          cells.gMax,
          "seconds since devices were set by hand",
        );
    }
  }

  /** Attempts of program and verify; null without, or where devices were set by hand. */
  effort(tile: TilePlan, slice: number, side: number) {
    if (this.#givenNow(key(tile, slice, side)) !== undefined) return null;
    const target = this.#target(tile, slice, side);
    return { target, ...this.#devices(tile, slice, side).effort(target) };
  }

  /** Drift exponents of power laws, and first draws of relaxing devices; null where devices have none. */
  exponents(tile: TilePlan, slice: number, side: number): Float32Array | null {
    const devices = this.#devices(tile, slice, side);
    return devices.drifts
      ? this.#freeze(devices, tile, slice, side, () => this.#target(tile, slice, side)).exponents
      : null;
  }

  /** Replaces the levels of some arrays at once; everything is checked by the caller. */
  setLevels(changes: readonly { tile: TilePlan; slice: number; side: number; levels: Float32Array }[]): void {
    this.#give(changes.map((change) => ({ ...change, since: this.#seconds })));
  }

  /** What was set by hand, for rebuilding the layer elsewhere. */
  byHand(): { key: string; levels: Float32Array; since: number | null }[] {
    return [...this.#byHand].map(([k, { levels, since }]) => ({ key: k, levels: levels.slice(), since }));
  }

  /** Before `drift` brings the layer to its time. */
  restoreByHand(entries: readonly { key: string; levels: Float32Array; since: number | null }[]): void {
    this.#give(
      entries.map(({ key: k, levels, since }) => {
        const [number, slice, side] = k.split("/").map(Number) as [number, number, number];
        return { tile: this.plan.tiles[number] as TilePlan, slice, side, levels, since };
      }),
    );
  }

  free(): void {
    for (const pointer of this.#pointers.splice(0)) this.machine.arena.free(pointer);
    this.#fresh.clear();
    this.#frozen.clear();
  }

  #give(changes: readonly (GivenLevels & { tile: TilePlan; slice: number; side: number })[]): void {
    for (const { tile, slice, side, levels, since } of changes) {
      const snapped = this.#snapped(levels, this.#grid(tile, slice));
      this.#byHand.set(key(tile, slice, side), { levels: snapped, since });
      this.#frozen.delete(key(tile, slice, side));
      const { levels: top } = this.plan.slicing.slices[slice] as SlicePlan;
      // Beyond a device's own levels the integer kernels overflow, and which kernel reads depends on the batch.
      if (snapped.some((level) => level !== Math.trunc(level) || level < 0 || level > top)) this.#whole = false;
    }
    for (const tile of new Set(changes.map((change) => change.tile))) {
      for (const slice of new Set(changes.filter((c) => c.tile === tile).map((c) => c.slice))) {
        this.#store(tile, slice, (side) => this.#now(tile, slice, side, () => this.#target(tile, slice, side)));
      }
    }
  }

  /** Levels by hand that are there by now: what was set after some drift is not there before it. */
  #givenNow(place: string): GivenLevels | undefined {
    const given = this.#byHand.get(place);
    return given !== undefined && (given.since === null || this.#seconds !== null) ? given : undefined;
  }

  #reserve(tile: TilePlan): SliceCells {
    const bytes = panelCount(tile.columns.size) * panelBytes(tile.rows.size);
    return {
      plus: this.#allocate(bytes),
      minus: this.plan.keepSides ? this.#allocate(bytes) : 0,
      unit: this.plan.unitColumn ? this.#allocate(panelBytes(tile.rows.size)) : 0,
    };
  }

  #allocate(bytes: number): number {
    const pointer = this.machine.arena.allocate(bytes);
    this.#pointers.push(pointer);
    return pointer;
  }

  #storeTile(tile: TilePlan, wanted: readonly boolean[] | null = null): void {
    let targets: TargetLevels | null = null;
    this.plan.slicing.slices.forEach((_, k) => {
      if (wanted?.[k] === false) return;
      this.#store(tile, k, (side) =>
        this.#now(tile, k, side, () => {
          if (side === SIDE.unit) return this.#unitTarget(tile, k);
          targets ??= this.#deviceTargets(tile);
          return this.#side(targets, k, side);
        }),
      );
    });
  }

  /** Packs one slice of one tile from the levels of its sides. */
  #store(tile: TilePlan, slice: number, sideLevels: (side: number) => SideLevels): void {
    const cells = this.at(tile, slice);
    const { rows, columns } = tile;
    const pair = this.plan.reading !== "single";
    const sides: (SideLevels | null)[] = [sideLevels(SIDE.plus), pair ? sideLevels(SIDE.minus) : null, null];
    if (cells.unit !== 0) sides[SIDE.unit] = sideLevels(SIDE.unit);
    const [plus, minus, unit] = sides as [SideLevels, SideLevels | null, SideLevels | null];
    if (minus !== null && cells.minus === 0) this.#packDifference(cells.plus, plus.levels, minus.levels, tile, slice);
    else this.#pack(cells.plus, plus.levels, rows.size, columns.size);
    if (cells.minus !== 0) this.#pack(cells.minus, (minus as SideLevels).levels, rows.size, columns.size);
    if (unit !== null) this.#pack(cells.unit, unit.levels, rows.size, 1);
    this.#storeVariances(tile, slice, sides);
  }

  #storeVariances(tile: TilePlan, slice: number, sides: readonly (SideLevels | null)[]): void {
    const at = this.variancesAt(tile, slice);
    if (at === null) return;
    const deviations = SIDES.map((side) => {
      const now = sides[side] ?? null;
      if (now === null) return null;
      return this.#devices(tile, slice, side).readDeviations(now.levels, now.programmed, this.#seconds);
    });
    // The grid follows the noisiest device of the array, so that sums stay exact whatever the law's own bound is.
    const most = deviations.reduce((max, list) => list?.reduce((m, s) => Math.max(m, s), max) ?? max, 0);
    const grid =
      this.#grid(tile, slice).step === 0 || most === 0
        ? { step: 0, top: Infinity }
        : varianceGrid(most * most, tile.rows, tile.columns);
    Object.assign(at, grid);
    deviations.forEach((list, side) => {
      if (list === null) return;
      const { machine } = this;
      const padded = (list.length + 3) & ~3;
      const scratch = machine.arena.scratch(padded * 4);
      machine.f32.set(list, scratch >>> 2);
      machine.kernels.f32_cell_variance(
        scratch,
        scratch,
        padded,
        grid.step === 0 ? 0 : 1 / grid.step,
        grid.step,
        grid.top,
      );
      const variances = machine.f32.slice(scratch >>> 2, (scratch >>> 2) + list.length);
      this.#pack(at[FIELD[side] as "plus"], variances, tile.rows.size, side === SIDE.unit ? 1 : tile.columns.size);
    });
  }

  /** A pair's difference cell by cell, within the limits of the grid. */
  #packDifference(panels: number, plus: Float32Array, minus: Float32Array, tile: TilePlan, slice: number): void {
    const { machine } = this;
    const padded = (plus.length + 15) & ~15;
    const scratch = machine.arena.scratch(2 * padded * 4 + PANEL_ROW_BYTES);
    const second = scratch + padded * 4;
    machine.f32.set(plus, scratch >>> 2);
    machine.f32.set(minus, second >>> 2);
    const { limit } = this.#grid(tile, slice);
    // plus + minus·(0·minus − 1): the difference with one rounding.
    machine.kernels.f32_deviate(scratch, scratch, second, second, padded, 0, -1, -limit, limit);
    machine.kernels.f32_pack_panels(panels, scratch, tile.rows.size, tile.columns.size, paddedRows(tile.rows.size));
  }

  #pack(panels: number, levels: Float32Array, rows: number, columns: number): void {
    const { machine } = this;
    const scratch = machine.arena.scratch(levels.byteLength + PANEL_ROW_BYTES);
    machine.f32.set(levels, scratch >>> 2);
    machine.kernels.f32_pack_panels(panels, scratch, rows, columns, paddedRows(rows));
  }

  /** Targets of the devices: what an ideal device would take, or what the slices above have left over. */
  #deviceTargets(tile: TilePlan): TargetLevels {
    const ideal = this.targets(tile);
    if (this.config.weights.slices.kind !== "residual") return ideal;
    return residualTargets(ideal, this.plan.slicing.slices, (slice, side, target) =>
      this.#snapped(this.#devices(tile, slice, side).programmed(target), this.#grid(tile, slice)),
    );
  }

  #target(tile: TilePlan, slice: number, side: number): Float32Array {
    return side === SIDE.unit ? this.#unitTarget(tile, slice) : this.#side(this.#deviceTargets(tile), slice, side);
  }

  #side(targets: TargetLevels, slice: number, side: number): Float32Array {
    return (targets[slice] as readonly Float32Array[])[side] as Float32Array;
  }

  #unitTarget(tile: TilePlan, slice: number): Float32Array {
    return new Float32Array(tile.rows.size).fill(zeroLevels(this.config, this.plan.slicing)[slice] as number);
  }

  #devices(tile: TilePlan, slice: number, side: number): ArrayDevices {
    const plan = this.plan.slicing.slices[slice] as SlicePlan;
    const columns = side === SIDE.unit ? 1 : tile.columns.size;
    return new ArrayDevices(this.machine, plan, { ...this.address, tile: tile.number, slice, side }, columns);
  }

  /** Devices of one side at this time: programmed, stuck, drifted, on the grid. */
  #now(tile: TilePlan, slice: number, side: number, target: () => Float32Array): SideLevels {
    const devices = this.#devices(tile, slice, side);
    const grid = this.#grid(tile, slice);
    const given = this.#givenNow(key(tile, slice, side));
    const age = this.#seconds === null ? null : this.#seconds - (given?.since ?? 0);
    // What was set at a time is at that time what it was set to.
    const still = age === null || !devices.drifts || (given !== undefined && given.since !== null && age <= 0);
    if (!still) {
      const frozen = this.#freeze(devices, tile, slice, side, target);
      return { levels: this.#snapped(devices.drifted(frozen, age), grid), programmed: frozen.programmed };
    }
    if (given !== undefined) return { levels: given.levels.slice(), programmed: given.levels };
    const wanted = target();
    const programmed = devices.programmed(wanted);
    if (devices.drifts) this.#fresh.set(key(tile, slice, side), { target: wanted, programmed });
    return { levels: this.plan.wholeLevels ? programmed : this.#snapped(programmed, grid), programmed };
  }

  #freeze(
    devices: ArrayDevices,
    tile: TilePlan,
    slice: number,
    side: number,
    target: () => Float32Array,
  ): FrozenDevices {
    const place = key(tile, slice, side);
    let frozen = this.#frozen.get(place);
    if (frozen === undefined) {
      const given = this.#givenNow(place);
      const fresh = this.#fresh.get(place);
      if (given !== undefined) frozen = devices.freezeGiven(given.levels);
      else frozen = devices.freeze(fresh?.target ?? target(), fresh?.programmed);
      this.#frozen.set(place, frozen);
      this.#fresh.delete(place);
    }
    return frozen;
  }

  #snapped(levels: Float32Array, grid: LevelGrid): Float32Array {
    if (grid.step === 0) return levels.slice();
    const { machine } = this;
    const scratch = machine.arena.scratch((levels.byteLength + 63) & ~63);
    machine.f32.set(levels, scratch >>> 2);
    machine.kernels.f32_snap(scratch, levels.length, 1 / grid.step, grid.step, grid.limit);
    return machine.f32.slice(scratch >>> 2, (scratch >>> 2) + levels.length);
  }

  #grid(tile: TilePlan, slice: number): LevelGrid {
    return tile.grids[slice] as LevelGrid;
  }

  #checkMaps(): void {
    const arrays = this.plan.tiles.map((tile) => ({ rows: tile.rows.size, columns: tile.columns.size }));
    const list = Array.isArray(this.config.cells) ? this.config.cells : [this.config.cells];
    list.forEach((cells, k) => {
      const at = Array.isArray(this.config.cells) ? `cells[${k}]` : "cells";
      checkStuckMap(cells.stuck, arrays, `${at}.stuck`);
      if (cells.minus?.stuck !== undefined) checkStuckMap(cells.minus.stuck, arrays, `${at}.minus.stuck`);
      if (cells.minus !== undefined && this.plan.reading === "single") {
        throw new ConfigError(
          `${at}.minus`,
          cells.minus,
          "nothing where there is no minus side",
          "only pairs have one",
        );
      }
    });
  }
}

function key(tile: TilePlan, slice: number, side: number): string {
  return `${tile.number}/${slice}/${side}`;
}
