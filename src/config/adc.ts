import * as v from "valibot";
import { choice, flag, integer, listOf, number, oneOrList, perSlice, section } from "./checks.js";

/** The converters of a readout (DESIGN 2.2); ranges are in full devices. */

const edge = () => perSlice(number(-Infinity, Infinity, "(full devices)"), "finite numbers");
export const AdcRange = v.variant("kind", [
  section({ kind: v.literal("full") }),
  section({ kind: v.literal("granular") }),
  section({ kind: v.literal("fixed"), min: edge(), max: edge() }),
  /** As fixed, but found from data by `calibrate`. */
  section({ kind: v.literal("calibrated"), min: edge(), max: edge() }),
]);

const adcBits = () => integer(1, 16);
const rounding = () => v.optional(choice(["nearest", "stochastic"]), "nearest");
/** Codes in use, where they are fewer than the bits allow (odd for a sign-magnitude ADC); null: all of them. */
const levels = () => v.optional(v.nullable(integer(2, 65536)), null);
/** Relative standard deviation of one capacitor of unit size; a larger one errs with the root of its size. */
const mismatch = () => v.optional(number(0, 0.5, "(of a unit capacitor)"), 0);
/** What converters built of capacitors and comparators share (M. Spear et al., IEEE JXCDC 2023). */
const circuit = {
  bits: integer(2, 16),
  range: v.optional(AdcRange, { kind: "full" }),
  /** Open-loop gain of the amplifier, decibels. */
  gainDb: v.optional(number(0, 400, "(decibels)"), 100),
  /** Standard deviation of a comparator's offset, in half ranges. */
  comparatorOffset: v.optional(number(0, 1, "(of half the range)"), 0),
};
/** Consecutive outputs of an array that share one converter. */
const groupSize = () => v.optional(integer(1, 65536), 8);
const stages = {
  ...circuit,
  /** Of the two capacitors of a stage, C1 in feedback and C2 that samples: one for both, or [C1, C2]. */
  capacitorMismatch: v.optional(oneOrList(number(0, 0.5, "(of a unit capacitor)"), "two numbers, for C1 and C2"), 0),
  /** Standard deviation of the parasitic capacitance at the amplifier's input, in unit capacitors. */
  parasiticCapacitance: mismatch(),
  groupSize: groupSize(),
};

const measured = (what: string) => {
  const column = v.pipe(v.array(number(), `a list of ${what}`), v.minLength(1, `a list of at least one of ${what}`));
  const columns = listOf(column, `lists of ${what}`);
  return v.lazy<typeof column | typeof columns>((input) =>
    Array.isArray(input) && Array.isArray(input[0]) ? columns : column,
  );
};

export const Adc = v.variant("kind", [
  section({ kind: v.literal("none") }),
  section({
    kind: v.literal("uniform"),
    bits: adcBits(),
    range: v.optional(AdcRange, { kind: "full" }),
    /** "stochastic": up with a probability equal to the fraction. */
    rounding: rounding(),
    levels: levels(),
  }),
  section({
    kind: v.literal("signMagnitude"),
    bits: integer(2, 16),
    range: v.optional(AdcRange, { kind: "full" }),
    rounding: rounding(),
    levels: levels(),
  }),
  /** No steps: values beyond the range are clipped, the others stay as they are. */
  section({ kind: v.literal("clip"), range: v.optional(AdcRange, { kind: "full" }) }),
  section({
    kind: v.literal("ramp"),
    ...circuit,
    /** Whether the ramp's capacitors are switched to both references, with the sign apart from the magnitude. */
    symmetricCdac: v.optional(flag(), true),
    capacitorMismatch: mismatch(),
    /** Consecutive outputs that share one ramp generator, each with a comparator of its own; null: all of an array. */
    groupSize: v.optional(v.nullable(integer(1, 65536)), null),
  }),
  section({
    kind: v.literal("sar"),
    ...circuit,
    /** Whether the capacitor array is split in two by a bridge capacitor. */
    splitCdac: v.optional(flag(), true),
    capacitorMismatch: mismatch(),
    groupSize: groupSize(),
  }),
  section({ kind: v.literal("pipeline"), ...stages }),
  section({ kind: v.literal("cyclic"), ...stages }),
  section({
    kind: v.literal("table"),
    /** Measured inputs at which the code steps up, ascending, full devices: one list, or one per slice or converter. */
    edges: measured("ascending numbers (full devices)"),
    /** Output of each code, ascending, full devices: one more than edges; null: the middle between a code's edges. */
    values: v.optional(v.nullable(measured("ascending numbers (full devices)")), null),
    /** What several lists belong to: the weight slices, or the converters of an array in order. */
    per: v.optional(choice(["slice", "converter"]), "slice"),
    groupSize: groupSize(),
  }),
]);
