import type { SideLaws } from "../../config/cells.js";
import type { Machine } from "../../engine/machine.js";
import type { SlicePlan } from "../slices.js";
import { CHUNK } from "./chunk.js";
import type { FrozenDevices } from "./frozen.js";
import { longTermLaw, powerLaw } from "./laws.js";
import { deviceBounds } from "./programming.js";
import { longTermGrowth } from "./time.js";

/** Room that drift takes: exponents and noise of one chunk. */
export const DRIFT_BYTES = 2 * 4 * CHUNK;

/** Devices that follow a power law, some seconds after programming; some of an array at a time. */
export class DriftInPlace {
  readonly #numbers: readonly [logTime: number, growth: number, baseline: number, low: number, high: number];
  #base = 0;

  constructor(
    private readonly machine: Machine,
    slice: SlicePlan,
    { drift }: SideLaws,
    private readonly frozen: FrozenDevices,
    seconds: number,
  ) {
    const { start } = powerLaw(drift) as { start: number };
    const long = longTermLaw(drift);
    const logTime = machine.kernels.f64_log((seconds + start) / start);
    const growth = long === null ? 0 : longTermGrowth(machine, seconds + start, long.readTime);
    this.#numbers = [logTime, growth, slice.baseline, ...deviceBounds(slice)];
  }

  settle(base: number): void {
    this.#base = base;
  }

  /** Levels as programmed, of the same devices. */
  programmed(to: number, first: number, count: number): void {
    this.machine.f32.set(this.frozen.programmed.subarray(first, first + count), to >>> 2);
  }

  /**
   * @param levels  where levels go, not yet on a grid; up to 15 floats more are written
   * @param first   number of the first device in its array
   */
  write(levels: number, first: number, count: number): void {
    const { f32, kernels } = this.machine;
    const { programmed, exponents, noise } = this.frozen;
    const [nu, draw] = [this.#base, this.#base + 4 * CHUNK];
    for (let at = 0; at < count; at += CHUNK) {
      const [start, cells] = [first + at, Math.min(CHUNK, count - at)];
      const to = levels + 4 * at;
      f32.set(programmed.subarray(start, start + cells), to >>> 2);
      f32.set((exponents as Float32Array).subarray(start, start + cells), nu >>> 2);
      if (noise !== null) f32.set(noise.subarray(start, start + cells), draw >>> 2);
      kernels.f32_power_drift(to, to, nu, noise === null ? 0 : draw, (cells + 15) & ~15, ...this.#numbers);
    }
  }
}
