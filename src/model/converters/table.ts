import type { AdcConfig } from "../../config/schema.js";
import type { Transfer } from "./transfer.js";

/** A measured transfer: where the code steps up, and what each code stands for, in full devices. */
export interface MeasuredTable {
  readonly edges: readonly number[];
  /** One more than edges. */
  readonly values: readonly number[];
}

/** The tables of a configuration: one for all, or one per weight slice or converter. */
export function measuredTables(adc: AdcConfig & { kind: "table" }): MeasuredTable[] {
  const several = Array.isArray(adc.edges[0]);
  const edges = (several ? adc.edges : [adc.edges]) as number[][];
  const values = (several || adc.values === null ? adc.values : [adc.values]) as number[][] | null;
  return edges.map((list, t) => ({ edges: list, values: values === null ? middles(list) : (values[t] as number[]) }));
}

/** The middle between a code's edges; the outer codes are taken as wide as their neighbours. */
function middles(edges: readonly number[]): number[] {
  const at = (i: number) => edges[i] as number;
  const last = edges.length - 1;
  const inner = edges.slice(1).map((edge, i) => (at(i) + edge) / 2);
  return [at(0) - (at(1) - at(0)) / 2, ...inner, at(last) + (at(last) - at(last - 1)) / 2];
}

/** The table in steps of `step` from `zero`: what the digital side multiplies. */
export function tableTransfer({ edges, values }: MeasuredTable, zero: number, step: number): Transfer {
  return { edges: Float64Array.from(edges), codes: Float64Array.from(values, (value) => (value - zero) / step) };
}
