import { convertsSigned, edgeAt } from "../config/adcChecks.js";
import { ConfigError } from "../config/errors.js";
import type { AdcConfig, CrossbarConfig } from "../config/schema.js";
import { isCircuit } from "./converters/circuits.js";
import { measuredTables } from "./converters/table.js";
import type { DrivePlan } from "./drive.js";
import { powerOfTwo } from "./rounding.js";
import type { SlicePlan } from "./slices.js";

/** What one ADC sees: one weight slice, or the analog sum of all of them, in units of the first one's levels. */
export interface ConversionGroup {
  /** Indices of the weight slices that end in this conversion. */
  readonly slices: readonly number[];
  /** Factor of each slice in the analog sum, relative to the first. */
  readonly weights: readonly number[];
  /** Significance of the group in the digital sum. */
  readonly significance: number;
  /** Levels·drive that one full device carries: L·D/Δ of the first slice. */
  readonly levelsPerDevice: number;
  /** ℓ0 as this conversion sees it; 0 where it cancels. */
  readonly baseline: number;
  /** F: full devices of one row, Σ c_k. */
  readonly devicesPerRow: number;
}

/**
 * Constants of a conversion: code = clamp(nearest(fl(fl(n·q) + fl(fl(τ·p) + o))), 0, top).
 *
 * Converters with a transfer of their own (converters/) share min, lsb and range; for them q, p and o are those of the
 * ideal converter in their place.
 */
export interface Converter {
  readonly q: number;
  readonly p: number;
  readonly o: number;
  readonly top: number;
  /** One LSB in levels·drive; value = min + code·lsb. */
  readonly lsb: number;
  /** Value of code 0 in levels·drive. */
  readonly min: number;
  /** The same two in full devices. */
  readonly zero: number;
  readonly step: number;
  /** The range as chosen, in full devices. */
  readonly range: readonly [number, number];
  /** Whether edges are given in full devices, and the range follows from them. */
  readonly measured: boolean;
}

/** Groups the weight slices by the conversion they end in (DESIGN 2.2). */
export function conversionGroups(
  config: CrossbarConfig,
  slices: readonly SlicePlan[],
  drive: DrivePlan,
): ConversionGroup[] {
  const { representation } = config.weights;
  const cancels = representation.kind === "pair" && representation.subtract === "analog";
  const pulse = config.readout.inputSlices === "analog" ? drive.codeMax : drive.driveMax;
  const group = (members: number[]): ConversionGroup => {
    const first = slices[members[0] as number] as SlicePlan;
    const weights = members.map((k) => (slices[k] as SlicePlan).significance / first.significance);
    const baseline = members.reduce((sum, k, i) => sum + (weights[i] as number) * (slices[k] as SlicePlan).baseline, 0);
    const ratio = (s: SlicePlan) => Math.abs(s.significance * s.levels) / s.delta;
    return {
      slices: members,
      weights,
      significance: first.significance,
      levelsPerDevice: (first.levels * pulse) / first.delta,
      baseline: cancels ? 0 : baseline,
      devicesPerRow: members.reduce((sum, k) => sum + ratio(slices[k] as SlicePlan) / ratio(first), 0),
    };
  };
  const all = slices.map((_, k) => k);
  return config.readout.weightSlices === "analog" ? [group(all)] : all.map((k) => group([k]));
}

/** Converters with a range that is chosen. */
type Ranged = Exclude<AdcConfig, { kind: "none" } | { kind: "table" }>;

/** Number of output codes; Infinity where there are no steps. */
export function codeCount(adc: Exclude<AdcConfig, { kind: "none" }>): number {
  if (adc.kind === "clip") return Infinity;
  if (adc.kind === "table") return (measuredTables(adc)[0]?.values ?? []).length;
  if ((adc.kind === "uniform" || adc.kind === "signMagnitude") && adc.levels !== null) return adc.levels;
  return powerOfTwo(adc.bits) - (adc.kind === "signMagnitude" ? 1 : 0);
}

/**
 * Converter of one conversion group over one row block; null without an ADC, and where it has no steps.
 *
 * The codes of an ideal converter reach from min to max; those of a circuit are the middles of equal parts of the range.
 *
 * @throws {ConfigError} ranges given for another number of row blocks
 */
export function planConverter(
  config: CrossbarConfig,
  group: ConversionGroup,
  groupIndex: number,
  slices: readonly SlicePlan[],
  rowBlock: number,
  rows: number,
): Converter | null {
  const { adc } = config.readout;
  if (adc.kind === "none" || adc.kind === "clip") return null;
  if (adc.kind === "table") return measuredConverter(adc, group, groupIndex);
  const codes = codeCount(adc);
  const range = chooseRange(config, adc, group, groupIndex, slices, rowBlock, rows, codes);
  const [min, max] = range;
  if (isCircuit(adc)) {
    const step = (max - min) / codes;
    return converterOf(group, min + step / 2, step, codes, range, false);
  }
  const step = (max - min) / (codes - 1);
  const o = Math.fround((-min * (codes - 1)) / (max - min));
  return { ...converterOf(group, min, step, codes, range, false), o };
}

/** Range of a conversion without steps, in full devices; null where there is an ADC, or nothing. */
export function planClip(
  config: CrossbarConfig,
  group: ConversionGroup,
  groupIndex: number,
  slices: readonly SlicePlan[],
  rowBlock: number,
  rows: number,
): readonly [number, number] | null {
  const { adc } = config.readout;
  if (adc.kind !== "clip") return null;
  return chooseRange(config, adc, group, groupIndex, slices, rowBlock, rows, Infinity);
}

/** Numbers of a measured table count mean steps from its lowest value. */
function measuredConverter(adc: AdcConfig & { kind: "table" }, group: ConversionGroup, groupIndex: number): Converter {
  const tables = measuredTables(adc);
  const { values } = tables[adc.per === "slice" && tables.length > 1 ? groupIndex : 0] as { values: readonly number[] };
  const [min, max] = [values[0] as number, values[values.length - 1] as number];
  return converterOf(group, min, (max - min) / (values.length - 1), values.length, [min, max], true);
}

function converterOf(
  group: ConversionGroup,
  zero: number,
  step: number,
  codes: number,
  range: readonly [number, number],
  measured: boolean,
): Converter {
  const lsb = step * group.levelsPerDevice;
  const q = 1 / lsb;
  return {
    q: Math.fround(q),
    p: Math.fround(q * group.baseline),
    o: Math.fround(-zero / step),
    top: codes - 1,
    lsb,
    min: zero * group.levelsPerDevice,
    zero,
    step,
    range,
    measured,
  };
}

/**
 * Refuses ranges per row block that are not one row for each.
 *
 * @throws {ConfigError}
 */
export function checkRangeRows(config: CrossbarConfig, rowBlocks: number): void {
  const { adc } = config.readout;
  if (!("range" in adc) || !("min" in adc.range)) return;
  const { min, max } = adc.range;
  for (const [name, edge] of Object.entries({ min, max })) {
    if (Array.isArray(edge) && Array.isArray(edge[0]) && edge.length !== rowBlocks) {
      throw new ConfigError(`readout.adc.range.${name}`, edge, `${rowBlocks} lists of ranges, one per row block`);
    }
  }
}

function chooseRange(
  config: CrossbarConfig,
  adc: Ranged,
  group: ConversionGroup,
  groupIndex: number,
  slices: readonly SlicePlan[],
  rowBlock: number,
  rows: number,
  codes: number,
): readonly [number, number] {
  const signed = convertsSigned(config);
  switch (adc.range.kind) {
    case "full": {
      const reach = rows * group.devicesPerRow;
      return signed ? [-reach, reach] : [0, reach];
    }
    case "granular": {
      // An analog sum is counted in levels of its first slice; apart, the finest slice sets one LSB for all.
      const counted = config.readout.weightSlices === "analog" ? slices.slice(0, 1) : slices;
      const finest = counted.reduce((least, s) => Math.min(least, s.delta / s.levels), Infinity);
      // The middles of a circuit's codes lie on whole levels, zero among them.
      if (isCircuit(adc)) {
        const below = (signed ? codes / 2 : 0) + 0.5;
        return [-finest * below, finest * (codes - below)];
      }
      const reach = finest * (codes - 1);
      return signed ? [-reach / 2, reach / 2] : [0, reach];
    }
    case "calibrated":
    case "fixed": {
      const { min, max } = adc.range;
      return [edgeAt(min, rowBlock, groupIndex), edgeAt(max, rowBlock, groupIndex)];
    }
  }
}
