import * as v from "valibot";
import { choice, flag, number, section } from "../config/checks.js";
import { convertsSigned } from "../config/adcChecks.js";
import { ConfigError } from "../config/errors.js";
import { parse } from "../config/parse.js";
import type { CrossbarConfig } from "../config/schema.js";
import { codeCount } from "../model/conversion.js";
import { planDrive } from "../model/drive.js";
import { nearestEven } from "../model/rounding.js";
import type { ConversionValues } from "./profile.js";

/** How ranges are chosen from data. */
export type CalibrationOptions = v.InferInput<typeof Options>;

const Options = section({
  /** "percentile": what that share of the values fits; "leastError": the least quantisation error. */
  method: v.optional(choice(["percentile", "leastError"]), "percentile"),
  /** Share of the values inside the range, for "percentile". */
  percentile: v.optional(number(0.5, 1), 1),
  /** Rounds a range up to full scale divided by a power of two, so that slices merge with shifts alone. */
  powerOfTwo: v.optional(flag(), false),
  /** What to calibrate. */
  inputs: v.optional(flag(), true),
  adc: v.optional(flag(), true),
});

export function checkCalibration(options: CalibrationOptions): v.InferOutput<typeof Options> {
  return parse(Options, options, "options");
}

/**
 * Input at full drive from data: the abs-max, or a percentile of |x| (of magnitudes: signed quantiles would give an
 * asymmetric distribution a wrong range, aihwkit S28).
 */
export function calibratedInputMax(
  x: Float32Array,
  config: CrossbarConfig,
  options: v.InferOutput<typeof Options>,
): number {
  const magnitudes = Float64Array.from(x, (value) => (config.input.signed ? Math.abs(value) : Math.max(value, 0)));
  const { bits } = config.input;
  const steps = bits === null ? null : planDrive(config).codeMax;
  const max = reach(magnitudes, options, steps);
  if (!(max > 0)) throw new ConfigError("x", x, "inputs that are not all zero", "there is nothing to calibrate on");
  return max;
}

/** ADC range of every row block and conversion: `[row block][conversion]`, in full devices. */
export function calibratedRanges(
  seen: readonly ConversionValues[],
  config: CrossbarConfig,
  rows: readonly number[],
  groups: readonly (readonly number[])[],
  options: v.InferOutput<typeof Options>,
): { min: number[][]; max: number[][] } {
  const { adc } = config.readout;
  if (adc.kind === "none" || adc.kind === "table") return { min: [], max: [] };
  const signed = convertsSigned(config);
  const steps = adc.kind === "clip" ? null : codeCount(adc) - 1;
  const max = rows.map((count, r) =>
    groups.map((slices) => {
      const parts = seen.filter((s) => s.rowBlock === r && s.slices[0] === slices[0]).map((s) => s.values);
      const all = Float64Array.from(
        parts.flatMap((p) => [...p]),
        (value) => (signed ? Math.abs(value) : value),
      );
      // A range no value enters still needs a width: one device, the least that could flow.
      const most = reach(all, options, steps === null ? null : signed ? steps / 2 : steps) || 1;
      return options.powerOfTwo ? count / floorPowerOfTwo(count / most) : most;
    }),
  );
  return { max, min: max.map((row) => row.map((edge) => (signed ? -edge : 0))) };
}

/** Largest power of two (also below 1) that is at most x. */
function floorPowerOfTwo(x: number): number {
  let power = 1;
  while (power * 2 <= x) power *= 2;
  while (power > x) power /= 2;
  return power;
}

function reach(values: Float64Array, options: v.InferOutput<typeof Options>, steps: number | null): number {
  const sorted = values.sort();
  const largest = sorted[sorted.length - 1] ?? 0;
  if (options.method === "leastError" && steps !== null) return leastError(sorted, largest, steps);
  const at = options.percentile * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] ?? 0;
  return low + ((sorted[below + 1] ?? low) - low) * (at - below);
}

/** The range 2^(−j/8)·largest, j = 0…64, whose clip-and-round has the least mean absolute error. */
function leastError(values: Float64Array, largest: number, steps: number): number {
  const eighth = Math.sqrt(Math.sqrt(Math.sqrt(0.5)));
  let best = largest;
  let least = Infinity;
  for (let j = 0, max = largest; j <= 64; j++, max *= eighth) {
    let error = 0;
    for (const value of values) {
      const code = Math.min(nearestEven((value * steps) / max), steps);
      error += Math.abs(value - (code * max) / steps);
    }
    if (error < least) {
      least = error;
      best = max;
    }
  }
  return best;
}
