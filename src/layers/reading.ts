import { ConfigError, ShapeError } from "../config/errors.js";
import type { Machine } from "../engine/machine.js";
import { checkSample, checkSeed } from "../model/address.js";
import { checkOptionKeys } from "./numbers.js";
import { checkFinite, finiteBy, finiteF32, type Numbers } from "./source.js";

/** Which draws a forward makes; without options it continues where the layer's last forward ended. */
export interface ForwardOptions {
  /** Another read seed: replays from `firstSample` and leaves the layer's counter alone. */
  readonly read?: number;
  /** Sample number of the first vector, default 0; leaves the layer's counter alone. */
  readonly firstSample?: number;
}

/** Counts the vectors a layer has read; reads draw by it, so batches and repeats never share noise (DESIGN 5.5). */
export class SampleCounter {
  #samples = 0;

  constructor(
    private readonly read: number,
    samples = 0,
  ) {
    this.#samples = samples;
  }

  get samples(): number {
    return this.#samples;
  }

  /** Takes `count` samples, or the ones the options name. */
  take(count: number, options: ForwardOptions): { read: number; sample: number } {
    checkOptionKeys("options", options, ["read", "firstSample"]);
    const replay = options.read !== undefined || options.firstSample !== undefined;
    const read = options.read === undefined ? this.read : checkSeed("options.read", options.read);
    const sample = replay ? (options.firstSample ?? 0) : this.#samples;
    checkSample(replay ? "options.firstSample" : "samples read since programming", sample + Math.max(count - 1, 0));
    if (!Number.isInteger(sample) || sample < 0)
      throw new ConfigError("options.firstSample", sample, "a whole number >= 0");
    if (!replay) this.#samples += count;
    return { read, sample };
  }
}

/**
 * Inputs of a forward as finite f32, whole vectors.
 *
 * @param machine  looks at them faster, where there is one
 * @throws {ShapeError | NotFiniteError | ConfigError}
 */
export function checkInputs(x: Numbers, features: number, machine: Machine | null = null): Float32Array {
  const finite = finiteBy(machine);
  const values = x instanceof Float32Array ? x : finiteF32(x, "x", finite);
  if (x instanceof Float32Array) checkFinite(x, "x", x, finite);
  if (values.length % features !== 0) throw new ShapeError("x", x, `whole vectors of ${features} numbers`);
  return values;
}
