import type { CrossbarConfig, SlicesConfig, WeightScaleConfig } from "./schema.js";

/** Bits a slice list must hold: the sign of a pair or a single line is not stored; an offset stores it. */
export function neededBits(config: CrossbarConfig): number | null {
  const { bits, representation } = config.weights;
  if (bits === null) return null;
  return representation.kind === "offset" ? bits : bits - 1;
}

/**
 * Bits per slice of positional slices, least significant first.
 *
 * @returns null for analog weights (one slice, continuous cells)
 */
export function positionalBits(slices: SlicesConfig & { kind: "positional" }, needed: number): number[] {
  const { bitsPerSlice, count } = slices;
  if (Array.isArray(bitsPerSlice)) return bitsPerSlice;
  if (bitsPerSlice === null) {
    const n = count ?? 1;
    return Array.from({ length: n }, () => Math.ceil(needed / n));
  }
  return Array.from({ length: count ?? Math.ceil(needed / bitsPerSlice) }, () => bitsPerSlice);
}

/** Number of weight slices a configuration asks for. */
export function sliceCount(config: CrossbarConfig): number {
  const { slices } = config.weights;
  if (slices.kind === "given") return slices.factors.length;
  if (slices.kind === "table") return slices.plus.length;
  if (slices.kind !== "positional") return slices.count;
  const needed = neededBits(config);
  return needed === null ? 1 : positionalBits(slices, needed).length;
}

/** Over what a weight scale is shared. */
export function scalePer(scale: WeightScaleConfig): "matrix" | "output" | "array" | "arrayOutput" {
  if (scale.kind === "given") return Array.isArray(scale.max) ? "output" : "matrix";
  return scale.per;
}
