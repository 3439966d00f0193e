import { changesWithTime, lawsOf } from "../config/cells.js";
import type { CrossbarConfig } from "../config/schema.js";
import type { Machine } from "../engine/machine.js";
import { SIDE } from "./address.js";
import { ArrayDevices } from "./devices/array-devices.js";
import type { FrozenDevices } from "./devices/frozen.js";
import type { ReadDeviations } from "./devices/variance.js";
import { checkDriftTime } from "./devices/time.js";
import { zeroLevels } from "./encode.js";
import type { LevelGrid } from "./grid.js";
import { type CellPlace, type GivenLevels, HandSetLevels, placeKey } from "./hand-set.js";
import type { LayerPlan, TilePlan } from "./plan.js";
import { residualTargets } from "./residual.js";
import { DriftedRows, type LevelRows, ProgrammedRows } from "./level-rows.js";
import type { WeightFullScale } from "./scale.js";
import type { SlicePlan } from "./slices.js";
import { type TargetLevels, sharedTargets, targetLevels } from "./target.js";

/** Seeds and numbers under which a layer's devices err. */
export interface ChipAddress {
  readonly chip: number;
  readonly layer: number;
}

/** Levels of one side as they are, and as they were programmed. */
export interface SideLevels {
  readonly levels: Float32Array;
  readonly programmed: Float32Array;
}

/** Targets of one tile, for any slice and side. */
export type TargetsOfTile = (slice: number, side: number) => Float32Array;

/**
 * What the devices of a layer hold: programmed, stuck, drifted, set by hand, on the grid.
 *
 * Exactly a function of weights, configuration, chip and layer number, the time, and what was set by hand: a side
 * that is not kept is programmed again when somebody asks for it.
 */
export class DeviceLevels {
  /** Seconds since programming; null: not drifted. */
  seconds: number | null = null;
  readonly byHand = new HandSetLevels();
  /** Devices that will drift, as they were programmed: the first drift starts from here. */
  readonly #fresh = new Map<string, { readonly target: Float32Array; readonly programmed: Float32Array }>();
  /** Drawn at the first drift and kept: a later one costs no draws. */
  readonly #frozen = new Map<string, FrozenDevices>();

  constructor(
    private readonly machine: Machine,
    private readonly plan: LayerPlan,
    private readonly config: CrossbarConfig,
    private readonly weights: Float32Array,
    private readonly scale: WeightFullScale,
    private readonly address: ChipAddress,
  ) {}

  /** Target levels before the device errs. */
  targets(tile: TilePlan): TargetLevels {
    return targetLevels(this.machine, this.weights, this.plan.inputs, this.config, this.plan.slicing, this.scale, tile);
  }

  /** Targets of the devices, worked out once for all slices and sides when the first is asked for. */
  targetsOf(tile: TilePlan): TargetsOfTile {
    let targets: TargetLevels | null = null;
    return (slice, side) => {
      if (side === SIDE.unit) return this.#unitTarget(tile, slice);
      targets ??= this.#deviceTargets(tile);
      return (targets[slice] as readonly Float32Array[])[side] as Float32Array;
    };
  }

  /** Levels of one slice row by row; null where something about them has to be kept, looked at or done differently. */
  rows(tile: TilePlan, slice: number): LevelRows | null {
    const { plan, config, machine } = this;
    if (plan.wholeLevels || plan.unitColumn) return null;
    const sides = plan.reading === "single" ? [SIDE.plus] : [SIDE.plus, SIDE.minus];
    const places = sides.map((side) => ({ tile, slice, side }));
    if (places.some((place) => this.byHand.at(place, this.seconds) !== undefined)) return null;
    const devices = places.map((place) => this.#devices(place));
    const columns = tile.columns.size;
    if (devices.every((side) => side.errOnce)) {
      if (config.weights.slices.kind === "residual") return null;
      const { weights, scale } = this;
      const targets = sharedTargets(machine, weights, plan.inputs, config, plan.slicing, scale, tile, slice);
      if (targets === null) return null;
      return new ProgrammedRows(
        machine,
        targets,
        devices.map((side) => side.errorsInPlace()),
        columns,
      );
    }
    const { seconds } = this;
    if (seconds === null || !devices.every((side) => side.driftsAlone)) return null;
    const targets = this.targetsOf(tile);
    const drifts = places.map((place, i) => {
      const side = devices[i] as ArrayDevices;
      return side.driftInPlace(this.#freeze(place, side, targets), seconds);
    });
    return new DriftedRows(drifts, columns);
  }

  /** Devices of one side at this time: row-major [rows x columns], the unit column [rows]. */
  now(place: CellPlace, targets: TargetsOfTile = this.targetsOf(place.tile)): SideLevels {
    const { tile, slice, side } = place;
    const devices = this.#devices(place);
    const grid = this.grid(tile, slice);
    const given = this.byHand.at(place, this.seconds);
    const age = this.seconds === null ? null : this.seconds - (given?.since ?? 0);
    // What was set at a time is at that time what it was set to.
    const still = age === null || !devices.drifts || (given !== undefined && given.since !== null && age <= 0);
    if (!still) {
      const frozen = this.#freeze(place, devices, targets);
      return { levels: this.snapped(devices.drifted(frozen, age), grid), programmed: frozen.programmed };
    }
    if (given !== undefined) return { levels: given.levels.slice(), programmed: given.levels };
    const wanted = targets(slice, side);
    const programmed = devices.programmed(wanted);
    if (devices.drifts) this.#fresh.set(placeKey(place), { target: wanted, programmed });
    return { levels: this.plan.wholeLevels ? programmed : this.snapped(programmed, grid), programmed };
  }

  /** Deviations of one side's read noise, device by device. */
  readDeviations(place: CellPlace): ReadDeviations {
    return this.#devices(place).readDeviations(this.seconds);
  }

  /** Which slices a later time changes. */
  changingSlices(): boolean[] {
    const given = this.byHand.sinceSomeTime;
    return this.plan.slicing.slices.map(({ cells }) => given || changesWithTime(cells));
  }

  /** @throws {ConfigError} a time some model has no data for */
  checkTime(seconds: number): void {
    checkDriftTime({ kind: "none" }, seconds, 0);
    const { slices } = this.plan.slicing;
    for (const { cells } of slices) {
      for (const minus of [false, true]) checkDriftTime(lawsOf(cells, minus).drift, seconds, cells.gMax);
    }
    for (const { slice, side, age } of this.byHand.ages(seconds)) {
      const { cells } = slices[slice] as SlicePlan;
      const { drift } = lawsOf(cells, side === SIDE.minus);
      if (age > 0) checkDriftTime(drift, age, cells.gMax, "seconds since devices were set by hand");
    }
  }

  /** Levels by hand take the place of what was there, and of what it kept for life. */
  give(place: CellPlace, given: GivenLevels): void {
    this.byHand.set(place, given);
    this.#frozen.delete(placeKey(place));
  }

  /** Attempts of program and verify; null without, or where devices were set by hand. */
  effort(place: CellPlace) {
    if (this.byHand.at(place, this.seconds) !== undefined) return null;
    const target = this.targetsOf(place.tile)(place.slice, place.side);
    return { target, ...this.#devices(place).effort(target) };
  }

  /** Drift exponents of power laws, and first draws of relaxing devices; null where devices have none. */
  exponents(place: CellPlace): Float32Array | null {
    const devices = this.#devices(place);
    return devices.drifts ? this.#freeze(place, devices, this.targetsOf(place.tile)).exponents : null;
  }

  /** Levels on a grid, within its limits. */
  snapped(levels: Float32Array, grid: LevelGrid): Float32Array {
    if (grid.step === 0) return levels.slice();
    const { machine } = this;
    const scratch = machine.arena.scratch((levels.byteLength + 63) & ~63);
    machine.f32.set(levels, scratch >>> 2);
    machine.kernels.f32_snap(scratch, levels.length, 1 / grid.step, grid.step, grid.limit);
    return machine.f32.slice(scratch >>> 2, (scratch >>> 2) + levels.length);
  }

  grid(tile: TilePlan, slice: number): LevelGrid {
    return tile.grids[slice] as LevelGrid;
  }

  forget(): void {
    this.#fresh.clear();
    this.#frozen.clear();
  }

  /** Targets of the devices: what an ideal device would take, or what the slices above have left over. */
  #deviceTargets(tile: TilePlan): TargetLevels {
    const ideal = this.targets(tile);
    if (this.config.weights.slices.kind !== "residual") return ideal;
    return residualTargets(ideal, this.plan.slicing.slices, (slice, side, target) =>
      this.snapped(this.#devices({ tile, slice, side }).programmed(target), this.grid(tile, slice)),
    );
  }

  #unitTarget(tile: TilePlan, slice: number): Float32Array {
    return new Float32Array(tile.rows.size).fill(zeroLevels(this.config, this.plan.slicing)[slice] as number);
  }

  #devices({ tile, slice, side }: CellPlace): ArrayDevices {
    const plan = this.plan.slicing.slices[slice] as SlicePlan;
    const columns = side === SIDE.unit ? 1 : tile.columns.size;
    return new ArrayDevices(this.machine, plan, { ...this.address, tile: tile.number, slice, side }, columns);
  }

  #freeze(place: CellPlace, devices: ArrayDevices, targets: TargetsOfTile): FrozenDevices {
    const key = placeKey(place);
    let frozen = this.#frozen.get(key);
    if (frozen === undefined) {
      const given = this.byHand.at(place, this.seconds);
      const fresh = this.#fresh.get(key);
      if (given !== undefined) frozen = devices.freezeGiven(given.levels);
      else frozen = devices.freeze(fresh?.target ?? targets(place.slice, place.side), fresh?.programmed);
      this.#frozen.set(key, frozen);
      this.#fresh.delete(key);
    }
    return frozen;
  }
}
