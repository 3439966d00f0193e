import * as v from "valibot";
import { Adc, type AdcRange } from "./adc.js";
import { Compensation } from "./compensation.js";
import { Cells, type CellsConfig } from "./cells.js";
import { choice, flag, integer, listOf, number, oneOrList, positive, section } from "./checks.js";
import { BoundManagement, InputRange } from "./management.js";
import { IrDrop, Output } from "./output.js";

/**
 * The configuration of a crossbar layer, in the order of the signal chain (DESIGN section 3).
 * `{}` is the idealised crossbar: analog cells, real inputs, no ADC, y = W x.
 */

const WeightScale = v.variant("kind", [
  section({
    kind: v.literal("absMax"),
    per: v.optional(choice(["matrix", "output", "array", "arrayOutput"]), "matrix"),
    /** What the largest weight is programmed to, in full scale. */
    largest: v.optional(positive("(full scale)"), 1),
    clip: v.optional(flag(), true),
  }),
  section({
    kind: v.literal("percentile"),
    /** Share of the signed weights that fits, 0.5..1; both tails, linear interpolation. */
    percentile: number(0.5, 1),
    per: v.optional(choice(["matrix", "output", "array", "arrayOutput"]), "matrix"),
    clip: v.optional(flag(), true),
  }),
  section({
    kind: v.literal("given"),
    /** Weight at full scale: one, or one per output. */
    max: oneOrList(positive("(weight at full scale)"), "positive numbers, one per output"),
    clip: v.optional(flag(), true),
  }),
]);

const Representation = v.variant("kind", [
  section({
    kind: v.literal("pair"),
    /** 1: one device of the pair stays at gMin; 2: both move, half way each. */
    sides: v.optional(v.picklist([1, 2], "1 or 2"), 1),
    subtract: v.optional(choice(["analog", "digital"]), "analog"),
  }),
  section({
    kind: v.literal("offset"),
    remove: v.optional(choice(["digital", "unitColumn"]), "digital"),
  }),
  section({ kind: v.literal("single") }),
]);

const factors = () => v.optional(listOf(positive("(significance)"), "positive significance factors"));

const significance = () =>
  v.pipe(
    number(),
    v.check((f) => f !== 0, "finite number other than 0 (significance)"),
  );

const conductanceTable = () =>
  v.pipe(
    v.array(number(0, Infinity, "(siemens)"), "a list of conductances"),
    v.minLength(2, "a list of at least two conductances"),
  );

const Slices = v.variant("kind", [
  section({
    kind: v.literal("positional"),
    /** One width for all slices, or one per slice, least significant first; null: one slice holds all bits. */
    bitsPerSlice: v.optional(v.nullable(oneOrList(integer(1, 15), "integers in 1..15")), null),
    /** Number of slices; null: as many as the weight bits need. */
    count: v.optional(v.nullable(integer(1, 16)), null),
  }),
  section({ kind: v.literal("proportional"), count: integer(1, 64), factors: factors() }),
  section({ kind: v.literal("fillLowFirst"), count: integer(1, 64), factors: factors() }),
  section({ kind: v.literal("fillHighFirst"), count: integer(1, 64), factors: factors() }),
  /** Coarse to fine: each slice is programmed and read back, the next ones hold what it missed. */
  section({ kind: v.literal("residual"), count: integer(1, 64), factors: factors() }),
  section({
    kind: v.literal("given"),
    /** Significance of each slice, negative ones too; `weights` then holds one matrix per slice, one after another. */
    factors: listOf(significance(), "significance factors other than 0"),
  }),
  section({
    kind: v.literal("table"),
    /** Conductances of each slice's plus devices over a uniform grid of weights from −w_max to w_max, siemens. */
    plus: listOf(conductanceTable(), "tables of conductances, one per slice"),
    minus: listOf(conductanceTable(), "tables of conductances, one per slice"),
    factors: factors(),
  }),
]);

const blockSizes = () => listOf(integer(1), "block sizes");
const explicitSplit = section({ rows: blockSizes(), columns: blockSizes() });
const namedSplit = choice(["balanced", "even", "fill"]);

const ArrayLimits = section({
  /** Inputs per array; null: unlimited. */
  rows: v.optional(v.nullable(integer(1, 65536)), null),
  /** Outputs per array; null: unlimited. */
  columns: v.optional(v.nullable(integer(1, 65536)), null),
  split: v.optional(
    v.lazy<typeof explicitSplit | typeof namedSplit>((input) =>
      typeof input === "object" ? explicitSplit : namedSplit,
    ),
    "balanced",
  ),
  irDrop: v.optional(IrDrop, { kind: "none" }),
});

const Input = section({
  /** DAC bits, the sign included when signed; null: real inputs. */
  bits: v.optional(v.nullable(integer(1, 16)), null),
  signed: v.optional(flag()),
  range: v.optional(InputRange, { kind: "fixed" }),
  /** Whether inputs beyond the range are clipped; a quantising DAC always clips. */
  clip: v.optional(flag()),
  /** Bits of an input slice; null: the whole code is applied at once. */
  sliceBits: v.optional(v.nullable(integer(1, 16)), null),
  /** How the DAC reaches a code; "stochastic": up with a probability equal to the fraction. */
  rounding: v.optional(choice(["nearest", "stochastic"]), "nearest"),
  /** Codes the DAC uses, where they are fewer than its bits allow (odd if signed); null: all of them. */
  levels: v.optional(v.nullable(integer(2, 65536)), null),
  /** Standard deviation of a drive, fresh at every read; full drive is 1, and the bound is passed. */
  noise: v.optional(number(0, 100, "(full drives)"), 0),
  /** Negative drives count (1 − asymmetry) times. */
  asymmetry: v.optional(number(-1, 1), 0),
  /** Positive and negative inputs at once, or one after the other with one conversion of the sum, or one each. */
  signs: v.optional(choice(["together", "analogSum", "digitalSum"]), "together"),
  boundManagement: v.optional(BoundManagement, { kind: "none" }),
});

const Readout = section({
  weightSlices: v.optional(choice(["digital", "analog"]), "digital"),
  /** "digital": one conversion per input slice; "analog": accumulated, then one conversion. */
  inputSlices: v.optional(choice(["digital", "analog"]), "digital"),
  /** Largest current of one line, in full devices; null: none. */
  columnLimit: v.optional(v.nullable(positive("(full devices)")), null),
  adc: v.optional(Adc, { kind: "none" }),
  /** Between the lines and the converters. */
  output: v.optional(Output, {}),
  /** Digital factor of what an array gives. */
  outputScale: v.optional(number(), 1),
  compensation: v.optional(Compensation, { kind: "none" }),
});

const Weights = section({
  /** Bits of a weight, the sign included; null: analog weights. */
  bits: v.optional(v.nullable(integer(2, 16)), null),
  scale: v.optional(WeightScale, { kind: "absMax" }),
  representation: v.optional(Representation, { kind: "pair" }),
  slices: v.optional(Slices, { kind: "positional" }),
});

export const CrossbarSchema = section({
  version: v.optional(v.literal(1, "1"), 1),
  weights: v.optional(Weights, {}),
  /** One device for every slice, or one per slice. */
  cells: v.optional(oneOrList(Cells, "cells, one per slice"), {}),
  array: v.optional(ArrayLimits, {}),
  input: v.optional(Input, {}),
  readout: v.optional(Readout, {}),
  /** Anything; stored beside results, never part of the hash. */
  meta: v.optional(v.unknown()),
});

export type { CellsConfig, DeviceErrorConfig } from "./cells.js";

/** Plain data nobody writes into, so that literals declared `as const` fit. */
type ReadonlyData<T> = T extends readonly unknown[]
  ? { readonly [I in keyof T]: ReadonlyData<T[I]> }
  : T extends object
    ? { readonly [K in keyof T]: ReadonlyData<T[K]> }
    : T;

/** A configuration under construction: what code that builds one piece by piece writes into. */
export type CrossbarConfigDraft = v.InferInput<typeof CrossbarSchema>;
/** What a user writes: every field has a default. */
export type CrossbarConfigInput = ReadonlyData<CrossbarConfigDraft>;
type Parsed = v.InferOutput<typeof CrossbarSchema>;
export type AdcConfig = v.InferOutput<typeof Adc>;
export type AdcRangeConfig = v.InferOutput<typeof AdcRange>;
export type SlicesConfig = v.InferOutput<typeof Slices>;
export type RepresentationConfig = v.InferOutput<typeof Representation>;
export type WeightScaleConfig = v.InferOutput<typeof WeightScale>;
export type ArrayConfig = v.InferOutput<typeof ArrayLimits>;
export type InputConfig = v.InferOutput<typeof Input> & { signed: boolean; clip: boolean };
/** A resolved configuration: every field present, every combination checked. */
export type CrossbarConfig = Omit<Parsed, "input" | "cells"> & {
  input: InputConfig;
  cells: CellsConfig | CellsConfig[];
};
