import * as v from "valibot";
import { number, positive, section } from "./checks.js";

/** What happens to a line's current on its way to the converter, in the order it happens (DESIGN 2.2, aihwkit). */

const sigma = (unit: string) => number(0, Infinity, unit);
const spread = () => v.optional(number(0, 100, "(relative)"), 0);

/** Relative error V of the voltage at an output, drawn once for each. */
const offset = v.variant("kind", [
  section({ kind: v.literal("none") }),
  section({ kind: v.literal("normal"), sigma: sigma("(relative)") }),
  /** max(0, sigma·ξ): half of the outputs have none. */
  section({ kind: v.literal("halfNormal"), sigma: sigma("(relative)") }),
]);

/** Noise of the devices as it adds up at an output, fresh at every read; u is a drive, 1 at most. */
const weightNoise = v.variant("kind", [
  section({ kind: v.literal("none") }),
  /** sigma·√(Σ u²), in weights at full scale. */
  section({ kind: v.literal("constant"), sigma: sigma("(weights at full scale)") }),
  /** sigma·√(Σ |w| u²): grows with the weight, as that of phase-change devices. */
  section({ kind: v.literal("proportional"), sigma: sigma("(weights at full scale)") }),
]);

/** I → F·I/(1 + |n·I|), n = strength·(1 + spread·ξ) drawn once for each output. */
const nonlinearity = v.variant("kind", [
  section({ kind: v.literal("none") }),
  section({
    kind: v.literal("compressive"),
    strength: sigma("(per full device)"),
    spread: spread(),
    /** Current at which the mean curve, series resistance included, has slope 1 again: the gain F; null: F = 1. */
    slopeAt: v.optional(v.nullable(positive("(full devices)")), null),
  }),
]);

/** Fresh at every conversion. */
const noise = v.variant("kind", [
  section({ kind: v.literal("none") }),
  /** Standard deviation |sigma·(1 + spread·ξ)|, ξ drawn once for each output. */
  section({ kind: v.literal("normal"), sigma: sigma("(full devices)"), spread: spread() }),
]);

export const Output = section({
  /**
   * Weight beside every weight, in both lines of a pair, that offset and series resistance see too; 0: they see the
   * difference alone.
   */
  commonWeight: v.optional(number(0, Infinity, "(weights at full scale)"), 0),
  offset: v.optional(offset, { kind: "none" }),
  /** R in I → I/(1 + R·|I|). */
  seriesResistance: v.optional(number(0, Infinity, "(per full device)"), 0),
  weightNoise: v.optional(weightNoise, { kind: "none" }),
  nonlinearity: v.optional(nonlinearity, { kind: "none" }),
  /** Negative currents count (1 − asymmetry) times. */
  asymmetry: v.optional(number(-1, 1), 0),
  noise: v.optional(noise, { kind: "none" }),
});

/** Voltage that the wires lose, as aihwkit approximates it: the first input is farthest from the converter. */
export const IrDrop = v.variant("kind", [
  section({ kind: v.literal("none") }),
  section({
    kind: v.literal("approximate"),
    /** Factor on the drop; 1: as the wires are. */
    factor: v.optional(number(0, Infinity), 1),
    /** Conductance of a wire between two devices, in devices at gMax: default 0.35 ohm beside 5 microsiemens. */
    wire: v.optional(positive("(devices at gMax)"), 571428.5714285714),
  }),
]);

export type OutputConfig = v.InferOutput<typeof Output>;
export type IrDropConfig = v.InferOutput<typeof IrDrop>;

/** Whether anything happens between the lines and the converters. */
export function changesLines({
  offset,
  seriesResistance,
  weightNoise,
  nonlinearity,
  asymmetry,
  noise,
}: OutputConfig): boolean {
  const kinds = [offset, weightNoise, nonlinearity, noise];
  return seriesResistance > 0 || asymmetry !== 0 || kinds.some(({ kind }) => kind !== "none");
}
