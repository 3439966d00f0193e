import { ConfigError, ShapeError } from "../config/errors.js";
import type { ArrayConfig } from "../config/schema.js";
import { MAX_ARRAYS } from "./address.js";

/** A run of consecutive rows (inputs) or columns (outputs) that share an array. */
export interface Block {
  readonly start: number;
  readonly size: number;
}

/** How a matrix of `outputs` x `inputs` is spread over arrays of limited size. */
export interface ArraySplit {
  readonly rowBlocks: readonly Block[];
  readonly columnBlocks: readonly Block[];
}

/**
 * Splits a matrix over arrays; no block exceeds its array.
 *
 * @throws {ShapeError} explicit sizes that do not add up to the matrix
 * @throws {ConfigError} an explicit size above the limit, or more arrays than draws can address
 */
export function splitMatrix(array: ArrayConfig, inputs: number, outputs: number): ArraySplit {
  const { split } = array;
  const sizes = (limit: number | null, count: number, side: "rows" | "columns") =>
    typeof split === "string" ? blockSizes(count, limit ?? count, split) : explicit(split[side], limit, count, side);
  const rowBlocks = blocks(sizes(array.rows, inputs, "rows"));
  const columnBlocks = blocks(sizes(array.columns, outputs, "columns"));
  if (rowBlocks.length * columnBlocks.length > MAX_ARRAYS) {
    throw new ConfigError(
      "array",
      `${rowBlocks.length} x ${columnBlocks.length} arrays`,
      `at most ${MAX_ARRAYS} arrays per layer`,
    );
  }
  return { rowBlocks, columnBlocks };
}

/**
 * Sizes of the blocks of `count` lines under `limit`.
 *
 * @example blockSizes(13, 4, "balanced")   // [4, 3, 3, 3]
 * @example blockSizes(13, 5, "even")       // [5, 5, 3]
 * @example blockSizes(13, 6, "fill")       // [6, 6, 1]
 */
export function blockSizes(count: number, limit: number, rule: "balanced" | "even" | "fill"): number[] {
  const parts = Math.ceil(count / limit);
  if (rule === "balanced") {
    const base = Math.floor(count / parts);
    const extra = count - base * parts;
    return Array.from({ length: parts }, (_, i) => base + (i < extra ? 1 : 0));
  }
  const size = rule === "even" ? Math.ceil(count / parts) : limit;
  const full = Math.floor((count - 1) / size);
  return [...Array.from({ length: full }, () => size), count - full * size];
}

function explicit(sizes: number[], limit: number | null, count: number, side: string): number[] {
  const total = sizes.reduce((a, b) => a + b, 0);
  if (total !== count) throw new ShapeError(`array.split.${side}`, sizes, `block sizes that add up to ${count}`);
  if (limit !== null) {
    const at = sizes.findIndex((size) => size > limit);
    if (at >= 0)
      throw new ConfigError(`array.split.${side}[${at}]`, sizes[at], `at most ${limit}, the array's ${side}`);
  }
  return sizes;
}

function blocks(sizes: readonly number[]): Block[] {
  let start = 0;
  return sizes.map((size) => {
    const block = { start, size };
    start += size;
    return block;
  });
}
