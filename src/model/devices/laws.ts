import { type DeviceErrorConfig, type DriftConfig, errs, type ReadNoiseConfig } from "../../config/cells.js";
import { type Curve, interpolated, MICROSIEMENS, polynomial } from "../../config/devices/curve.js";
import type { LongTermLaw, PowerLaw } from "../../config/devices/model.js";
import { HERMES_ONE, HERMES_TWO, PCM, PCM_JOSHI } from "../../config/devices/pcm.js";
import { CMO_ACCEPTANCE, RRAM_MILO, RRAM_WAN, RRAM_WAN_CUBIC } from "../../config/devices/rram.js";
import { NANOAMPERE, SONOS_DAYS, SONOS_READ } from "../../config/devices/sonos.js";

/** How far devices stray, as curves of the conductance. */
export interface Deviation {
  /** Standard deviation, or half the width of an even spread. */
  readonly sigma: Curve;
  readonly scale: number;
  /** Where the mean lies; null: at the target. */
  readonly mean: Curve | null;
  readonly uniform: boolean;
}

const SHARE = { shareOfMax: 1 } as const;

function normal(sigma: Curve | undefined, scale = 1, mean: Curve | null = null): Deviation {
  return { sigma: sigma as Curve, scale, mean, uniform: false };
}

function constantShare(share: number): Curve {
  return polynomial("gMax", SHARE, [share]);
}

function proportionalTo(factor: number): Curve {
  return polynomial("gMax", SHARE, [0, factor]);
}

/** factor/g; a device without conductance does not stray. */
function inverseTo(factor: number): Curve {
  return { argument: "gMax", result: SHARE, pieces: [{ poly: [0] }, { from: 1e-6, amplitude: factor, power: -1 }] };
}

/** A curve of currents at a read voltage: σ = a·(1 − e^(−I/b)), nA. */
export function saturating(a: number, b: number, readVoltage: number): Curve {
  const unit = NANOAMPERE / readVoltage;
  return { argument: unit, result: { siemens: unit }, pieces: [{ poly: [a], amplitude: -a, rate: -1 / b, low: 0 }] };
}

/** A measured column over measured conductances. */
function measured(conductance: readonly number[], column: readonly number[], result: Curve["result"]): Curve {
  const unit = result === "plain" ? 1 : MICROSIEMENS;
  return interpolated(
    MICROSIEMENS,
    result,
    conductance.map((g) => g / MICROSIEMENS),
    column.map((x) => x / unit),
  );
}

function hermes(devices: 1 | 2) {
  return devices === 1 ? HERMES_ONE : HERMES_TWO;
}

/** What a device does when it is programmed; null where it does as it is told. */
export function programmingDeviation(error: DeviceErrorConfig): Deviation | null {
  if (!errs(error)) return null;
  switch (error.kind) {
    case "none":
      return null;
    case "independent":
      return normal(constantShare(error.sigma));
    case "proportional":
      return normal(proportionalTo(error.sigma));
    case "inverseProportional":
      return normal(inverseTo(error.sigma));
    case "uniform":
      return { ...normal(spread(error)), uniform: true };
    case "polynomial": {
      const own = (c: readonly number[]) => polynomial(error.unit, { siemens: error.unit }, c);
      return normal(own(error.sigma), 1, error.mean === undefined ? null : own(error.mean));
    }
    case "table": {
      const own = (column: readonly number[]) => measured(error.conductance, column, { siemens: MICROSIEMENS });
      return normal(own(error.sigma), 1, error.mean === undefined ? null : own(error.mean));
    }
    case "pcm":
      return normal(PCM.programming, error.scale);
    case "pcmJoshi":
      return normal(PCM_JOSHI.programming);
    case "hermes":
      return normal(hermes(error.devices).programming, error.scale);
    case "rramMilo":
      return normal(RRAM_MILO.programming);
    case "rramWan":
      return normal((error.fit === "cubic" ? RRAM_WAN_CUBIC : RRAM_WAN).programming, error.scale);
    case "rramCmo": {
      const coefficients = CMO_ACCEPTANCE[error.acceptance];
      return normal(polynomial(MICROSIEMENS, { siemens: MICROSIEMENS }, coefficients), error.scale);
    }
    case "sonos": {
      const first = SONOS_DAYS[0] as { a: number; b: number };
      return normal(saturating(first.a, first.b, error.readVoltage));
    }
  }
}

function spread(error: { halfWidth: number; of: "gMax" | "conductance" | "inverse" }): Curve {
  if (error.of === "gMax") return constantShare(error.halfWidth);
  return error.of === "conductance" ? proportionalTo(error.halfWidth) : inverseTo(error.halfWidth);
}

/** Noise of a read whose deviation is a curve of the conductance alone; null for models that know the time. */
export function readDeviation(read: ReadNoiseConfig): Deviation | null {
  switch (read.kind) {
    case "pcm":
    case "hermes":
    case "rramCmo":
      return null;
    case "sonos":
      return normal(saturating(SONOS_READ.a, SONOS_READ.b, read.readVoltage));
    default:
      return programmingDeviation(read);
  }
}

/** Exponents of a power law in time; null for other drift. */
export function powerLaw(drift: DriftConfig): (PowerLaw & { readonly scale: number }) | null {
  switch (drift.kind) {
    case "pcm":
      return { ...(PCM.drift as PowerLaw), scale: drift.scale };
    case "hermes":
      return { ...(hermes(drift.devices).drift as PowerLaw), scale: drift.scale };
    case "constant": {
      const plain = (c: number) => polynomial("gMax", "plain", [c], -Infinity);
      return { start: drift.start, exponent: plain(drift.exponent), deviation: plain(drift.deviation), scale: 1 };
    }
    case "polynomial": {
      const own = (c: readonly number[], low?: number) => polynomial(drift.unit, "plain", c, low);
      return {
        start: drift.start,
        exponent: own(drift.exponent, -Infinity),
        deviation: own(drift.deviation),
        scale: 1,
      };
    }
    case "table": {
      const { conductance, exponent } = drift;
      const own = (column: readonly number[]) => measured(conductance, column, "plain");
      const deviation = own(drift.deviation ?? exponent.map(() => 0));
      return { start: drift.start, exponent: own(exponent), deviation, scale: 1 };
    }
    default:
      return null;
  }
}

/** Long-term noise relative to the conductance; null without. */
export function longTermLaw(drift: DriftConfig): (LongTermLaw & { readonly scale: number }) | null {
  if (!("noise" in drift) || typeof drift.noise !== "object") return null;
  const { noise } = drift;
  const devices = drift.kind === "hermes" ? drift.devices : 2;
  switch (noise.kind) {
    case "none":
      return null;
    case "pcm":
      return noise.scale === 0 ? null : { ...(PCM.longTerm as LongTermLaw), scale: noise.scale };
    case "hermes":
      return noise.scale === 0
        ? null
        : { ...(hermes(noise.devices ?? devices).longTerm as LongTermLaw), scale: noise.scale };
    case "relative":
      return { readTime: noise.readTime, quality: polynomial("gMax", "plain", [noise.sigma]), scale: 1 };
  }
}
