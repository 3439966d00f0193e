import type { CrossbarConfigInput } from "../config/schema.js";
import { circuitOf, isCircuitModel, symmetricLimits } from "./cross-sim-circuits.js";
import { type CrossSimFields, type CrossSimParameters, leaf } from "./cross-sim-parameters.js";
import { type Limits, limitsOf } from "./cross-sim-ranges.js";
import type { NoteBook } from "./note.js";

type Adc = NonNullable<NonNullable<CrossbarConfigInput["readout"]>["adc"]>;
type Range = NonNullable<Extract<Adc, { kind: "uniform" }>["range"]>;

const KINDS: Readonly<Record<string, "none" | "uniform" | "signMagnitude">> = {
  IdealADC: "none",
  QuantizerADC: "uniform",
  SignMagnitudeADC: "signMagnitude",
};

/**
 * @param rows         inputs of each row block; null where the shape is unknown
 * @param calibrated   limits from beside the parameters; they win over `calibrated_range`
 */
export function adcOf(
  params: CrossSimParameters,
  fields: CrossSimFields,
  rows: readonly number[] | null,
  calibrated: Limits | readonly Limits[] | undefined,
  book: NoteBook,
): Adc {
  const { adcModel, adcBits } = fields;
  const kind = KINDS[adcModel];
  if (adcBits > 16) book.unsupported("xbar.adc.mvm.bits", adcBits, "converters have at most 16 bits here");
  if (adcBits > 0 && isCircuitModel(adcModel)) {
    return circuitOf(params, fields, rangeOf(fields, rows, calibrated, symmetricLimits, book), book);
  }
  if (kind === undefined && adcBits > 0) book.unsupported("xbar.adc.mvm.model", adcModel, "no such converter here");
  if (kind === undefined || kind === "none" || adcBits === 0) return { kind: "none" };
  const rounding = leaf(params, "xbar.adc.mvm.stochastic_rounding") === true ? "stochastic" : "nearest";
  const range = rangeOf(fields, rows, calibrated, (limits) => limits, book);
  return { kind, bits: Math.min(adcBits, 16), range, rounding };
}

type Shaping = (limits: Limits, book: NoteBook) => Limits;

function rangeOf(
  fields: CrossSimFields,
  rows: readonly number[] | null,
  calibrated: Limits | readonly Limits[] | undefined,
  shaped: Shaping,
  book: NoteBook,
): Range {
  const slices = fields.style === "bitSliced" ? fields.slices : 1;
  if (calibrated !== undefined || fields.adcRange === "calibrated") {
    return fixed([pairs(calibrated ?? fields.adcCalibrated, slices, book).map((limits) => shaped(limits, book))]);
  }
  noteRangeQuirks(fields, book);
  if (rows === null && fields.adcRange === "max") return fullRange(fields, book);
  return fixed((rows ?? [1]).map((n) => new Array<Limits>(slices).fill(shaped(limitsOf(fields, n), book))));
}

function noteRangeQuirks(fields: CrossSimFields, book: NoteBook): void {
  const corrected = fields.adcRange === "granular" || (fields.style === "bitSliced" && fields.slicedOffset);
  if (corrected && fields.dacBits === 0) {
    const reason = "the tool's correction for DAC bits inverts or divides by zero without them; taken as one";
    book.changed("xbar.adc.mvm.adc_range_option", fields.adcRange, reason);
  }
}

/** MAX without a shape: the range over all rows of a block, which the library knows when it has the matrix. */
function fullRange(fields: CrossSimFields, book: NoteBook): Range {
  const sliced = fields.style === "bitSliced";
  const always = sliced && !fields.slicedOffset && !fields.subtractInArray && !fields.dacSigned;
  const spread = isCircuitModel(fields.adcModel) && !fields.dacSigned;
  if (always || spread || (sliced && fields.slicedOffset)) {
    const reason = "without the shape of the matrix the range is this library's full range, not the tool's";
    book.changed("xbar.adc.mvm.adc_range_option", "MAX", reason);
  }
  return { kind: "full" };
}

function pairs(given: Limits | readonly (number | readonly number[])[], slices: number, book: NoteBook): Limits[] {
  const list = (typeof given[0] === "number" ? [given] : given) as readonly Limits[];
  const sound = list.length > 0 && list.every((pair) => Array.isArray(pair) && pair.length === 2);
  if (!sound || (list.length !== 1 && list.length !== slices)) {
    const reason = `expected [min, max]${slices > 1 ? `, or ${slices} of them, one per slice` : ""}`;
    book.unsupported("xbar.adc.mvm.calibrated_range", given, reason);
    return [[0, 1]];
  }
  return list.length === slices ? [...list] : new Array<Limits>(slices).fill(list[0]!);
}

/** The shortest way to write limits [row block][slice]. */
function fixed(limits: readonly (readonly Limits[])[]): Range {
  const edge = (at: 0 | 1): number | number[] | number[][] => {
    const table = limits.map((row) => row.map((pair) => pair[at]));
    const first = table[0]![0]!;
    if (table.flat().every((value) => value === first)) return first;
    const same = table.every((row) => row.every((value, k) => value === table[0]![k]));
    return same ? table[0]! : table;
  };
  const [min, max] = [edge(0), edge(1)];
  // Both edges of a range take one shape; a plain number fits any.
  return { kind: "fixed", min, max };
}
