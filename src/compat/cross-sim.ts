import { ConfigError } from "../config/errors.js";
import type { CrossbarConfigInput } from "../config/schema.js";
import { adcOf } from "./cross-sim-converters.js";
import { cellsOf } from "./cross-sim-devices.js";
import { inputOf } from "./cross-sim-inputs.js";
import { nameTheRest } from "./cross-sim-leftovers.js";
import { type CrossSimFields, type CrossSimParameters, readFields } from "./cross-sim-parameters.js";
import { type Partition, partitionOf } from "./cross-sim-partition.js";
import { bitsPerSlice, type Limits } from "./cross-sim-ranges.js";
import { type Note, NoteBook } from "./note.js";

/** What the parameter object does not say. */
export interface CrossSimOptions {
  /** Shape of the matrix. Without it blocks and MAX ranges are left to this library's own rules, and a note says so. */
  readonly outputs?: number;
  readonly inputs?: number;
  /** Block sizes, where the tool reported them: [outputs per block row, inputs per block column]. */
  readonly partition?: Partition;
  /** A layer's calibrated input limits, kept by the tool in a file beside the parameters. */
  readonly inputLimits?: Limits;
  /** A layer's calibrated converter limits, one pair, or one per weight slice. */
  readonly adcLimits?: Limits | readonly Limits[];
}

/** What another tool's parameters become. */
export interface FromCrossSim {
  readonly config: CrossbarConfigInput;
  /** Every field without an exact counterpart, with the reason. */
  readonly notes: readonly Note[];
}

/**
 * The configuration of one layer from CrossSim's parameter object (version 3.x, as its JSON export writes it).
 *
 * The tool's habits are written out as plain configuration: block sizes, ranges with its correction factor, digit
 * widths. Where the tool errs the consistent form is taken and a note of effect `changed` names the difference.
 *
 * A list of parameter objects, one per layer, gives a list; its options are a list too.
 *
 * @throws {ConfigError} for a field outside what the tool itself allows
 * @example const { config, notes } = fromCrossSim(JSON.parse(text), { outputs: 10, inputs: 784 })
 */
export function fromCrossSim(
  layers: readonly CrossSimParameters[],
  options?: readonly CrossSimOptions[],
): FromCrossSim[];
export function fromCrossSim(params: CrossSimParameters, options?: CrossSimOptions): FromCrossSim;
export function fromCrossSim(
  params: CrossSimParameters | readonly CrossSimParameters[],
  options?: CrossSimOptions | readonly CrossSimOptions[],
): FromCrossSim | FromCrossSim[] {
  if (!Array.isArray(params)) return oneLayer(params as CrossSimParameters, (options ?? {}) as CrossSimOptions);
  const list = (options ?? []) as readonly CrossSimOptions[];
  if (list.length > 0 && list.length !== params.length) {
    throw new ConfigError("options", options, `${params.length} entries, one per layer`);
  }
  return params.map((layer, i) => oneLayer(layer, list[i] ?? {}));
}

function oneLayer(params: CrossSimParameters, options: CrossSimOptions): FromCrossSim {
  const fields = readFields(params);
  const book = new NoteBook();
  const partition = checkedPartition(fields, options);
  const input = inputOf(fields, options.inputLimits, book);
  const config: CrossbarConfigInput = {
    weights: weightsOf(fields, book),
    cells: cellsOf(params, fields, book),
    array: arrayOf(fields, partition, book),
    input,
    readout: {
      inputSlices: input.sliceBits != null && !fields.adcPerInputSlice ? "analog" : "digital",
      columnLimit: fields.columnLimit > 0 ? fields.columnLimit : null,
      adc: adcOf(params, fields, partition?.[1] ?? null, options.adcLimits, book),
    },
  };
  if (fields.interleaved && fields.columnLimit > 0) {
    const reason = "the two devices of a pair share one line there, and its current is limited once";
    book.unsupported("core.balanced.interleaved_posneg", true, reason);
  }
  nameTheRest(params, fields, book);
  return { config, notes: book.notes };
}

function weightsOf(fields: CrossSimFields, book: NoteBook): NonNullable<CrossbarConfigInput["weights"]> {
  const scale = scaleOf(fields, book);
  const pair = { kind: "pair", subtract: fields.subtractInArray ? "analog" : "digital" } as const;
  const offset = { kind: "offset", remove: fields.unitColumn ? "unitColumn" : "digital" } as const;
  const { cellBits } = fields;
  if (fields.style === "balanced") {
    if (fields.twoSided) return { bits: null, scale, representation: { ...pair, sides: 2 } };
    return { bits: cellBits === 0 ? null : cellBits + 1, scale, representation: { ...pair, sides: 1 } };
  }
  if (fields.style === "offset") {
    if (cellBits === 1) book.unsupported("xbar.device.cell_bits", 1, "an offset of one bit holds no weight but zero");
    if (cellBits > 0) {
      const reason = `the tool's outputs are too small by (2^${cellBits}-2)/(2^${cellBits}-1); here the gain is one`;
      book.changed("xbar.device.cell_bits", cellBits, reason);
    }
    return { bits: cellBits === 0 ? null : Math.max(cellBits, 2), scale, representation: offset };
  }
  const b = bitsPerSlice(fields);
  if (fields.slicedOffset && fields.unitColumn && b * fields.slices !== fields.weightBits) {
    const reason = `the tool's unit column is right only where ${fields.slices} slices of ${b} bits are ${fields.weightBits} bits; here every slice holds its true digit`;
    book.changed("core.offset.style", "UNIT_COLUMN_SUBTRACTION", reason);
  }
  return {
    bits: fields.weightBits,
    scale,
    representation: fields.slicedOffset ? offset : { ...pair, sides: 1 },
    slices: { kind: "positional", bitsPerSlice: b, count: fields.slices },
  };
}

function scaleOf(fields: CrossSimFields, book: NoteBook): NonNullable<CrossbarConfigInput["weights"]>["scale"] {
  const { weightMin, weightMax, weightPercentile, weightClip: clip } = fields;
  if (weightMax !== null) {
    if (weightMin !== -weightMax) {
      const reason = `limits that are not symmetric change the tool's gain; here ${weightMax} is full scale for both signs`;
      book.changed("core.mapping.weights.min", weightMin, reason);
    }
    return { kind: "given", max: weightMax, clip };
  }
  const share = weightPercentile ?? 1;
  if (share > 1) {
    const reason =
      "a full scale above the largest weight depends on the weights; give mapping.weights.min and max instead";
    book.unsupported("core.mapping.weights.percentile", share, reason);
  }
  if (share >= 1) return { kind: "absMax", per: "matrix", clip };
  return { kind: "percentile", percentile: Math.max(share, 1 - share), per: "matrix", clip };
}

function checkedPartition(fields: CrossSimFields, options: CrossSimOptions): Partition | null {
  const { partition, outputs, inputs } = options;
  if (partition === undefined)
    return outputs === undefined || inputs === undefined ? null : partitionOf(fields, outputs, inputs);
  [outputs, inputs].forEach((size, i) => {
    const sum = partition[i]?.reduce((a, b) => a + b, 0);
    if (size !== undefined && sum !== size) {
      throw new ConfigError(`options.partition[${i}]`, partition[i], `block sizes that add up to ${size}`);
    }
  });
  return partition;
}

function arrayOf(
  fields: CrossSimFields,
  partition: Partition | null,
  book: NoteBook,
): NonNullable<CrossbarConfigInput["array"]> {
  const limit = (max: number, blocks: readonly number[], path: string): number | null => {
    if (max === 0) return null;
    const largest = Math.max(...blocks);
    if (largest <= max) return max;
    // PHYSICS 13, S13: what the tool calls equal parts may end in one that does not fit its array.
    book.changed(
      path,
      max,
      `the tool's last block of ${largest} does not fit the array; the limit is lifted to hold it`,
    );
    return largest;
  };
  if (partition !== null) {
    return {
      rows: limit(fields.rowsMax, partition[1], "core.rows_max"),
      columns: limit(fields.colsMax, partition[0], "core.cols_max"),
      split: { rows: [...partition[1]], columns: [...partition[0]] },
    };
  }
  if (fields.rowsMax > 0 || fields.colsMax > 0) {
    const reason = "block sizes follow this library's rule, since the shape of the matrix was not given";
    book.changed("core.rows_max", fields.rowsMax, reason);
  }
  return {
    rows: fields.rowsMax || null,
    columns: fields.colsMax || null,
    split: fields.equalRows && fields.equalColumns ? "balanced" : "fill",
  };
}
