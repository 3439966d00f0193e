import * as v from "valibot";
import { choice, number, oneOrList, positive, section } from "./checks.js";

/** How inputs are scaled to full drive, and what is done when outputs leave the converters' range (DESIGN 2.2). */

const per = () => v.optional(choice(["layer", "array"]), "layer");
/** Inputs above it do not move the range; null: none. */
const cap = () => v.optional(v.nullable(positive("(input)")), null);

/** A range that a vector's sums are expected to fit: max(A, min(n, largestRatio·A)), n = assumedWeight·P/bound. */
const expectedSum = {
  /** Weight that every device is assumed to hold, in weights at full scale. */
  assumedWeight: v.optional(positive("(weights at full scale)"), 0.6),
  /** Largest output of an array, in full devices. */
  bound: positive("(full devices)"),
  /** Largest range, in units of the largest |input|; null: any. */
  largestRatio: v.optional(v.nullable(positive()), null),
  cap: cap(),
};

export const InputRange = v.variant("kind", [
  section({ kind: v.literal("fixed"), max: v.optional(positive("(input at full drive)"), 1) }),
  section({ kind: v.literal("absMax"), per: per(), cap: cap() }),
  /** The largest input with its sign; a vector without a positive input is not applied and reads as zeros. */
  section({ kind: v.literal("signedMax"), per: per(), cap: cap() }),
  /** Per array, A = largest |input|, P = the larger of the sums of its positive and of its negative inputs. */
  section({ kind: v.literal("expectedSum"), ...expectedSum }),
  section({
    kind: v.literal("calibrated"),
    /** Input at full drive: one, or one per row block. */
    max: oneOrList(positive("(input at full drive)"), "positive numbers, one per row block"),
  }),
]);

const iterative = {
  /** Largest factor on a vector's input range; it doubles with every round. */
  maxFactor: v.optional(number(1, 1073741824), 1024),
  /** Which end of the converters' range counts. */
  tests: v.optional(choice(["both", "positive"]), "both"),
};

/** Repeats the read of a vector on an array with smaller drives while one of its conversions leaves the range. */
export const BoundManagement = v.variant("kind", [
  section({ kind: v.literal("none") }),
  section({ kind: v.literal("iterative"), ...iterative }),
  /** The second round takes the range of the expected sum; further ones double it. */
  section({ kind: v.literal("iterativeWorstCase"), ...iterative, ...expectedSum }),
]);

export type InputRangeConfig = v.InferOutput<typeof InputRange>;
export type BoundManagementConfig = v.InferOutput<typeof BoundManagement>;
export type ExpectedSum = Extract<InputRangeConfig, { kind: "expectedSum" }>;
