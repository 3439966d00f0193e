import type { CrossbarConfigInput } from "../config/schema.js";
import { driveUnit, outputBound, steps } from "./aihwkit-input.js";
import { type IoParameters, member } from "./aihwkit-parameters.js";
import type { NoteBook } from "./note.js";

type Readout = NonNullable<CrossbarConfigInput["readout"]>;
type Output = NonNullable<Readout["output"]>;

const WEIGHT_NOISE = ["NONE", "ADDITIVE_CONSTANT", "PCM_READ"] as const;

/** Outputs on their way to the converters, and these; the tool's currents are full devices times the input bound. */
export function readoutOf(io: IoParameters, path: string, book: NoteBook): Readout {
  return { adc: adcOf(io, path, book), output: outputOf(io, path, book), outputScale: io.out_scale };
}

function adcOf(io: IoParameters, path: string, book: NoteBook): NonNullable<Readout["adc"]> {
  const bound = outputBound(io);
  if (bound === null) return { kind: "none" };
  const range = { kind: "fixed", min: -bound, max: bound } as const;
  const adc = steps(io.out_res, `${path}.out_res`, book);
  if (adc === null) return { kind: "clip", range };
  return { kind: "signMagnitude", ...adc, range, rounding: io.out_sto_round ? "stochastic" : "nearest" };
}

function outputOf(io: IoParameters, path: string, book: NoteBook): Output {
  const unit = driveUnit(io.inp_bound);
  // The tool's scale of the nonlinearity, 1 where outputs have no bound.
  const scale = outputBound(io) ?? 1 / unit;
  const [strength, series] = [Math.abs(io.out_nonlinearity), Math.max(io.r_series, 0)];
  const bends = strength > 0 || (series > 0 && io.slope_calibration > 0);
  return {
    commonWeight: commonWeight(io, path, book),
    offset: io.v_offset_std > 0 ? { kind: "halfNormal", sigma: io.v_offset_std } : { kind: "none" },
    seriesResistance: series * unit,
    weightNoise: weightNoiseOf(io, path),
    nonlinearity: bends
      ? {
          kind: "compressive",
          strength: strength / scale,
          spread: Math.max(io.out_nonlinearity_std, 0),
          slopeAt: io.slope_calibration > 0 ? io.slope_calibration * scale : null,
        }
      : { kind: "none" },
    asymmetry: io.out_asymmetry > 0 ? io.out_asymmetry : 0,
    noise:
      io.out_noise > 0
        ? { kind: "normal", sigma: io.out_noise / unit, spread: Math.max(io.out_noise_std, 0) }
        : { kind: "none" },
  };
}

function commonWeight({ v_offset_w_min, v_offset_std, r_series }: IoParameters, path: string, book: NoteBook): number {
  if (!(v_offset_std > 0) && !(r_series > 0)) return 0;
  if (v_offset_w_min > 0) {
    book.unsupported(`${path}.v_offset_w_min`, v_offset_w_min, "a smallest weight above 0");
    return 0;
  }
  return -v_offset_w_min;
}

function weightNoiseOf({ w_noise, w_noise_type }: IoParameters, path: string): Output["weightNoise"] {
  const kind = member(w_noise_type, WEIGHT_NOISE, `${path}.w_noise_type`);
  if (kind === "NONE" || !(w_noise > 0)) return { kind: "none" };
  return { kind: kind === "PCM_READ" ? "proportional" : "constant", sigma: w_noise };
}
