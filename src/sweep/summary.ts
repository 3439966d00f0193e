import type { Json } from "./patch.js";
import type { SweepRow } from "./row.js";

/** Rows that agree in the grouping columns, with the spread of one number over them. */
export type Summary = {
  /** Rows with a number; failed rows are left out and counted in `failed`. */
  readonly count: number;
  readonly failed: number;
  readonly mean: number | null;
  /** Sample standard deviation (n − 1); null for fewer than two rows. */
  readonly sd: number | null;
  readonly min: number | null;
  readonly max: number | null;
} & { readonly [column: string]: Json };

/**
 * Mean and spread of a column over all rows that share the entries of `by`, for example over chips.
 *
 * @param by     columns that make a group; groups come in order of their first row
 * @param value  the column to summarise
 * @example summarise(rowsOfSweep, ["adc"], "agreement")
 */
export function summarise(rows: Iterable<SweepRow>, by: readonly string[], value = "accuracy"): Summary[] {
  const groups = new Map<string, SweepRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(by.map((column) => row[column] ?? null));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return Array.from(groups.values(), (group) => {
    const columns = Object.fromEntries(by.map((column) => [column, group[0]![column] ?? null]));
    return { ...columns, ...spread(group.map((row) => row[value])) } as Summary;
  });
}

function spread(values: readonly unknown[]) {
  const numbers = values.filter((x) => typeof x === "number");
  const count = numbers.length;
  const failed = values.length - count;
  if (count === 0) return { count, failed, mean: null, sd: null, min: null, max: null };
  const mean = numbers.reduce((sum, x) => sum + x, 0) / count;
  const squares = numbers.reduce((sum, x) => sum + (x - mean) * (x - mean), 0);
  const sd = count < 2 ? null : Math.sqrt(squares / (count - 1));
  return { count, failed, mean, sd, min: Math.min(...numbers), max: Math.max(...numbers) };
}
