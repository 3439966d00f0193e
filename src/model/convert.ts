import type { CrossbarConfig } from "../config/schema.js";
import type { Machine } from "../engine/machine.js";
import { PANEL_COLUMNS } from "./panels.js";
import type { ConversionGroup, Converter } from "./conversion.js";
import type { ConverterStage } from "./converters/stage.js";
import type { Line } from "./line-sums.js";
import type { LineReader } from "./lines.js";
import type { OutputChain } from "./periphery/chain.js";
import type { RangeWatch } from "./periphery/range-watch.js";
import type { Survivors } from "./periphery/survivors.js";
import type { Conversion } from "./panel-conversion.js";
import type { LayerPlan, PairReading } from "./plan.js";
import type { Workspace } from "./workspace.js";

const ACCUMULATOR_BYTES = PANEL_COLUMNS * 8;

/** Everything the conversions of one row block share. */
export interface ReadContext {
  readonly machine: Machine;
  readonly config: CrossbarConfig;
  readonly plan: LayerPlan;
  /** One, or one for each phase where positive and negative inputs are applied apart. */
  readonly readers: readonly LineReader[];
  /** What happens before the conversion; null: nothing. */
  readonly chain: OutputChain | null;
  /** Sees whether a conversion leaves its range; null: nobody asks. */
  readonly watch: RangeWatch | null;
  readonly stage: ConverterStage;
  readonly at: Workspace;
  /** Those that are still read. */
  vectors: number;
  /** Takes vectors out once they are known to be read again; null: all are read to the end. */
  readonly survivors: Survivors | null;
  /** Sees every conversion just before it is made; traces and profiles are made of it. */
  readonly observe: ConversionObserver | null;
}

/**
 * Called with the analog values as the converter sees them: f32 lines [pulses][16] in the workspace, with their τ.
 * Merged accumulators are free for its use.
 */
export type ConversionObserver = (conversion: Conversion, pulses: number, tau: number, stage: ConverterStage) => void;

type SignedLines = readonly (readonly [Line, number])[];

/** Lines that end in one conversion, with their sign in it; one entry per conversion of a weight. */
const CONVERSIONS: Readonly<Record<PairReading, readonly { sign: number; lines: SignedLines }[]>> = {
  single: [{ sign: 1, lines: [["plus", 1]] }],
  difference: [{ sign: 1, lines: [["difference", 1]] }],
  lines: [
    {
      sign: 1,
      lines: [
        ["plus", 1],
        ["minus", -1],
      ],
    },
  ],
  conversions: [
    { sign: 1, lines: [["plus", 1]] },
    { sign: -1, lines: [["minus", 1]] },
  ],
};

const UNIT_CONVERSIONS: (typeof CONVERSIONS)["single"] = [{ sign: 1, lines: [["unit", 1]] }];

/**
 * Converts one panel of one group: analog subtraction and sums where chosen, then the ADC, then Σ_i 2^(s·i)·code_i
 * with the sign of each side (DESIGN 2.2). Without an ADC the sums of the lines themselves.
 *
 * @param into  byte offset of f64 accumulators [vectors][16]; what is there is added to
 */
export function convertPanel(context: ReadContext, target: Omit<Conversion, "sign" | "slices">, into: number): void {
  const { config, plan } = context;
  const { tile, group, converter, panel, unit } = target;
  for (const { sign, lines } of unit ? UNIT_CONVERSIONS : CONVERSIONS[plan.reading]) {
    // Written out: spreading the target took a third of a batch of one.
    const conversion: Conversion = { tile, group, converter, panel, sign, slices: group.slices, unit };
    const { readers, chain } = context;
    const merged =
      target.group.slices.length > 1 ||
      lines.length > 1 ||
      readers.length > 1 ||
      config.readout.inputSlices === "analog";
    const untouched = conversion.converter === null && chain === null && config.readout.adc.kind !== "clip";
    if (untouched) accumulate(context, conversion, lines, into);
    else if (merged) mergeAndConvert(context, conversion, lines, into);
    else {
      const [line] = lines[0] as readonly [Line, number];
      const [reader] = readers as readonly [LineReader];
      const slice = target.group.slices[0] as number;
      reader.read(target.tile, slice, line, target.panel);
      chain?.start(reader.reads);
      chain?.gather(conversion, { reader, slice, line, weight: 1 }, false);
      convertLines(context, conversion, plan.drive.inputSlices, plan.drive.sliceBits, context.at.tau, into);
    }
  }
}

/** The conversion itself: `into` gains sign·Σ_i 2^(s·i)·code_i. */
function convertLines(
  context: ReadContext,
  conversion: Conversion,
  inputSlices: number,
  sliceBits: number,
  tau: number,
  into: number,
): void {
  const { at, vectors, stage } = context;
  context.chain?.apply(conversion, vectors, inputSlices, tau);
  context.watch?.look(conversion, vectors, inputSlices, tau);
  context.observe?.(conversion, vectors * inputSlices, tau, stage);
  stage.convert(conversion, { lines: at.lines, vectors, inputSlices, sliceBits, tau }, into);
}

/** Sums of lines in f64, exact over whole levels: input slices and weight slices with their significance. */
function accumulate(context: ReadContext, conversion: Conversion, lines: SignedLines, into: number): void {
  const { plan, readers, at } = context;
  const { inputSlices, sliceBits } = plan.drive;
  conversion.slices.forEach((slice, i) => {
    for (const [line, polarity] of lines) {
      const weighted = {
        ...conversion,
        slices: [slice],
        sign: (conversion.group.weights[i] as number) * polarity * conversion.sign,
      };
      for (const reader of readers) {
        reader.read(conversion.tile, slice, line, conversion.panel);
        convertLines(context, weighted, inputSlices, sliceBits, at.tau, into);
      }
    }
  });
}

/** Analog sums before one conversion: exact in f64, rounded once to the f32 that the converter sees. */
function mergeAndConvert(context: ReadContext, conversion: Conversion, lines: SignedLines, into: number): void {
  const { machine, config, plan, readers, chain, at, vectors } = context;
  const { tile, group, panel } = conversion;
  const { inputSlices, sliceBits } = plan.drive;
  const accumulated = config.readout.inputSlices === "analog";
  const pulses = accumulated ? vectors : vectors * inputSlices;
  machine.u8.fill(0, at.merged, at.merged + pulses * ACCUMULATOR_BYTES);
  chain?.start(pulses);
  group.slices.forEach((slice, i) => {
    for (const [line, polarity] of lines) {
      const weight = (group.weights[i] as number) * polarity;
      for (const reader of readers) {
        reader.read(tile, slice, line, panel);
        if (accumulated)
          machine.kernels.f64_accumulate_lines(at.merged, at.lines, vectors, inputSlices, sliceBits, weight);
        else machine.kernels.f64_accumulate_lines(at.merged, at.lines, pulses, 1, 0, weight);
        chain?.gather(conversion, { reader, slice, line, weight }, accumulated);
      }
    }
  });
  machine.kernels.f32_round_accumulators(at.lines, at.merged, pulses);
  if (accumulated) convertLines(context, conversion, 1, 0, at.vectorTau, into);
  else convertLines(context, conversion, inputSlices, sliceBits, at.tau, into);
}

/** What the digital side does with the accumulated codes of one group. */
export interface DigitalGroup {
  /** Factor of an accumulated code, or of a sum of levels without ADC. */
  readonly factor: number;
  /** Added to every output of a vector: lower end of the range, gMin baseline, offset code. */
  readonly perVector: Float64Array | null;
}

/**
 * Digital constants of one group (DESIGN 2.2): what a range, gMin and the offset code contribute per vector.
 *
 * The first two cancel between a pair's conversions and against a unit column.
 */
export function digitalGroup(
  config: CrossbarConfig,
  plan: LayerPlan,
  group: ConversionGroup,
  converter: Converter | null,
  last: boolean,
  vectorTau: Float64Array,
): DigitalGroup {
  const factor = converter === null ? group.significance : group.significance * converter.lsb;
  const cancels = plan.reading === "conversions" || plan.unitColumn;
  const pulses = config.readout.inputSlices === "analog" ? 1 : plan.drive.readWeight;
  const constant = converter === null || cancels ? 0 : group.significance * converter.min * pulses;
  const baseline = converter === null || cancels ? 0 : group.significance * group.baseline;
  const zero = last && !plan.unitColumn ? plan.slicing.zeroCode : 0;
  if (constant === 0 && baseline === 0 && zero === 0) return { factor, perVector: null };
  return { factor, perVector: vectorTau.map((tau) => constant - (baseline + zero) * tau) };
}

/** Negated unit-column sums, spread over the lanes: where a panel's accumulators start. */
export function startFromUnit(machine: Machine, accumulators: number, unit: number, vectors: number): void {
  const { f64 } = machine;
  for (let v = 0; v < vectors; v++) {
    const offset = v * PANEL_COLUMNS;
    const start = (accumulators >>> 3) + offset;
    f64.fill(-(f64[(unit >>> 3) + offset] as number), start, start + PANEL_COLUMNS);
  }
}
