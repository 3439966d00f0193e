import type { ConversionGroup } from "../model/conversion.js";
import type { Conversion } from "../model/panel-conversion.js";
import { PANEL_COLUMNS } from "../model/panels.js";
import type { Machine } from "../engine/machine.js";
import type { RunObserver } from "../model/programmed.js";
import type { LayerPlan } from "../model/plan.js";

/** Analog values of one kind of conversion, as its ADC really sees them, in full devices. */
export interface ConversionValues {
  readonly rowBlock: number;
  /** Weight slices that end in the conversion. */
  readonly slices: readonly number[];
  /** Cycle, or null where the input slices were accumulated in analog first. */
  readonly inputSlice: number | null;
  /** +1, or −1 for the minus side of a pair subtracted in digital. */
  readonly sign: number;
  /** One per vector and output, unit columns included. */
  readonly values: Float64Array;
}

/** A distribution in numbers small enough to print and plot. */
export interface ConversionProfile extends Omit<ConversionValues, "values"> {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly standardDeviation: number;
  /** Range of the ADC in full devices; null without one. */
  readonly range: readonly [number, number] | null;
  /** Share of the values below and above the range. */
  readonly saturated: readonly [number, number];
  /** Counts over equal bins from min to max. */
  readonly histogram: readonly number[];
}

/** Collects the analog values of every conversion of a run. */
export class ValueCollector {
  readonly #values = new Map<string, { key: Omit<ConversionValues, "values">; parts: Float64Array[] }>();

  constructor(
    private readonly machine: Machine,
    private readonly plan: LayerPlan,
    private readonly accumulated: boolean,
  ) {}

  /** The observer to hand to a run. */
  readonly observe: RunObserver = (_chunk, _driven, at) => (conversion, pulses, tau) => {
    const { group, tile, panel, unit } = conversion;
    const inputSlices = this.accumulated && conversion.converter !== null ? 1 : this.plan.drive.inputSlices;
    const columns = unit ? 1 : Math.min(PANEL_COLUMNS, tile.columns.size - panel * PANEL_COLUMNS);
    const { f32 } = this.machine;
    for (let i = 0; i < inputSlices; i++) {
      const part = new Float64Array((pulses / inputSlices) * columns);
      let at2 = 0;
      for (let pulse = i; pulse < pulses; pulse += inputSlices) {
        const shift = group.baseline * (f32[(tau >>> 2) + pulse] as number);
        const line = (at.lines >>> 2) + pulse * PANEL_COLUMNS;
        for (let m = 0; m < columns; m++) part[at2++] = ((f32[line + m] as number) + shift) / group.levelsPerDevice;
      }
      this.#add(conversion, inputSlices === 1 && this.accumulated ? null : i, part);
    }
  };

  /** What was seen, row blocks outermost. */
  collected(): ConversionValues[] {
    const all = [...this.#values.values()].map(({ key, parts }) => ({ ...key, values: joined(parts) }));
    const order = (v: ConversionValues) => [v.rowBlock, v.slices[0] as number, v.inputSlice ?? 0, -v.sign];
    return all.sort((a, b) => firstDifference(order(a), order(b)));
  }

  #add({ tile, slices, sign, converter }: Conversion, inputSlice: number | null, part: Float64Array): void {
    const side = converter === null ? (sign < 0 ? -1 : 1) : sign;
    const id = [tile.rowBlock, slices.join("+"), inputSlice, side].join("/");
    const known = this.#values.get(id);
    if (known === undefined) {
      this.#values.set(id, { key: { rowBlock: tile.rowBlock, slices, inputSlice, sign: side }, parts: [part] });
    } else known.parts.push(part);
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Sums up what an ADC saw. */
export function profileOf(plan: LayerPlan, seen: ConversionValues, bins: number): ConversionProfile {
  const { values, ...key } = seen;
  const group = plan.groups.findIndex((g: ConversionGroup) => g.slices.includes(seen.slices[0] as number));
  const range = plan.converters[seen.rowBlock]?.[group]?.range ?? null;
  let [min, max, sum, low, high] = [Infinity, -Infinity, 0, 0, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    if (range !== null && value < range[0]) low++;
    if (range !== null && value > range[1]) high++;
  }
  const mean = sum / values.length;
  const histogram = Array.from({ length: bins }, () => 0);
  let square = 0;
  for (const value of values) {
    square += (value - mean) * (value - mean);
    const bin = max === min ? 0 : Math.min(Math.floor(((value - min) / (max - min)) * bins), bins - 1);
    histogram[bin] = (histogram[bin] as number) + 1;
  }
  const count = values.length;
  const standardDeviation = Math.sqrt(square / Math.max(count - 1, 1));
  return { ...key, count, min, max, mean, standardDeviation, range, saturated: [low / count, high / count], histogram };
}
