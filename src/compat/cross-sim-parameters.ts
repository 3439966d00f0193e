import { ConfigError } from "../config/errors.js";

/**
 * Reading of CrossSim's parameter tree (3.x) as its JSON export writes it. Enumerations come as integers
 * or as their names; absent fields have the tool's own defaults.
 */
export type CrossSimParameters = Readonly<Record<string, unknown>>;

/** The fields of the tree that decide a result, flattened to what the adapter asks for. */
export interface CrossSimFields {
  readonly style: "balanced" | "bitSliced" | "offset";
  readonly weightBits: number;
  readonly rowsMax: number;
  readonly colsMax: number;
  readonly twoSided: boolean;
  readonly interleaved: boolean;
  readonly subtractInArray: boolean;
  readonly slicedOffset: boolean;
  readonly slices: number;
  readonly unitColumn: boolean;
  readonly weightClip: boolean;
  readonly weightMin: number | null;
  readonly weightMax: number | null;
  readonly weightPercentile: number | null;
  readonly equalRows: boolean;
  readonly equalColumns: boolean;
  /** The tool's names are swapped: `rows_max` bounds inputs, `row_partition_priority` belongs to them. */
  readonly rowPriority: readonly number[];
  readonly columnPriority: readonly number[];
  readonly inputMin: number | null;
  readonly inputMax: number | null;
  readonly inputPercentile: number | null;
  readonly cellBits: number;
  readonly resistanceMin: number;
  readonly resistanceMax: number;
  readonly infiniteOnOff: boolean;
  readonly clipConductance: boolean;
  readonly columnLimit: number;
  readonly adcModel: string;
  readonly adcBits: number;
  readonly adcRange: "calibrated" | "max" | "granular";
  readonly adcCalibrated: readonly (number | readonly number[])[];
  readonly adcPerInputSlice: boolean;
  readonly dacModel: string;
  readonly dacBits: number;
  readonly dacSigned: boolean;
  readonly inputSlicing: boolean;
  readonly inputSliceBits: number;
}

/** The leaf at a dotted path, or undefined. */
export function leaf(params: CrossSimParameters, path: string): unknown {
  let node: unknown = params;
  for (const key of path.split(".")) {
    if (typeof node !== "object" || node === null || Array.isArray(node)) return undefined;
    node = (node as Readonly<Record<string, unknown>>)[key];
  }
  return node;
}

/** Every leaf of the tree with its dotted path; lists are leaves. */
export function leaves(params: CrossSimParameters, prefix = ""): [path: string, value: unknown][] {
  return Object.entries(params).flatMap(([key, value]): [string, unknown][] => {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    const inner = typeof value === "object" && value !== null && !Array.isArray(value);
    return inner ? leaves(value as CrossSimParameters, path) : [[path, value]];
  });
}

/**
 * @throws {ConfigError} for a field of the wrong type or outside its enumeration, with the tool's own path
 */
export function readFields(params: CrossSimParameters): CrossSimFields {
  if (typeof params !== "object" || params === null || Array.isArray(params)) {
    throw new ConfigError("params", params, "CrossSim's parameter tree, an object");
  }
  const read = reader(params);
  const inputs = "core.mapping.inputs.mvm";
  const weights = "core.mapping.weights";
  return {
    style: read.choice("core.style", { BALANCED: "balanced", BITSLICED: "bitSliced", OFFSET: "offset" }, [1, 2, 3], 1),
    weightBits: read.count("core.weight_bits", 0),
    rowsMax: read.count("core.rows_max", 0),
    colsMax: read.count("core.cols_max", 0),
    twoSided: read.choice("core.balanced.style", { ONE_SIDED: false, TWO_SIDED: true }, [1, 2], 1),
    interleaved: read.flag("core.balanced.interleaved_posneg", false),
    subtractInArray: read.flag("core.balanced.subtract_current_in_xbar", true),
    slicedOffset: read.choice("core.bit_sliced.style", { BALANCED: false, OFFSET: true }, [1, 3], 1),
    slices: read.count("core.bit_sliced.num_slices", 2),
    unitColumn: read.choice("core.offset.style", { DIGITAL_OFFSET: false, UNIT_COLUMN_SUBTRACTION: true }, [1, 2], 1),
    weightClip: read.flag(`${weights}.clipping`, true),
    weightMin: read.numberOrNull(`${weights}.min`, null),
    weightMax: read.numberOrNull(`${weights}.max`, null),
    weightPercentile: read.numberOrNull(`${weights}.percentile`, 1),
    equalRows: read.choice(`${weights}.row_partition_strategy`, { MAX: false, EQUAL: true }, [1, 2], 2),
    equalColumns: read.choice(`${weights}.col_partition_strategy`, { MAX: false, EQUAL: true }, [1, 2], 2),
    rowPriority: read.numbers(`${weights}.row_partition_priority`),
    columnPriority: read.numbers(`${weights}.col_partition_priority`),
    inputMin: read.numberOrNull(`${inputs}.min`, -1),
    inputMax: read.numberOrNull(`${inputs}.max`, 1),
    inputPercentile: read.numberOrNull(`${inputs}.percentile`, null),
    cellBits: read.count("xbar.device.cell_bits", 0),
    resistanceMin: read.number("xbar.device.Rmin", 1e3),
    resistanceMax: read.number("xbar.device.Rmax", 1e4),
    infiniteOnOff: read.flag("xbar.device.infinite_on_off_ratio", false),
    clipConductance: read.flag("xbar.device.clip_conductance", false),
    columnLimit: read.number("xbar.array.Icol_max", 0),
    adcModel: read.text("xbar.adc.mvm.model", "IdealADC"),
    adcBits: read.count("xbar.adc.mvm.bits", 0),
    adcRange: read.choice(
      "xbar.adc.mvm.adc_range_option",
      { CALIBRATED: "calibrated", MAX: "max", GRANULAR: "granular" },
      [1, 2, 3],
      1,
    ),
    adcCalibrated: (leaf(params, "xbar.adc.mvm.calibrated_range") ?? []) as CrossSimFields["adcCalibrated"],
    adcPerInputSlice: read.flag("xbar.adc.mvm.adc_per_ibit", false),
    dacModel: read.text("xbar.dac.mvm.model", "IdealDAC"),
    dacBits: read.count("xbar.dac.mvm.bits", 0),
    dacSigned: read.flag("xbar.dac.mvm.signed", true),
    inputSlicing: read.flag("xbar.dac.mvm.input_bitslicing", false),
    inputSliceBits: read.count("xbar.dac.mvm.slice_size", 1),
  };
}

function reader(params: CrossSimParameters) {
  const get = <T>(path: string, fallback: T, allowed: string, holds: (value: unknown) => boolean): T => {
    const value = leaf(params, path);
    if (value === undefined) return fallback;
    if (!holds(value)) throw new ConfigError(`params.${path}`, value, allowed);
    return value as T;
  };
  const finite = (value: unknown) => typeof value === "number" && Number.isFinite(value);
  return {
    flag: (path: string, fallback: boolean) => get(path, fallback, "true or false", (v) => typeof v === "boolean"),
    text: (path: string, fallback: string) => get(path, fallback, "a string", (v) => typeof v === "string"),
    number: (path: string, fallback: number) => get(path, fallback, "a finite number", finite),
    count: (path: string, fallback: number) =>
      get(path, fallback, "a whole number of at least 0", (v) => Number.isSafeInteger(v) && (v as number) >= 0),
    numberOrNull: (path: string, fallback: number | null) =>
      get(path, fallback, "a finite number or null", (v) => v === null || finite(v)),
    numbers: (path: string) =>
      get<readonly number[]>(path, [], "a list of numbers", (v) => Array.isArray(v) && v.every(finite)),
    choice: <T>(path: string, names: Readonly<Record<string, T>>, codes: readonly number[], fallback: number): T => {
      const value = leaf(params, path) ?? fallback;
      const keys = Object.keys(names);
      const at = typeof value === "string" ? keys.indexOf(value) : codes.indexOf(value as number);
      if (at < 0)
        throw new ConfigError(`params.${path}`, value, keys.map((key, i) => `${codes[i]} (${key})`).join(", "));
      return names[keys[at]!] as T;
    },
  };
}
