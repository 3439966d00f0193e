import { errs, lawsOf, type SideLaws } from "../../config/cells.js";
import type { Machine } from "../../engine/machine.js";
import { SIDE } from "../address.js";
import type { SlicePlan } from "../slices.js";
import type { DeviceAddress } from "./chunk.js";
import { DriftInPlace } from "./drift-in-place.js";
import { powerLaw } from "./laws.js";
import { driftedLevels, freezeDevices, growsFromDeviation } from "./drift.js";
import type { FrozenDevices } from "./frozen.js";
import { type ErrorsInPlace, errorsInPlace } from "./errors-in-place.js";
import { type Programmed, programDevices } from "./programming.js";
import { holdStuck } from "./stuck.js";
import { ReadDeviations } from "./variance.js";

/** The devices of one side of one array: what their laws make of targets. Nothing is kept here; levels are off the grid. */
export class ArrayDevices {
  readonly laws: SideLaws;

  /** @param columns  of the array, 1 for a unit column */
  constructor(
    private readonly machine: Machine,
    private readonly slice: SlicePlan,
    private readonly address: DeviceAddress,
    private readonly columns: number,
  ) {
    this.laws = lawsOf(slice.cells, address.side === SIDE.minus);
  }

  /** Whether programming does anything to targets. */
  get errs(): boolean {
    return errs(this.laws.programming) || this.slice.cells.verify !== null;
  }

  get drifts(): boolean {
    return this.laws.drift.kind !== "none";
  }

  /** After programming, stuck devices where they are stuck. */
  programmed(target: Float32Array): Float32Array {
    const levels = this.#written(target);
    this.#hold(levels);
    return levels;
  }

  /** Whether they are programmed once and that is all there is to them. */
  get errOnce(): boolean {
    return this.slice.cells.verify === null && this.laws.stuck.kind === "none" && !this.drifts;
  }

  /** The same in place, for devices that err once; null: nothing happens to them. */
  errorsInPlace(): ErrorsInPlace | null {
    return this.errs ? errorsInPlace(this.machine, this.slice, this.laws, this.address) : null;
  }

  /** Whether a power law in time is all that changes them after programming. */
  get driftsAlone(): boolean {
    return this.laws.stuck.kind === "none" && powerLaw(this.laws.drift) !== null;
  }

  /** Some seconds after programming, for devices whose drift is a power law. */
  driftInPlace(frozen: FrozenDevices, seconds: number): DriftInPlace {
    return new DriftInPlace(this.machine, this.slice, this.laws, frozen, seconds);
  }

  /** Attempts that program and verify took, and where the devices are afterwards. */
  effort(target: Float32Array): Programmed {
    const { machine, slice, laws, address } = this;
    const { levels, attempts } = programDevices(machine, slice, laws, address, target);
    this.#hold(levels);
    return { levels, attempts };
  }

  /**
   * What these devices keep for life, drawn from their targets.
   *
   * @param known  what `programmed` made of the targets, to spare the work
   */
  freeze(target: Float32Array, known: Float32Array | null = null): FrozenDevices {
    const { machine, slice, laws, address } = this;
    const grown = growsFromDeviation(laws.drift) && slice.cells.verify === null;
    const programmed = grown
      ? programDevices(machine, slice, laws, address, target, true).levels
      : (known ?? this.#written(target));
    return freezeDevices(machine, slice, laws, address, target, programmed);
  }

  /** The same for devices that were set by hand: what they were set to is target and programmed level at once. */
  freezeGiven(levels: Float32Array): FrozenDevices {
    return freezeDevices(this.machine, this.slice, this.laws, this.address, levels, levels);
  }

  /** Some seconds after programming. */
  drifted(frozen: FrozenDevices, seconds: number): Float32Array {
    const { machine, slice, laws, address } = this;
    const levels = driftedLevels(machine, slice, laws, address, frozen, seconds);
    this.#hold(levels);
    return levels;
  }

  /** Standard deviation of one read, device by device. */
  readDeviations(seconds: number | null): ReadDeviations {
    return new ReadDeviations(this.machine, this.slice, this.laws, this.address, seconds);
  }

  #hold(levels: Float32Array): void {
    holdStuck(this.machine, this.slice, this.laws, this.address, levels, this.columns);
  }

  #written(target: Float32Array): Float32Array {
    const { machine, slice, laws, address } = this;
    if (!this.errs) return target.slice();
    const { kind } = laws.programming;
    if (slice.cells.verify !== null || (kind !== "independent" && kind !== "proportional")) {
      return programDevices(machine, slice, laws, address, target).levels;
    }
    const scratch = machine.arena.scratch((target.byteLength + 63) & ~63);
    machine.f32.set(target, scratch >>> 2);
    errorsInPlace(machine, slice, laws, address)?.program(scratch, 0, target.length);
    return machine.f32.slice(scratch >>> 2, (scratch >>> 2) + target.length);
  }
}
