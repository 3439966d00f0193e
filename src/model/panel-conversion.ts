import { SIDE } from "./address.js";
import type { ConversionGroup, Converter } from "./conversion.js";
import type { TilePlan } from "./plan.js";

/** One panel's worth of conversions: which, and where their analog values lie. */
export interface Conversion {
  readonly tile: TilePlan;
  readonly group: ConversionGroup;
  readonly converter: Converter | null;
  readonly panel: number;
  /** Factor in the accumulated sum: −1 for the minus side of a pair subtracted in digital; without an ADC the line's. */
  readonly sign: number;
  /** Weight slices that are in it. */
  readonly slices: readonly number[];
  readonly unit: boolean;
}

/** The line a conversion belongs to; a pair subtracted in analog has those of the plus side. */
export function sideOf({ unit, sign }: Conversion): number {
  return unit ? SIDE.unit : sign < 0 ? SIDE.minus : SIDE.plus;
}
