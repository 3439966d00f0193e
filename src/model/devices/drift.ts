import type { DriftConfig, SideLaws } from "../../config/cells.js";
import type { Machine } from "../../engine/machine.js";
import { PURPOSE } from "../address.js";
import type { SlicePlan } from "../slices.js";
import { CellChunk, type DeviceAddress, eachChunk } from "./chunk.js";
import type { FrozenDevices } from "./frozen.js";
import { longTermLaw, powerLaw } from "./laws.js";
import { packCurve } from "./packed-curve.js";
import { deviceBounds } from "./programming.js";
import { relaxedLevels } from "./relaxation.js";
import { longTermGrowth } from "./time.js";

/** Whether a law's deviations grow from the undisturbed ones: bounds are then applied to the sum alone. */
export function growsFromDeviation(drift: DriftConfig): boolean {
  return drift.kind === "rramWan" || drift.kind === "sonos" || drift.kind === "rramCmo";
}

const [TARGET, PROGRAMMED, MEAN, SIGMA, DRAW] = [0, 1, 2, 3, 4];
const BUFFERS = 5;

/** Draws what a device keeps for its life: ν at the target conductance, long-term noise at the programmed one. */
export function freezeDevices(
  machine: Machine,
  slice: SlicePlan,
  laws: SideLaws,
  address: DeviceAddress,
  target: Float32Array,
  programmed: Float32Array,
): FrozenDevices {
  const { drift } = laws;
  const power = powerLaw(drift);
  if (power === null) {
    const relaxes = growsFromDeviation(drift);
    const exponents = drift.kind === "rramCmo" ? drawn(machine, address, PURPOSE.driftExponent, target.length) : null;
    const noise = relaxes ? drawn(machine, address, PURPOSE.driftNoise, target.length) : null;
    return { target, programmed, exponents, noise };
  }
  const long = longTermLaw(drift);
  const mean = packCurve(power.exponent, slice);
  const deviation = packCurve(power.deviation, slice);
  const quality = long === null ? null : packCurve(long.quality, slice, long.scale);
  const chunk = new CellChunk(machine, address, BUFFERS, [mean, deviation, ...(quality === null ? [] : [quality])]);
  const exponents = new Float32Array(target.length);
  const noise = quality === null ? null : new Float32Array(target.length);
  eachChunk(chunk, target.length, () => {
    chunk.load(TARGET, target);
    chunk.curve(MEAN, TARGET, mean);
    chunk.curve(SIGMA, TARGET, deviation);
    chunk.normals(DRAW, PURPOSE.driftExponent);
    const [nu, sigma, draw] = [MEAN, SIGMA, DRAW].map((buffer) => chunk.pointer(buffer)) as [number, number, number];
    machine.kernels.f32_drift_exponent(nu, nu, sigma, draw, chunk.padded, power.scale);
    chunk.store(MEAN, exponents);
    if (noise === null || quality === null) return;
    chunk.load(PROGRAMMED, programmed);
    chunk.curve(SIGMA, PROGRAMMED, quality);
    chunk.normals(DRAW, PURPOSE.driftNoise);
    machine.kernels.f32_product(sigma, sigma, draw, chunk.padded, 0);
    chunk.store(SIGMA, noise);
  });
  return { target: null, programmed, exponents, noise };
}

function drawn(
  machine: Machine,
  address: DeviceAddress,
  purpose: typeof PURPOSE.driftExponent | typeof PURPOSE.driftNoise,
  count: number,
): Float32Array {
  const chunk = new CellChunk(machine, address, 1, []);
  const draws = new Float32Array(count);
  eachChunk(chunk, count, () => {
    chunk.normals(0, purpose);
    chunk.store(0, draws);
  });
  return draws;
}

/** Levels of devices some seconds after programming, within their bounds; not yet on a grid. */
export function driftedLevels(
  machine: Machine,
  slice: SlicePlan,
  laws: SideLaws,
  address: DeviceAddress,
  frozen: FrozenDevices,
  seconds: number,
): Float32Array {
  const { drift } = laws;
  const power = powerLaw(drift);
  if (power === null) return relaxedLevels(machine, slice, drift, address, frozen, seconds);
  const long = longTermLaw(drift);
  const { programmed, exponents, noise } = frozen;
  const logTime = machine.kernels.f64_log((seconds + power.start) / power.start);
  const growth = long === null ? 0 : longTermGrowth(machine, seconds + power.start, long.readTime);
  const [low, high] = deviceBounds(slice);
  const chunk = new CellChunk(machine, address, BUFFERS, []);
  const levels = new Float32Array(programmed.length);
  eachChunk(chunk, levels.length, () => {
    chunk.load(PROGRAMMED, programmed);
    chunk.load(MEAN, exponents as Float32Array);
    if (noise !== null) chunk.load(DRAW, noise);
    machine.kernels.f32_power_drift(
      chunk.pointer(PROGRAMMED),
      chunk.pointer(PROGRAMMED),
      chunk.pointer(MEAN),
      noise === null ? 0 : chunk.pointer(DRAW),
      chunk.padded,
      logTime,
      growth,
      slice.baseline,
      low,
      high,
    );
    chunk.store(PROGRAMMED, levels);
  });
  return levels;
}
