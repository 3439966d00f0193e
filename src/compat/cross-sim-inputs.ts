import type { CrossbarConfigInput } from "../config/schema.js";
import type { CrossSimFields } from "./cross-sim-parameters.js";
import type { Limits } from "./cross-sim-ranges.js";
import type { NoteBook } from "./note.js";

type Input = NonNullable<CrossbarConfigInput["input"]>;

/**
 * The tool scales inputs by (signed ? 2 : 1)/(max - min) and never shifts them. Its `clipping` is not read (S35):
 * without DAC bits nothing clips, with them everything does.
 */
export function inputOf(fields: CrossSimFields, limits: Limits | undefined, book: NoteBook): Input {
  const { dacModel, dacSigned: signed, dacBits, inputSlicing } = fields;
  const range = inputRange(fields, limits, book);
  if (dacModel === "IdealDAC" || dacBits === 0) {
    if (inputSlicing) book.unsupported("xbar.dac.mvm.input_bitslicing", true, "real inputs have no bits to slice");
    return { bits: null, signed, range, clip: false };
  }
  if (dacModel === "QuantizerDAC" && signed) {
    const reason = "a signed uniform DAC has no zero level; signed codes are sign and magnitude here";
    book.unsupported("xbar.dac.mvm.model", dacModel, reason);
  } else if (dacModel === "SignMagnitudeDAC") {
    book.changed(
      "xbar.dac.mvm.model",
      dacModel,
      "the tool rounds ties to odd codes; here the magnitude's go to even ones",
    );
  } else if (dacModel !== "QuantizerDAC") {
    book.unsupported("xbar.dac.mvm.model", dacModel, "no such DAC here");
  }
  if (dacBits > 16) book.unsupported("xbar.dac.mvm.bits", dacBits, "inputs have at most 16 bits here");
  const bits = Math.min(Math.max(dacBits, signed ? 2 : 1), 16);
  const magnitude = signed ? bits - 1 : bits;
  // A slice wider than the code is the whole code in one read.
  return { bits, signed, range, sliceBits: inputSlicing ? Math.min(fields.inputSliceBits, magnitude) : null };
}

function inputRange(fields: CrossSimFields, limits: Limits | undefined, book: NoteBook): Input["range"] {
  const { dacSigned: signed, inputPercentile } = fields;
  if (limits === undefined && inputPercentile !== null) {
    if (inputPercentile !== 1) {
      const reason = "an input scale from a percentile of each call; give limits, or percentile 1";
      book.unsupported("core.mapping.inputs.mvm.percentile", inputPercentile, reason);
    }
    const half = signed ? "" : " and wastes half of an unsigned DAC's range";
    const reason = `the tool scales a whole call by its largest input${half}; here each vector has its own scale`;
    book.changed("core.mapping.inputs.mvm.percentile", inputPercentile, reason);
    return { kind: "absMax", per: "layer" };
  }
  const min = limits?.[0] ?? fields.inputMin ?? -1;
  const max = limits?.[1] ?? fields.inputMax ?? 1;
  const full = signed ? (max - min) / 2 : max - min;
  const plain = signed ? min === -max : min === 0;
  if (!plain && fields.dacBits !== 0 && fields.dacModel !== "IdealDAC") {
    const allowed = signed ? "[-max, max]" : "[0, max]";
    book.unsupported("core.mapping.inputs.mvm.min", min, `the codes of a DAC cover ${allowed} here`);
  }
  return { kind: "fixed", max: full };
}
