import type { Curve, CurvePiece } from "../../config/devices/curve.js";
import { SMALLEST_SHARE } from "../../config/devices/pcm.js";
import type { SlicePlan } from "../slices.js";

export const PIECE_FLOATS = 24;
const FIRST_COEFFICIENT = 12;

/** A curve as the kernel reads it, with levels as argument and levels (or plain numbers) as result. */
export interface PackedCurve {
  /** Argument of the curve = scale·level + offset, at least `floor`. */
  readonly scale: number;
  readonly offset: number;
  readonly floor: number;
  readonly pieces: Float32Array;
  readonly count: number;
}

/**
 * Brings a curve into the units of a slice's levels.
 *
 * @param factor  what results are multiplied by beside the change of units
 * @param shift   what is added to results, in levels: −ℓ0 turns conductances into levels
 */
export function packCurve(curve: Curve, slice: SlicePlan, factor = 1, shift = 0): PackedCurve {
  const { gMin, gMax } = slice.cells;
  const unit = curve.argument === "gMax" ? gMax : curve.argument;
  const siemensPerLevel = (gMax - gMin) / slice.levels;
  const result = factor * resultFactor(curve.result, gMax, siemensPerLevel);
  const ends: readonly [number, number] = [gMin / unit, gMax / unit];
  const pieces = new Float32Array(curve.pieces.length * PIECE_FLOATS);
  curve.pieces.forEach((piece, i) => {
    // Only a polynomial of its own can be moved: between pieces the middle of a device's range says nothing.
    const origin = curve.pieces.length === 1 && (piece.poly?.length ?? 0) > 3 ? (ends[0] + ends[1]) / 2 : 0;
    pieces.set(packPiece(piece, origin, result, shift), i * PIECE_FLOATS);
  });
  return {
    scale: siemensPerLevel / unit,
    offset: gMin / unit,
    floor: (SMALLEST_SHARE * gMax) / unit,
    pieces,
    count: curve.pieces.length,
  };
}

/** c0, c1, c2 and bounds of a piece that is c0 + x (c1 + x c2) and nothing else; null: it is something else. */
export function quadraticPiece(piece: Float32Array): readonly [number, number, number, number, number] | null {
  const [, origin, low, high, log, amplitude, , , terms] = piece as unknown as number[];
  const [c0, c1, c2] = piece.subarray(FIRST_COEFFICIENT) as unknown as [number, number, number];
  const plain = origin === 0 && log === 0 && amplitude === 0 && terms === 3 && c2 !== 0;
  return plain ? [c0, c1, c2, low as number, high as number] : null;
}

function resultFactor(result: Curve["result"], gMax: number, siemensPerLevel: number): number {
  if (result === "plain") return 1;
  return ("siemens" in result ? result.siemens : result.shareOfMax * gMax) / siemensPerLevel;
}

function packPiece(piece: CurvePiece, origin: number, factor: number, shift: number): number[] {
  const poly = shifted(piece.poly ?? [0], origin).map((c, i) => c * factor + (i === 0 ? shift : 0));
  const floats = new Array<number>(FIRST_COEFFICIENT).fill(0);
  floats[0] = piece.from ?? -Infinity;
  floats[1] = origin;
  floats[2] = scaledBound(piece.low ?? -Infinity, factor) + shift;
  floats[3] = scaledBound(piece.high ?? Infinity, factor) + shift;
  floats[4] = (piece.log ?? 0) * factor;
  floats[5] = (piece.amplitude ?? 0) * factor;
  floats[6] = piece.power ?? 0;
  floats[7] = piece.rate ?? 0;
  floats[8] = poly.length;
  return [...floats, ...poly];
}

/** Coefficients of p(u + origin) in powers of u: around the middle, high powers stay small and f32 is enough. */
function shifted(poly: readonly number[], origin: number): number[] {
  const c = [...poly];
  for (let i = 0; i < c.length - 1; i++) {
    for (let j = c.length - 2; j >= i; j--) c[j] = (c[j] as number) + origin * (c[j + 1] as number);
  }
  return c;
}

/** No bound stays none, also where a factor is zero. */
function scaledBound(bound: number, factor: number): number {
  return bound - bound === 0 ? bound * factor : bound;
}
