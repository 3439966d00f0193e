import { ShapeError } from "../config/errors.js";
import type { ExpectedSum } from "../config/management.js";
import type { CrossbarConfig } from "../config/schema.js";
import type { Block } from "./split.js";

/** The vectors of one forward chunk, in the caller's memory. */
export interface InputChunk {
  readonly x: Float32Array;
  readonly features: number;
  /** Number of the first vector in x. */
  readonly first: number;
  readonly count: number;
}

/** Input at full drive of a row block; null where each vector has its own. */
export function inputFullScale(config: CrossbarConfig, rowBlock: number): number | null {
  const { range } = config.input;
  if (range.kind !== "fixed" && range.kind !== "calibrated") return null;
  return Array.isArray(range.max) ? (range.max[rowBlock] as number) : (range.max as number);
}

/** @throws {ShapeError} calibrated input ranges for another number of row blocks */
export function checkInputRange(config: CrossbarConfig, rowBlocks: number): void {
  const { range } = config.input;
  if (range.kind === "calibrated" && Array.isArray(range.max) && range.max.length !== rowBlocks) {
    throw new ShapeError("input.range.max", range.max, `one number, or ${rowBlocks}, one per row block`);
  }
}

/** Whether all row blocks scale their inputs alike. */
export function sharesInputScale(config: CrossbarConfig, rowBlocks: number): boolean {
  const { range } = config.input;
  if (rowBlocks === 1) return true;
  if (range.kind === "expectedSum") return false;
  if (range.kind === "absMax" || range.kind === "signedMax") return range.per === "layer";
  return !Array.isArray(range.max);
}

/** Input at full drive of each vector on one row block; 0: the vector is not applied there and reads as zeros. */
export function inputScales(config: CrossbarConfig, chunk: InputChunk, rows: Block, rowBlock: number): Float64Array {
  const { range } = config.input;
  const given = inputFullScale(config, rowBlock);
  if (given !== null) return new Float64Array(chunk.count).fill(given);
  const whole = (range.kind === "absMax" || range.kind === "signedMax") && range.per === "layer";
  return Float64Array.from({ length: chunk.count }, (_, v) => {
    const start = (chunk.first + v) * chunk.features + (whole ? 0 : rows.start);
    const x = chunk.x.subarray(start, start + (whole ? chunk.features : rows.size));
    if (range.kind === "expectedSum") return expectedRange(range, x);
    if (range.kind === "signedMax") return capped(signedMax(x), range.cap);
    return capped(absMax(x), range.kind === "absMax" ? range.cap : null);
  });
}

/** Range of the expected sum, of one vector on one array. */
export function expectedRange(
  { assumedWeight, bound, largestRatio, cap }: Omit<ExpectedSum, "kind">,
  x: Float32Array,
): number {
  const largest = capped(absMax(x), cap);
  let [positive, negative] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    if (value < 0) negative -= value;
    else positive += value;
  }
  const needed = (Math.max(positive, negative) * assumedWeight) / bound;
  return Math.max(largest, largestRatio === null ? needed : Math.min(needed, largest * largestRatio));
}

function capped(range: number, cap: number | null): number {
  return cap === null ? range : Math.min(range, cap);
}

/** Four apart, for one maximum waits for the one before: 64 vectors of 512 in 0.029 ms instead of 0.052. */
function absMax(x: Float32Array): number {
  const fours = x.length & -4;
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < fours; i += 4) {
    a = Math.max(a, Math.abs(x[i] as number));
    b = Math.max(b, Math.abs(x[i + 1] as number));
    c = Math.max(c, Math.abs(x[i + 2] as number));
    d = Math.max(d, Math.abs(x[i + 3] as number));
  }
  for (let i = fours; i < x.length; i++) a = Math.max(a, Math.abs(x[i] as number));
  return Math.max(a, b, c, d);
}

/** The largest positive value, or 0. */
function signedMax(x: Float32Array): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) most = Math.max(most, x[i] as number);
  return most;
}
