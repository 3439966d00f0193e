import type { CrossbarConfig } from "../config/schema.js";
import { neededBits } from "../config/significance.js";
import type { ConversionGroup } from "../model/conversion.js";
import type { LayerPlan } from "../model/plan.js";
import type { SlicePlan } from "../model/slices.js";

/** One conversion range of a layer, in full devices and in levels under full drive. */
export interface RangeDescription {
  readonly rowBlock: number;
  /** Weight slices that end in this conversion. */
  readonly slices: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly codes: number;
  /** One LSB in levels of the first slice, at full drive. */
  readonly lsbLevels: number;
}

/** What a layer is made of, for people and reports. */
export interface LayerDescription {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly chip: number;
  readonly layer: number;
  readonly weightBits: number | null;
  /** Bits that the slices must hold between them; null for analog weights. */
  readonly neededBits: number | null;
  readonly slices: readonly { readonly bits: number; readonly levels: number; readonly significance: number }[];
  readonly rowBlocks: readonly number[];
  readonly columnBlocks: readonly number[];
  readonly arrays: number;
  readonly devicesPerWeight: number;
  readonly devices: number;
  readonly lines: number;
  readonly inputSlices: number;
  readonly conversionsPerVector: number;
  readonly ranges: readonly RangeDescription[];
  /** Step of the level grid that makes sums exact, per slice of the first tile; 0 where there is none. */
  readonly levelGrid: readonly number[];
  readonly warnings: readonly string[];
}

export function describeLayer(
  config: CrossbarConfig,
  plan: LayerPlan,
  address: { chip: number; layer: number },
): LayerDescription {
  const { slices } = plan.slicing;
  const sides = plan.reading === "single" ? 1 : 2;
  const unit = plan.unitColumn ? 1 : 0;
  const cells = plan.tiles.reduce((sum, t) => sum + t.rows.size * (t.columns.size * sides + unit), 0);
  const lines = plan.tiles.reduce((sum, t) => sum + t.columns.size * sides + unit, 0);
  const converted = plan.reading === "conversions" ? 2 : 1;
  const phases = config.input.signs === "digitalSum" ? 2 : 1;
  const perLine = (config.readout.inputSlices === "analog" ? 1 : plan.drive.inputSlices) * phases;
  const conversions =
    plan.tiles.reduce((sum, t) => sum + t.columns.size * converted + unit, 0) * plan.groups.length * perLine;
  const ranges = describeRanges(plan);
  return {
    inFeatures: plan.inputs,
    outFeatures: plan.outputs,
    ...address,
    weightBits: config.weights.bits,
    neededBits: neededBits(config),
    slices: slices.map(({ bits, levels, significance }) => ({ bits, levels, significance })),
    rowBlocks: plan.split.rowBlocks.map((b) => b.size),
    columnBlocks: plan.split.columnBlocks.map((b) => b.size),
    arrays: plan.tiles.length * slices.length * sides,
    devicesPerWeight: slices.length * sides,
    devices: cells * slices.length,
    lines: lines * slices.length,
    inputSlices: plan.drive.inputSlices,
    conversionsPerVector: config.readout.adc.kind === "none" ? 0 : conversions,
    ranges,
    levelGrid: plan.tiles[0]?.grids.map((g) => g.step) ?? [],
    warnings: warnings(config, plan, ranges),
  };
}

function describeRanges(plan: LayerPlan): RangeDescription[] {
  return plan.converters.flatMap((groups, rowBlock) =>
    groups.flatMap((converter, g) => {
      if (converter === null) return [];
      const { slices } = plan.groups[g] as ConversionGroup;
      const [min, max] = converter.range;
      const levelsPerDevice = (plan.groups[g] as ConversionGroup).levelsPerDevice;
      const first = plan.slicing.slices[slices[0] as number] as SlicePlan;
      const lsbLevels = (converter.lsb / levelsPerDevice) * (first.levels / first.delta);
      return [{ rowBlock, slices, min, max, codes: converter.top + 1, lsbLevels }];
    }),
  );
}

function warnings(config: CrossbarConfig, plan: LayerPlan, ranges: readonly RangeDescription[]): string[] {
  const out: string[] = [];
  const { adc } = config.readout;
  if (adc.kind !== "none" && adc.kind !== "clip" && config.weights.bits !== null) {
    const worst = ranges.reduce<RangeDescription | null>(
      (w, r) => (w === null || r.lsbLevels > w.lsbLevels ? r : w),
      null,
    );
    if (worst !== null && worst.lsbLevels > 1) {
      const rows = plan.split.rowBlocks[worst.rowBlock]?.size;
      const span = worst.min === 0 ? `0..${worst.max}` : `${worst.min}..${worst.max}`;
      out.push(
        `${adc.kind === "table" ? `${worst.codes} codes` : `${adc.bits} bits`} over ${span} full devices (${rows} rows): one LSB is ${printed(worst.lsbLevels)} levels of slice ${worst.slices[0]}`,
      );
    }
  }
  const needed = neededBits(config);
  const held = plan.slicing.slices.reduce((sum, s) => sum + s.bits, 0);
  if (needed !== null && held > needed) {
    out.push(`slices hold ${held} bits, the weights need ${needed}: the top slice uses part of its range only`);
  }
  const coarse = plan.slicing.slices.find((s) => s.cells.levels !== null && s.cells.levels <= s.levels);
  if (coarse !== undefined) {
    out.push(
      `devices with ${coarse.cells.levels} levels hold digits of ${coarse.levels + 1}: weights are rounded again`,
    );
  }
  return out;
}

function printed(x: number): string {
  return String(Math.floor(x * 100 + 0.5) / 100);
}
