import { ConfigError } from "../config/errors.js";
import type { CrossbarConfigInput } from "../config/schema.js";
import { type AihwkitConverter, fromAihwkitConverter } from "./aihwkit-converters.js";
import { driveUnit, inputOf } from "./aihwkit-input.js";
import { aihwkitDevice } from "./aihwkit-moments.js";
import { readoutOf } from "./aihwkit-output.js";
import {
  type AihwkitSection,
  type IoParameters,
  ioParameters,
  type MappingParameters,
  mappingParameters,
  member,
} from "./aihwkit-parameters.js";
import { type Note, NoteBook } from "./note.js";

/** The parts of an aihwkit configuration that a forward read sees; other fields are named in the notes. */
export interface AihwkitParameters {
  /** IOParameters of the forward read, or the name of such a class: "StandardIOParameters". */
  readonly forward?: string | AihwkitSection;
  /** MappingParameter. */
  readonly mapping?: AihwkitSection;
  /** Inference noise model; conductances in µS. */
  readonly noise_model?: { readonly model: string; readonly g_max?: number; readonly g_min?: number } | null;
  /** Conductance converter; not SingleDevice, which needs the weights: {@link fromAihwkitConverter}. */
  readonly g_converter?: AihwkitConverter | null;
  /** Name of the drift compensation, or null. */
  readonly drift_compensation?: string | null;
  /** The input range that a layer has learned, where it has one. */
  readonly input_range?: number | null;
  readonly [other: string]: unknown;
}

/** What another tool's parameters become. */
export interface FromAihwkit {
  readonly config: CrossbarConfigInput;
  /** Every field without an exact counterpart, with the reason. */
  readonly notes: readonly Note[];
}

/** Microsiemens of a siemens; dividing by it gives the nearest double. */
const PER_SIEMENS = 1e6;
const KNOWN = ["forward", "mapping", "noise_model", "g_converter", "drift_compensation", "input_range"];
/** Fields that belong to training and the backward pass. */
const TRAINING = ["backward", "update", "device", "modifier", "clip", "remap", "runtime", "tile_class"];
const COMPENSATION = [
  "GlobalDriftCompensation",
  "GlobalDriftCompensationWithExactReference",
  "PerColumnDriftCompensation",
] as const;

/**
 * The configuration of one layer from aihwkit's parameters (version 1.1), fields named as there, enumerations by name.
 *
 * The tool's habits are written out as plain configuration: half-normal voltage offsets, the signed maximum, the last
 * factor of bound management. Where it errs the consistent form is taken and a note of effect `changed` says so.
 * A list of parameters, one per layer, gives a list.
 *
 * @throws {ConfigError} a value of the wrong type, or an enumeration's member that there is none of
 * @example fromAihwkit({ forward: { inp_res: 1 / 254, noise_management: "ABS_MAX" }, mapping: { weight_scaling_omega: 1 } })
 */
export function fromAihwkit(layers: readonly AihwkitParameters[]): FromAihwkit[];
export function fromAihwkit(parameters: AihwkitParameters): FromAihwkit;
export function fromAihwkit(parameters: AihwkitParameters | readonly AihwkitParameters[]): FromAihwkit | FromAihwkit[] {
  if (Array.isArray(parameters)) return parameters.map((layer, i) => oneLayer(layer, `[${i}].`));
  return oneLayer(parameters as AihwkitParameters, "");
}

function oneLayer(parameters: AihwkitParameters, root: string): FromAihwkit {
  if (typeof parameters !== "object" || parameters === null) {
    throw new ConfigError(
      root === "" ? "parameters" : root.slice(0, -1),
      parameters,
      `an object with ${KNOWN.join(", ")}`,
    );
  }
  const book = new NoteBook();
  const path = `${root}forward`;
  const io = ioParameters(parameters.forward ?? {}, path, book);
  const mapping = mappingParameters(parameters.mapping ?? {}, `${root}mapping`, book);
  const { weights, cells } = devicesOf(parameters, root);
  const config: CrossbarConfigInput = {
    weights: { ...weights, scale: scaleOf(mapping) },
    cells,
    array: { ...arrayOf(mapping), irDrop: io.is_perfect ? { kind: "none" } : wiresOf(io) },
    ...(io.is_perfect ? {} : { input: inputOf(io, path, parameters.input_range ?? null, book) }),
    readout: {
      ...(io.is_perfect ? {} : readoutOf(io, path, book)),
      compensation: compensationOf(parameters.drift_compensation ?? null, `${root}drift_compensation`),
    },
  };
  nameTheRest(parameters, io, mapping, root, book);
  return { config, notes: book.notes };
}

function scaleOf({ weight_scaling_omega: omega, weight_scaling_columnwise }: MappingParameters) {
  if (!(omega > 0)) return { kind: "given", max: 1, clip: false } as const;
  const per = weight_scaling_columnwise ? "arrayOutput" : "array";
  return { kind: "absMax", per, largest: omega, clip: false } as const;
}

function arrayOf({ max_input_size, max_output_size }: MappingParameters) {
  const limit = (size: number) => (size > 0 ? size : null);
  return { rows: limit(max_input_size), columns: limit(max_output_size), split: "balanced" } as const;
}

function wiresOf({ ir_drop, ir_drop_g_ratio, inp_bound }: IoParameters) {
  if (!(ir_drop > 0)) return { kind: "none" } as const;
  return { kind: "approximate", factor: ir_drop, wire: ir_drop_g_ratio / driveUnit(inp_bound) } as const;
}

function devicesOf({ noise_model, g_converter }: AihwkitParameters, root: string) {
  if (g_converter?.converter === "SingleDevice") {
    const remedy = "it shifts the weights by their least: use fromAihwkitConverter";
    throw new ConfigError(`${root}g_converter.converter`, "SingleDevice", "a converter that makes pairs", remedy);
  }
  const made = g_converter == null ? {} : fromAihwkitConverter(g_converter, []).config;
  const gMax = noise_model?.g_max ?? g_converter?.args.g_max ?? 25;
  const gMin = noise_model?.g_min ?? g_converter?.args.g_min ?? 0;
  const device = noise_model == null ? {} : aihwkitDevice(noise_model.model.replace(/NoiseModel$/, ""), gMax);
  return { weights: made.weights ?? {}, cells: { gMin: gMin / PER_SIEMENS, gMax: gMax / PER_SIEMENS, ...device } };
}

function compensationOf(
  name: string | null,
  path: string,
): NonNullable<CrossbarConfigInput["readout"]>["compensation"] {
  if (name === null) return { kind: "none" };
  // The tool reads unit vectors through its own noise and converters (S17).
  switch (member(name, COMPENSATION, path)) {
    case "GlobalDriftCompensation":
      return { kind: "global", reading: "measured" };
    case "GlobalDriftCompensationWithExactReference":
      return { kind: "exactReference", reading: "measured" };
    case "PerColumnDriftCompensation":
      return { kind: "perColumn", reading: "measured" };
  }
}

/** Fields that are read but have no say in a forward read, and those that nobody reads. */
function nameTheRest(
  parameters: AihwkitParameters,
  io: IoParameters,
  mapping: MappingParameters,
  root: string,
  book: NoteBook,
): void {
  const forward = `${root}forward`;
  if (!mapping.digital_bias) {
    const reason = "the bias is a column of the array there; append it to the weights, and an input that is always 1";
    book.unsupported(`${root}mapping.digital_bias`, false, reason);
  }
  for (const field of ["weight_scaling_lr_compensation", "learn_out_scaling", "out_scaling_columnwise"] as const) {
    if (mapping[field]) book.ignored(`${root}mapping.${field}`, true, "it concerns training; scales start at 1");
  }
  const given = typeof parameters.forward === "object" ? parameters.forward : {};
  for (const field of ["ir_drop_bs", "ir_drop_rs", "ir_drop_segments", "ir_drop_v_read"] as const) {
    if (field in given) book.unsupported(`${forward}.${field}`, io[field], "the time-resolved IR drop is not modelled");
  }
  for (const [key, value] of Object.entries(parameters)) {
    if (KNOWN.includes(key) || value === undefined || value === null) continue;
    const path = `${root}${key}`;
    if (TRAINING.includes(key)) book.ignored(path, value, "it concerns training and backward reads");
    else if (key === "pre_post" && parameters.input_range != null) book.ignored(path, value, "input_range is given");
    else if (key === "pre_post") book.unsupported(path, value, "what a layer has learned is given as input_range");
    else book.unsupported(path, value, "no field that this adapter knows");
  }
}
