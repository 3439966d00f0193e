import type { CrossSimFields } from "./cross-sim-parameters.js";

/** Sizes of the blocks: [outputs per block row, inputs per block column], as CrossSim counts them. */
export type Partition = readonly [outputs: readonly number[], inputs: readonly number[]];

/** How CrossSim cuts a matrix of this shape over its arrays (PHYSICS section 9). */
export function partitionOf(fields: CrossSimFields, outputs: number, inputs: number): Partition {
  return [
    cut(outputs, fields.colsMax, fields.equalColumns, fields.columnPriority),
    cut(inputs, fields.rowsMax, fields.equalRows, fields.rowPriority),
  ];
}

function cut(n: number, limit: number, equal: boolean, priority: readonly number[]): number[] {
  if (limit === 0 || n <= limit) return [n];
  const k = Math.ceil(n / limit);
  const blocks = (size: number) => Array.from({ length: k }, (_, i) => (i < k - 1 ? size : n - (k - 1) * size));
  if (n % k === 0) return blocks(n / k);
  const full = !equal || priority.some((division) => n % (limit / division) === 0);
  return blocks(full ? limit : halfToEven(n / k));
}

/** The tool rounds as Python does. */
function halfToEven(value: number): number {
  const low = Math.floor(value);
  const above = value - low;
  if (above !== 0.5) return above < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}
