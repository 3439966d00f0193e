import type { Bound, LawAdc } from "./reference-config.js";
import { nearest, tieDistance } from "./reference-numbers.js";
import { digit, type LawBlock, type LawProgram, offsetCode, siemensOf } from "./reference-weights.js";

/** Which line of a column: its own, the second of a digitally subtracted pair, or the unit column. */
type Side = "line" | "minus" | "unit";

/** Where a line is read: enough to hand a draw to it. */
export interface LineAddress {
  readonly vector: number;
  readonly rowBlock: number;
  readonly columnBlock: number;
  readonly slice: number;
  readonly inputSlice: number;
  readonly side: Side;
  readonly column: number;
}

export interface ReadOptions {
  /** A standard normal for each line read; absent means no read noise. */
  readonly draw?: (address: LineAddress) => number;
  /** A converter in place of the ideal one: full devices in, full devices out. */
  readonly convert?: (value: number, address: Omit<LineAddress, "vector" | "inputSlice">) => number;
}

export interface Reading {
  /** [vector][output], in the units of W x. */
  readonly outputs: number[][];
  /** [vector][output]: least distance, in LSB, of a conversion (or the vector's DAC) from a tie that would change its code. */
  readonly tie: number[][];
}

interface Drives {
  /** [input slice][row of the block], integers or real inputs. */
  readonly slices: number[][];
  /** Largest drive of one input slice: 2^s - 1, or 1 for real inputs. */
  readonly top: number;
  /** Full code of the input: 2^m - 1, or 1. */
  readonly full: number;
  readonly sliceBits: number;
  /** Input value of one step of the full code. */
  readonly step: number;
  readonly tie: number;
}

/** DESIGN 2.2 in f64. Line currents are in full devices; over ideal cells they come from exact integer sums. */
export function readReference(program: LawProgram, x: ArrayLike<number>, options: ReadOptions = {}): Reading {
  const { inFeatures, outFeatures } = program;
  const batch = x.length / inFeatures;
  const outputs: number[][] = [];
  const tie: number[][] = [];
  for (let vector = 0; vector < batch; vector++) {
    const whole = Array.from({ length: inFeatures }, (_, j) => x[vector * inFeatures + j]!);
    const y = new Array<number>(outFeatures).fill(0);
    const near = new Array<number>(outFeatures).fill(0.5);
    for (const block of program.blocks) {
      const drives = drivesOf(program, whole, block);
      const codes = readBlock(program, block, drives, vector, options);
      block.columns.forEach((output, j) => {
        y[output]! += codes.value[j]! * block.stepOf[j]! * drives.step;
        near[output] = Math.min(near[output]!, codes.tie[j]!, drives.tie);
      });
    }
    outputs.push(y);
    tie.push(near);
  }
  return { outputs, tie };
}

function drivesOf(program: LawProgram, whole: readonly number[], block: LawBlock): Drives {
  const { bits, signed, range, clip, sliceBits } = program.config.input;
  const x = block.rows.map((row) => whole[row]!);
  const largest = (values: readonly number[]) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  let max: number;
  if (range.kind === "absMax") max = largest(range.per === "array" ? x : whole);
  else max = typeof range.max === "object" ? range.max[block.rowBlock]! : range.max!;
  if (max === 0) return { slices: [x.map(() => 0)], top: 1, full: 1, sliceBits: 0, step: 0, tie: 0.5 };
  if (bits === null) {
    const low = signed ? -1 : 0;
    const drive = x.map((v) => (clip ? Math.min(Math.max(v / max, low), 1) : v / max));
    return { slices: [drive], top: 1, full: 1, sliceBits: 0, step: max, tie: 0.5 };
  }
  const magnitudeBits = signed ? bits - 1 : bits;
  const full = 2 ** magnitudeBits - 1;
  let tie = 0.5;
  const codes = x.map((v) => {
    const scaled = (v / max) * full;
    const bounded = signed ? Math.min(Math.abs(scaled), full) : Math.min(Math.max(scaled, 0), full);
    tie = Math.min(tie, tieDistance(bounded));
    return nearest(bounded) * (signed && scaled < 0 ? -1 : 1);
  });
  const width = sliceBits ?? magnitudeBits;
  const count = Math.ceil(magnitudeBits / width);
  const slices = Array.from({ length: count }, (_, i) =>
    codes.map((code) => Math.sign(code) * (Math.floor(Math.abs(code) / 2 ** (width * i)) % 2 ** width)),
  );
  return { slices, top: 2 ** width - 1, full, sliceBits: width, step: max / full, tie };
}

/** The block's digital sums in codes: Σ_n Q t, per column, and how near a tie their conversions came. */
function readBlock(program: LawProgram, block: LawBlock, drives: Drives, vector: number, options: ReadOptions) {
  const { config, slices } = program;
  const { representation } = config.weights;
  const { adc, weightSlices, inputSlices } = config.readout;
  const analogPair = representation.kind === "pair" && representation.subtract === "analog";
  const lines: Side[] =
    representation.kind === "pair" && !analogPair
      ? ["line", "minus"]
      : representation.remove === "unitColumn"
        ? ["line", "unit"]
        : ["line"];
  const delta = slices.map(({ cells }) => 1 - cells.gMin / cells.gMax);
  const ratio = slices.map(
    (s, k) => (s.significance * s.top) / delta[k]! / ((slices[0]!.significance * slices[0]!.top) / delta[0]!),
  );
  const tie = block.columns.map(() => 0.5);

  /** One line, one input slice: full devices at full drive, after noise and the column limit. */
  const line = (k: number, i: number, j: number, side: Side): number => {
    const { plus, minus, unit } = block.levels[k]!;
    const { top, cells } = slices[k]!;
    const t = drives.slices[i]!;
    const floor = (top * cells.gMin) / (cells.gMax - cells.gMin);
    const tau = t.reduce((sum, drive) => sum + drive, 0);
    const sumOf = (level: (row: number) => number) => t.reduce((sum, drive, row) => sum + level(row) * drive, 0);
    const devices = (levels: number) => (levels * delta[k]!) / (top * drives.top);
    const limit = config.readout.columnLimit ?? Number.POSITIVE_INFINITY;
    const limited = (current: number) => Math.min(Math.max(current, -limit), limit);
    const level = (row: number) =>
      side === "unit" ? unit![row]! : side === "minus" ? minus![row]![j]! : plus[row]![j]!;
    const address = { vector, rowBlock: block.rowBlock, columnBlock: block.columnBlock, slice: k, inputSlice: i, side };
    const column = side === "unit" ? block.columns.length : j;
    const noise = (level: (row: number) => number, other?: (row: number) => number): number => {
      if (options.draw === undefined || cells.read === undefined || cells.read.kind === "none") return 0;
      const sigma = cells.read.sigma as number;
      const deviation = (l: number) =>
        cells.read!.kind === "independent" ? sigma : (sigma * siemensOf(slices[k]!, l)) / cells.gMax;
      const variance = (of: (row: number) => number) =>
        t.reduce((sum, drive, row) => sum + (drive * deviation(of(row))) ** 2, 0);
      const both = variance(level) + (other === undefined ? 0 : variance(other));
      return (Math.sqrt(both) / drives.top) * options.draw({ ...address, column });
    };
    if (side !== "line" || !analogPair) return limited(devices(sumOf(level) + floor * tau) + noise(level));
    const other = (row: number) => minus![row]![j]!;
    const difference = sumOf(level) - sumOf(other);
    if (limit === Number.POSITIVE_INFINITY) return devices(difference) + noise(level, other);
    return (
      limited(devices(sumOf(level) + floor * tau)) - limited(devices(sumOf(other) + floor * tau)) + noise(level, other)
    );
  };

  const accumulated = (k: number, j: number, side: Side) =>
    drives.slices.reduce(
      (sum, _, i) => sum + (2 ** (drives.sliceBits * i) * drives.top * line(k, i, j, side)) / drives.full,
      0,
    );

  const convert = (value: number, k: number, j: number, side: Side): number => {
    if (adc.kind === "none") return value;
    if (options.convert !== undefined) {
      const { rowBlock, columnBlock } = block;
      const answer = (v: number) => options.convert!(v, { rowBlock, columnBlock, slice: k, side, column: j });
      // Single precision moves a line by some units in the last place: a step that near is a tie.
      const near = 4e-6 * block.rows.length;
      if (answer(value - near) !== answer(value + near)) tie[j] = 0;
      return answer(value);
    }
    const top = (adc.kind === "signMagnitude" ? 2 ** adc.bits! - 1 : 2 ** adc.bits!) - 1;
    const [low, high] = rangeOf(program, block, adc, top, k, lines.length === 1 && analogPair, ratio);
    const code = value * (top / (high - low)) - (low / (high - low)) * top;
    // Outside the range the clamp decides; a line that carries nothing meets the same offset in every precision.
    if (value !== 0 && code > -0.5 && code < top + 0.5) tie[j] = Math.min(tie[j]!, tieDistance(code));
    return low + (Math.min(Math.max(nearest(code), 0), top) * (high - low)) / top;
  };

  /** Σ_i 2^(s i) times the reading, in levels of slice k times steps of the full input code. */
  const reading = (k: number, j: number, side: Side): number => {
    const levels = slices[k]!.top / delta[k]!;
    if (inputSlices === "analog") return convert(accumulated(k, j, side), k, j, side) * levels * drives.full;
    return drives.slices.reduce(
      (sum, _, i) => sum + 2 ** (drives.sliceBits * i) * convert(line(k, i, j, side), k, j, side) * levels * drives.top,
      0,
    );
  };

  /** The same with the weight slices summed before the converter; in codes, not levels. */
  const summed = (j: number, side: Side): number => {
    const step = (slices[0]!.significance * slices[0]!.top) / delta[0]!;
    if (inputSlices === "analog")
      return (
        convert(
          slices.reduce((sum, _, k) => sum + ratio[k]! * accumulated(k, j, side), 0),
          0,
          j,
          side,
        ) *
        step *
        drives.full
      );
    return drives.slices.reduce(
      (sum, _, i) =>
        sum +
        2 ** (drives.sliceBits * i) *
          convert(
            slices.reduce((s, _slice, k) => s + ratio[k]! * line(k, i, j, side), 0),
            0,
            j,
            side,
          ) *
          step *
          drives.top,
      0,
    );
  };

  const side = (j: number, which: Side) =>
    weightSlices === "analog"
      ? summed(j, which)
      : slices.reduce((sum, slice, k) => sum + slice.significance * reading(k, j, which), 0);

  const total = drives.slices.reduce(
    (sum, t, i) => sum + 2 ** (drives.sliceBits * i) * t.reduce((s, drive) => s + drive, 0),
    0,
  );
  const baseline =
    slices.reduce(
      (sum, slice, k) => sum + (slice.significance * slice.top * (slice.cells.gMin / slice.cells.gMax)) / delta[k]!,
      0,
    ) * total;
  const zero =
    slices.reduce((sum, slice, k) => sum + slice.significance * digit(config, slices, k, offsetCode(config, 0)), 0) *
    total;
  const value = block.columns.map((_, j) => {
    const read = side(j, "line");
    if (lines.includes("minus")) return read - side(j, "minus");
    if (analogPair) return read;
    if (representation.kind === "single") return read - baseline;
    const moved = lines.includes("unit") ? read - side(j, "unit") : read - baseline - zero;
    return config.weights.bits === null ? 2 * moved : moved;
  });
  return { value, tie };
}

/** The range of one conversion, in full devices at full drive. */
function rangeOf(
  program: LawProgram,
  block: LawBlock,
  adc: LawAdc,
  top: number,
  k: number,
  subtracts: boolean,
  ratio: readonly number[],
): [number, number] {
  const { config, slices } = program;
  const range = adc.range!;
  const bipolar = config.input.signed || subtracts;
  if (range.kind === "fixed") return [bound(range.min!, block.rowBlock, k), bound(range.max!, block.rowBlock, k)];
  if (range.kind === "full") {
    const factor = config.readout.weightSlices === "analog" ? ratio.reduce((sum, c) => sum + c, 0) : 1;
    const high = block.rows.length * factor;
    return [bipolar ? -high : 0, high];
  }
  const steps = slices.map(
    (slice, i) =>
      ((1 - slice.cells.gMin / slice.cells.gMax) / slice.top) *
      (config.readout.weightSlices === "analog" ? ratio[i]! : 1),
  );
  const finest = Math.min(...steps);
  return bipolar ? [(-finest * top) / 2, (finest * top) / 2] : [0, finest * top];
}

/** One edge of a range: for all, per slice, or per row block and slice. */
function bound(value: Bound, rowBlock: number, k: number): number {
  if (typeof value === "number") return value;
  const entry = typeof value[0] === "number" ? value : value[rowBlock]!;
  return (entry as readonly number[])[k]!;
}
