import type { DriftConfig } from "../../config/cells.js";
import { type Curve, MICROSIEMENS, polynomial } from "../../config/devices/curve.js";
import { CMO_RELAXATION, WAN_DEVIATIONS, WAN_TIMES } from "../../config/devices/rram.js";
import { NANOAMPERE, SECONDS_PER_DAY, SONOS_DAYS } from "../../config/devices/sonos.js";
import type { Machine } from "../../engine/machine.js";
import type { SlicePlan } from "../slices.js";
import { CellChunk, type DeviceAddress, eachChunk } from "./chunk.js";
import type { FrozenDevices } from "./frozen.js";
import { saturating } from "./laws.js";
import { packCurve } from "./packed-curve.js";
import { deviceBounds } from "./programming.js";
import { CMO_READ } from "./read-sigma.js";
import { longTermGrowth } from "./time.js";

/** Devices whose mean moves and whose deviations widen with time, instead of a power law. */
interface Relaxation {
  /** Where the mean goes, from the target; null: it stays. */
  readonly shift: Curve | null;
  /** Deviation at programming and at the time asked for, around the target. */
  readonly earlier: Curve;
  readonly later: Curve;
  /** Whether `later` is looked up where the mean has gone. */
  readonly laterShifted: boolean;
  readonly scale: number;
}

function relaxation(drift: DriftConfig, seconds: number): Relaxation | null {
  if (drift.kind === "rramWan") {
    const later = WAN_DEVIATIONS[WAN_TIMES.indexOf(seconds as 1)] as Curve;
    return { shift: null, earlier: WAN_DEVIATIONS[0] as Curve, later, laterShifted: false, scale: drift.scale };
  }
  if (drift.kind !== "sonos" || seconds === 0) return null;
  const unit = NANOAMPERE / drift.readVoltage;
  const { a, b, shift } = sonosAt(seconds / SECONDS_PER_DAY);
  const first = SONOS_DAYS[0] as { a: number; b: number };
  return {
    shift: polynomial(unit, { siemens: unit }, shift, -Infinity),
    earlier: saturating(first.a, first.b, drift.readVoltage),
    later: saturating(a, b, drift.readVoltage),
    laterShifted: true,
    scale: 1,
  };
}

/** Numbers of the SONOS model between the days that were measured. */
export function sonosAt(days: number): { a: number; b: number; shift: number[] } {
  const below = Math.min(Math.floor(days), SONOS_DAYS.length - 2);
  const [low, high] = [SONOS_DAYS[below], SONOS_DAYS[below + 1]] as [(typeof SONOS_DAYS)[0], (typeof SONOS_DAYS)[0]];
  const between = (p: number, q: number) => p + (q - p) * (days - below);
  const shift = Array.from({ length: 11 }, (_, i) => between(low.shift[i] ?? 0, high.shift[i] ?? 0));
  return { a: between(low.a, high.a), b: between(low.b, high.b), shift };
}

const [TARGET, LEVELS, SHIFT, EARLIER, LATER, DRAW] = [0, 1, 2, 3, 4, 5];
const BUFFERS = 6;

/**
 * Levels of relaxing devices, within their bounds.
 *
 * A device keeps the deviation it was programmed with and gains what makes the measured one of the sum:
 * G(t) = G(0) + shift + sqrt(σ(t)² − σ(0)²)·ξ.
 */
export function relaxedLevels(
  machine: Machine,
  slice: SlicePlan,
  drift: DriftConfig,
  address: DeviceAddress,
  frozen: FrozenDevices,
  seconds: number,
): Float32Array {
  if (drift.kind === "rramCmo") return relaxedCmo(machine, slice, drift, address, frozen, seconds);
  const { programmed, target } = frozen;
  const law = relaxation(drift, seconds);
  const [low, high] = deviceBounds(slice);
  const levels = new Float32Array(programmed.length);
  if (law === null) return levels.map((_, i) => Math.min(Math.max(programmed[i] as number, low), high));
  const shift = law.shift === null ? null : packCurve(law.shift, slice);
  const earlier = packCurve(law.earlier, slice, law.scale);
  const later = packCurve(law.later, slice, law.scale);
  const chunk = new CellChunk(machine, address, BUFFERS, [earlier, later, ...(shift === null ? [] : [shift])]);
  const { kernels } = machine;
  eachChunk(chunk, levels.length, () => {
    chunk.load(TARGET, target as Float32Array);
    chunk.load(LEVELS, programmed);
    chunk.load(DRAW, frozen.noise as Float32Array);
    chunk.curve(EARLIER, TARGET, earlier);
    if (shift === null) chunk.fill(SHIFT, 0);
    else chunk.curve(SHIFT, TARGET, shift);
    chunk.fill(LATER, 1);
    // A deviation of one and the shift as its draw: levels + 1·shift.
    chunk.deviate(LEVELS, LEVELS, LATER, SHIFT, -Infinity, Infinity);
    chunk.deviate(TARGET, TARGET, LATER, SHIFT, -Infinity, Infinity);
    chunk.curve(LATER, TARGET, later);
    kernels.f32_growth(chunk.pointer(LATER), chunk.pointer(LATER), chunk.pointer(EARLIER), chunk.padded);
    chunk.deviate(LEVELS, LEVELS, LATER, DRAW, low, high);
    chunk.store(LEVELS, levels);
  });
  return levels;
}

/** From one second on: a mean that falls with ln t, a deviation that grows with it, and noise that stays; in gMin..gMax. */
function relaxedCmo(
  machine: Machine,
  slice: SlicePlan,
  drift: DriftConfig & { kind: "rramCmo" },
  address: DeviceAddress,
  frozen: FrozenDevices,
  seconds: number,
): Float32Array {
  const levels = frozen.programmed.slice();
  const [low, high] = deviceBounds(slice);
  if (seconds === 0) return levels.map((level) => Math.min(Math.max(level, low), high));
  const logTime = machine.kernels.f64_log(seconds);
  const siemensPerLevel = (slice.cells.gMax - slice.cells.gMin) / slice.levels;
  const level = (drift.scale * MICROSIEMENS) / siemensPerLevel;
  const [constant, slope] = CMO_RELAXATION.deviation;
  const growth = longTermGrowth(machine, seconds, CMO_RELAXATION.readTime);
  const read = packCurve(CMO_READ, slice, drift.noise * growth);
  const chunk = new CellChunk(machine, address, BUFFERS, [read]);
  eachChunk(chunk, levels.length, () => {
    chunk.load(LEVELS, levels);
    chunk.load(DRAW, frozen.exponents as Float32Array);
    chunk.fill(LATER, 1);
    chunk.fill(SHIFT, level * CMO_RELAXATION.shift * logTime);
    chunk.deviate(LEVELS, LEVELS, LATER, SHIFT, -Infinity, Infinity);
    chunk.fill(LATER, level * (constant + slope * logTime));
    chunk.deviate(LEVELS, LEVELS, LATER, DRAW, -Infinity, Infinity);
    chunk.curve(LATER, LEVELS, read);
    chunk.load(DRAW, frozen.noise as Float32Array);
    chunk.deviate(LEVELS, LEVELS, LATER, DRAW, 0, slice.levels);
    chunk.store(LEVELS, levels);
  });
  return levels;
}
