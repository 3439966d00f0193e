import { ConfigError } from "../config/errors.js";
import type { CrossbarConfig } from "../config/schema.js";
import type { Machine } from "../engine/machine.js";
import { SIDE } from "./address.js";
import { CellPanels } from "./cell-panels.js";
import { type ChipAddress, DeviceLevels } from "./device-levels.js";
import { checkStuckMap } from "./devices/stuck.js";
import { type CellPlace, type GivenLevels, type HandSetEntry, placesOf } from "./hand-set.js";
import type { CellFormat, SliceCells, SliceVariances } from "./panels.js";
import type { LayerPlan, TilePlan } from "./plan.js";
import { storeRows } from "./level-rows.js";
import { storeVariances } from "./variance-rows.js";
import type { WeightFullScale } from "./scale.js";
import type { SlicePlan } from "./slices.js";
import type { TargetLevels } from "./target.js";

/** The programmed devices of one layer: what they hold, brought to the panels that reads work on. */
export class CellStore {
  readonly #devices: DeviceLevels;
  readonly #panels: CellPanels;
  #whole: boolean;

  /** @throws {OutOfMemoryError | ConfigError} and then nothing is held */
  constructor(
    private readonly machine: Machine,
    private readonly plan: LayerPlan,
    config: CrossbarConfig,
    weights: Float32Array,
    scale: WeightFullScale,
    address: ChipAddress,
  ) {
    this.#whole = plan.wholeLevels;
    checkMaps(plan, config);
    this.#devices = new DeviceLevels(machine, plan, config, weights, scale, address);
    this.#panels = new CellPanels(machine, plan);
    try {
      this.#store(plan.tiles);
    } catch (error) {
      this.free();
      throw error;
    }
  }

  /** Whether every cell holds a whole level of its device, 0…L. */
  get whole(): boolean {
    return this.#whole;
  }

  /** Form of the cells that `at` points to. */
  get format(): CellFormat {
    return this.#panels.format;
  }

  /** Seconds since programming; null: not drifted. */
  get seconds(): number | null {
    return this.#devices.seconds;
  }

  at(tile: TilePlan, slice: number): SliceCells {
    return this.#panels.at(tile, slice);
  }

  /** Variances of devices that each have their own; null where a polynomial of the level says it all. */
  variancesAt(tile: TilePlan, slice: number): SliceVariances | null {
    return this.#panels.variancesAt(tile, slice);
  }

  /** What one cell of a slice adds to its line: of a pair the difference, beside a unit column what is above it. */
  netLevels(tile: TilePlan, slice: number): (row: number, column: number) => number {
    return this.#panels.netLevels(tile, slice);
  }

  /** Levels as they are now: row-major [rows x columns], the unit column [rows]. */
  levels(tile: TilePlan, slice: number, side: number): Float32Array {
    return this.#devices.now({ tile, slice, side }).levels;
  }

  /** Target levels before the device errs. */
  targets(tile: TilePlan): TargetLevels {
    return this.#devices.targets(tile);
  }

  /**
   * Lets all devices drift to a time, in any order; each one of a pair by itself.
   *
   * @param seconds  since programming
   * @throws {ConfigError} a time some model has no data for; nothing has changed then
   */
  drift(seconds: number): void {
    this.checkTime(seconds);
    this.#devices.seconds = seconds;
    const changing = this.#devices.changingSlices();
    this.#store(this.plan.tiles, (_, slice) => changing[slice] as boolean);
  }

  /** @throws {ConfigError} a time some model has no data for */
  checkTime(seconds: number): void {
    this.#devices.checkTime(seconds);
  }

  /** Attempts of program and verify; null without, or where devices were set by hand. */
  effort(tile: TilePlan, slice: number, side: number) {
    return this.#devices.effort({ tile, slice, side });
  }

  /** Drift exponents of power laws, and first draws of relaxing devices; null where devices have none. */
  exponents(tile: TilePlan, slice: number, side: number): Float32Array | null {
    return this.#devices.exponents({ tile, slice, side });
  }

  /**
   * Replaces the levels of some arrays at once; everything is checked by the caller.
   *
   * @throws {OutOfMemoryError} and then nothing has changed
   */
  setLevels(changes: readonly (CellPlace & { levels: Float32Array })[]): void {
    this.#give(changes.map((change) => ({ ...change, since: this.seconds })));
  }

  /** What was set by hand, for rebuilding the layer elsewhere. */
  byHand(): HandSetEntry[] {
    return this.#devices.byHand.entries();
  }

  /** Before `drift` brings the layer to its time. */
  restoreByHand(entries: readonly HandSetEntry[]): void {
    this.#give(placesOf(this.plan.tiles, entries));
  }

  free(): void {
    this.#panels.free();
    this.#devices.forget();
  }

  #give(changes: readonly (CellPlace & GivenLevels)[]): void {
    const devices = this.#devices;
    const snapped = changes.map((change) => ({
      ...change,
      levels: devices.snapped(change.levels, devices.grid(change.tile, change.slice)),
    }));
    const whole = this.#whole && snapped.every((change) => this.#holdsWhole(change));
    const before = this.format;
    const wide = before === "i16" && snapped.some((change) => this.#nearsLimit(change));
    if (wide || (!whole && before === "i8")) this.#panels.reformat("f32");
    this.#whole = whole;
    for (const { tile, slice, side, levels, since } of snapped) devices.give({ tile, slice, side }, { levels, since });
    if (this.format !== before) this.#store(this.plan.tiles);
    else {
      const changed = (tile: TilePlan, slice: number) => changes.some((c) => c.tile === tile && c.slice === slice);
      this.#store([...new Set(changes.map((change) => change.tile))], changed);
    }
  }

  /** Beyond a device's own levels the integer kernels overflow. */
  #holdsWhole({ slice, levels }: CellPlace & GivenLevels): boolean {
    const { levels: top } = this.plan.slicing.slices[slice] as SlicePlan;
    return levels.every((level) => level === Math.trunc(level) && level >= 0 && level <= top);
  }

  /** Whether sixteen bits may not hold a level, or its difference from another: then room is found before anything changes. */
  #nearsLimit({ tile, slice, levels }: CellPlace & GivenLevels): boolean {
    const { limit } = this.#devices.grid(tile, slice);
    return levels.some((level) => Math.abs(level) >= limit / 2);
  }

  /** Brings what the devices hold now to their panels; in f32, all of them, where another format cannot hold it. */
  #store(tiles: readonly TilePlan[], wanted: (tile: TilePlan, slice: number) => boolean = () => true): void {
    if (tiles.every((tile) => this.#storeTile(tile, wanted))) return;
    this.#panels.reformat("f32");
    for (const tile of this.plan.tiles) this.#storeTile(tile, () => true);
  }

  /** @returns whether the format of the panels holds it */
  #storeTile(tile: TilePlan, wanted: (tile: TilePlan, slice: number) => boolean): boolean {
    const devices = this.#devices;
    const targets = devices.targetsOf(tile);
    return this.plan.slicing.slices.every((_, slice) => {
      if (!wanted(tile, slice)) return true;
      const variances = this.variancesAt(tile, slice);
      const deviations = (side: number) => devices.readDeviations({ tile, slice, side });
      const rows = this.format === "f32" ? devices.rows(tile, slice) : null;
      if (rows !== null) {
        const sides = rows.sides === 2 ? [SIDE.plus, SIDE.minus] : [SIDE.plus];
        const reads = variances === null ? null : { at: variances, deviations: sides.map(deviations) };
        storeRows(this.machine, tile, rows, devices.grid(tile, slice), this.at(tile, slice), reads);
        return true;
      }
      const side = (number: number) => devices.now({ tile, slice, side: number }, targets);
      const plus = side(SIDE.plus);
      const minus = this.plan.reading === "single" ? null : side(SIDE.minus);
      const unit = this.plan.unitColumn ? side(SIDE.unit) : null;
      const grid = devices.grid(tile, slice);
      const sides = [plus.levels, minus?.levels ?? null, unit?.levels ?? null] as const;
      if (!this.#panels.store(tile, slice, sides, grid)) return false;
      if (variances === null) return true;
      const reads = [plus, minus, unit].map((now, number) =>
        now === null ? null : { ...now, deviations: deviations(number) },
      );
      storeVariances(this.machine, tile, reads, variances, grid.step !== 0);
      return true;
    });
  }
}

/** @throws {ConfigError} maps of stuck devices that do not fit the arrays, or a minus side where there is none */
function checkMaps(plan: LayerPlan, config: CrossbarConfig): void {
  const arrays = plan.tiles.map((tile) => ({ rows: tile.rows.size, columns: tile.columns.size }));
  const list = Array.isArray(config.cells) ? config.cells : [config.cells];
  list.forEach((cells, k) => {
    const at = Array.isArray(config.cells) ? `cells[${k}]` : "cells";
    checkStuckMap(cells.stuck, arrays, `${at}.stuck`);
    if (cells.minus?.stuck !== undefined) checkStuckMap(cells.minus.stuck, arrays, `${at}.minus.stuck`);
    if (cells.minus !== undefined && plan.reading === "single") {
      throw new ConfigError(`${at}.minus`, cells.minus, "nothing where there is no minus side", "only pairs have one");
    }
  });
}
