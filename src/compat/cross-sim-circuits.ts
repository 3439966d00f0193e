import type { CrossbarConfigInput } from "../config/schema.js";
import { type CrossSimFields, type CrossSimParameters, leaf } from "./cross-sim-parameters.js";
import type { Limits } from "./cross-sim-ranges.js";
import type { NoteBook } from "./note.js";

type Adc = NonNullable<NonNullable<CrossbarConfigInput["readout"]>["adc"]>;
type Range = NonNullable<Extract<Adc, { kind: "uniform" }>["range"]>;

const AT = "xbar.adc.mvm";

/** Converters built of capacitors and comparators, by the tool's name for them. */
const KINDS: Readonly<Record<string, "ramp" | "sar" | "pipeline" | "cyclic">> = {
  RampADC: "ramp",
  SarADC: "sar",
  PipelineADC: "pipeline",
  CyclicADC: "cyclic",
};

export function isCircuitModel(model: string): boolean {
  return model in KINDS;
}

/** The tool's converter with its parameters (PHYSICS 5.4); `range` has been made symmetric. */
export function circuitOf(params: CrossSimParameters, fields: CrossSimFields, range: Range, book: NoteBook): Adc {
  const number = (name: string, fallback: number): number => {
    const value = leaf(params, `${AT}.${name}`) ?? fallback;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    book.unsupported(`${AT}.${name}`, value, "expected a finite number");
    return fallback;
  };
  const flag = (name: string): boolean => (leaf(params, `${AT}.${name}`) ?? true) !== false;
  const kind = KINDS[fields.adcModel] as "ramp" | "sar" | "pipeline" | "cyclic";
  const bits = Math.min(Math.max(fields.adcBits, 2), 16);
  if (bits !== fields.adcBits)
    book.unsupported(`${AT}.bits`, fields.adcBits, "converters of this kind have 2 to 16 bits");
  const circuit = { bits, range, gainDb: number("gain_db", 100), comparatorOffset: number("sigma_comparator", 0) };
  if (kind === "ramp") {
    return { kind, ...circuit, symmetricCdac: flag("symmetric_cdac"), capacitorMismatch: number("sigma_capacitor", 0) };
  }
  const groupSize = number("group_size", 8);
  if (kind === "sar") {
    const capacitorMismatch = number("sigma_capacitor", 0);
    if (capacitorMismatch > 0) {
      const reason = "the tool draws the capacitors once for all groups; here every converter has its own";
      book.changed(`${AT}.sigma_capacitor`, capacitorMismatch, reason);
    }
    return { kind, ...circuit, splitCdac: flag("split_cdac"), capacitorMismatch, groupSize };
  }
  const capacitorMismatch = [number("sigma_C1", 0), number("sigma_C2", 0)];
  return { kind, ...circuit, capacitorMismatch, parasiticCapacitance: number("sigma_Cpar", 0), groupSize };
}

/** These models take every range for ±Vref, Vref = max(|min|, |max|): with min = 0 half of the codes are never used (S10). */
export function symmetricLimits([min, max]: Limits, book: NoteBook): Limits {
  const reach = Math.max(Math.abs(min), Math.abs(max));
  const clipped = max < reach || min > -reach;
  if (clipped && min !== 0 && !book.has(`${AT}.calibrated_range`)) {
    const reason = `codes are spread over ±${reach} as in the tool, but it also clips at the nearer end`;
    book.changed(`${AT}.calibrated_range`, [min, max], reason);
  }
  return [-reach, reach];
}
