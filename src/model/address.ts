import { ConfigError } from "../config/errors.js";

/**
 * Where a random draw lives (DESIGN 5.3). A draw is a pure function of its address, so no schedule,
 * batch cut or worker count can change it.
 *
 *     word 0   element >>> 2
 *     word 1   array·16 │ side·2 │ slice·6 │ input slice or attempt·8      low bits first
 *     word 2   sample, low 32
 *     word 3   sample high·6 │ layer·14 │ pass·6 │ purpose·6               low bits first
 *     key      chip, read (0 while programming)
 */

/** What a draw is for. A closed list: numbers are never reused or renumbered. */
export const PURPOSE = {
  programmingError: 0,
  lineReadNoise: 1,
  cellReadNoise: 2,
  dacRounding: 3,
  adcRounding: 4,
  driftExponent: 5,
  driftNoise: 6,
  inputNoise: 7,
  outputNoise: 8,
  converterMismatch: 9,
  comparatorOffset: 10,
  stuckAt: 11,
  verifyRead: 12,
  outputParameterSpread: 13,
  userData: 14,
  cellMoments: 15,
} as const;

export type Purpose = (typeof PURPOSE)[keyof typeof PURPOSE];

/** Side field: the line a draw belongs to. A pair subtracted in analog draws on the plus side. */
export const SIDE = { plus: 0, minus: 1, unit: 2 } as const;

/** Which draws a chunk of reads makes. */
export interface ReadAddress {
  readonly chip: number;
  readonly read: number;
  readonly layer: number;
  /** Sample number of the chunk's first vector. */
  readonly sample: number;
  /** Which vectors these are, counted from `sample`; without it they follow one another. */
  readonly vectors?: readonly number[];
  /** Round of bound management, or phase of one; default 0. */
  readonly pass?: number;
}

export const MAX_ARRAYS = 1 << 16;
export const MAX_SLICES = 1 << 6;
export const MAX_LAYERS = 1 << 14;
const MAX_SAMPLE = (1 << 30) * 256;

export function word1(array: number, side: number, slice: number, inputSlice = 0): number {
  return (array | (side << 16) | (slice << 18) | (inputSlice << 24)) >>> 0;
}

export function word3(layer: number, purpose: Purpose, sampleHigh = 0, pass = 0): number {
  return (sampleHigh | (layer << 6) | (pass << 20) | (purpose << 26)) >>> 0;
}

/** Splits a sample number into the words that hold it. */
export function sampleWords(sample: number): { low: number; high: number } {
  return { low: (sample % 4294967296) >>> 0, high: Math.floor(sample / 4294967296) };
}

/** @throws {ConfigError} a seed, layer number or sample beyond its field */
export function checkSeed(path: string, value: unknown): number {
  return checkField(path, value, 4294967296);
}

export function checkLayerNumber(path: string, value: unknown): number {
  return checkField(path, value, MAX_LAYERS);
}

export function checkSample(path: string, value: unknown): number {
  return checkField(path, value, MAX_SAMPLE);
}

function checkField(path: string, value: unknown, below: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value < below) return value;
  throw new ConfigError(path, value, `integer in 0..${below - 1}`);
}
