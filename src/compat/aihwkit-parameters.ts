import { ConfigError } from "../config/errors.js";
import type { NoteBook } from "./note.js";

/** One section of an aihwkit configuration: fields as the tool names them, enumerations by name. */
export type AihwkitSection = Readonly<Record<string, unknown>>;

/** Defaults of IOParameters (aihwkit 1.1). */
const IO = {
  is_perfect: false,
  mv_type: "ONE_PASS",
  inp_bound: 1,
  inp_noise: 0,
  inp_res: 1 / 126,
  inp_sto_round: false,
  inp_asymmetry: 0,
  out_bound: 12,
  out_noise: 0.06,
  out_noise_std: 0,
  out_res: 1 / 510,
  out_sto_round: false,
  out_scale: 1,
  out_asymmetry: 0,
  bound_management: "ITERATIVE",
  noise_management: "ABS_MAX",
  w_noise: 0,
  w_noise_type: "NONE",
  ir_drop: 0,
  ir_drop_g_ratio: 1 / 0.35 / 5e-6,
  out_nonlinearity: 0,
  out_nonlinearity_std: 0,
  slope_calibration: 0,
  v_offset_std: 0,
  v_offset_w_min: -1,
  r_series: 0,
  w_read_asymmetry_dtod: 0,
  max_bm_factor: 1000,
  max_bm_res: 0.25,
  bm_test_negative_bound: true,
  nm_thres: 0,
  nm_assumed_wmax: 0.6,
  nm_decay: 1e-3,
  ir_drop_bs: 8,
  ir_drop_rs: 0.15,
  ir_drop_segments: 8,
  ir_drop_v_read: 0.4,
};

/** Defaults of MappingParameter. */
const MAPPING = {
  digital_bias: true,
  weight_scaling_omega: 0,
  weight_scaling_columnwise: false,
  weight_scaling_lr_compensation: false,
  learn_out_scaling: false,
  out_scaling_columnwise: false,
  max_input_size: 512,
  max_output_size: 512,
};

const STANDARD = { inp_res: 1 / 254, out_res: 1 / 254, out_bound: 10, out_noise: 0.04 };

/** Named IO parameters of the tool. */
const NAMED: Readonly<Record<string, Partial<typeof IO>>> = {
  IOParameters: {},
  PresetIOParameters: { inp_res: 1 / 126, out_res: 1 / 510, out_bound: 20, out_noise: 0.1 },
  StandardIOParameters: STANDARD,
  StandardHWATrainingIOParameters: {
    ...STANDARD,
    w_noise: 0.0175,
    w_noise_type: "PCM_READ",
    ir_drop: 1,
    noise_management: "CONSTANT",
    nm_thres: 1,
    bound_management: "NONE",
  },
};

export type IoParameters = typeof IO;
export type MappingParameters = typeof MAPPING;

/**
 * IO parameters with the tool's defaults: an object, or the name of a class.
 *
 * @throws {ConfigError} an unknown name, or a value of another type than the tool's
 */
export function ioParameters(forward: string | AihwkitSection, path: string, book: NoteBook): IoParameters {
  if (typeof forward !== "string") return filled(IO, forward, path, book);
  const named = NAMED[plainName(forward)];
  if (named === undefined)
    throw new ConfigError(path, forward, `one of ${Object.keys(NAMED).join(", ")}, or an object`);
  return { ...IO, ...named };
}

/** Mapping parameters with the tool's defaults. */
export function mappingParameters(mapping: AihwkitSection, path: string, book: NoteBook): MappingParameters {
  return filled(MAPPING, mapping, path, book);
}

function filled<T extends Readonly<Record<string, unknown>>>(
  defaults: T,
  given: AihwkitSection,
  path: string,
  book: NoteBook,
): T {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new ConfigError(path, given, `an object with the keys ${Object.keys(defaults).join(", ")}`);
  }
  const out: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(given)) {
    const known = defaults[key];
    if (known === undefined) {
      book.unsupported(`${path}.${key}`, value, "no field that this adapter knows");
    } else if (typeof value !== typeof known || (typeof value === "number" && Number.isNaN(value))) {
      throw new ConfigError(`${path}.${key}`, value, `a ${typeof known}`);
    } else out[key] = value;
  }
  return out as T;
}

/** `NoiseManagementType.ABS_MAX` → `ABS_MAX`. */
export function plainName(text: string): string {
  return text.slice(text.lastIndexOf(".") + 1);
}

/**
 * A member of an enumeration from its name (`ABS_MAX`) or its text (`AbsMax`), with or without the enumeration's.
 *
 * @throws {ConfigError} a name that is none of them
 */
export function member<const T extends readonly string[]>(text: string, members: T, path: string): T[number] {
  const bare = (name: string) => name.replaceAll("_", "").toLowerCase();
  const found = members.find((name) => bare(name) === bare(plainName(text)));
  if (found === undefined) throw new ConfigError(path, text, `one of ${members.join(", ")}`);
  return found;
}
