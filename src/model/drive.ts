import type { CrossbarConfig } from "../config/schema.js";
import { powerOfTwo } from "./rounding.js";

/** What drives the rows, and with it which sum is the law (DESIGN 5.1). */
export interface DrivePlan {
  /** "bits": 0, 1 (and −1), one read each; "codes": whole numbers 0…D; "real": anything. */
  readonly kind: "bits" | "codes" | "real";
  readonly signed: boolean;
  /** Largest DAC code; 1 for real inputs. */
  readonly codeMax: number;
  /** D: largest drive of one read. */
  readonly driveMax: number;
  /** K: reads per vector. */
  readonly inputSlices: number;
  /** Bits per read; 0 where the whole code or a real value is applied at once. */
  readonly sliceBits: number;
  /** Σ_i 2^(s·i): what a constant in every read adds to a vector's sum. */
  readonly readWeight: number;
  /** Whether codes round up with a probability equal to the fraction. */
  readonly stochastic: boolean;
  /** Whether noise or asymmetry takes the drives off whole numbers. */
  readonly perturbed: boolean;
}

export function planDrive(config: CrossbarConfig): DrivePlan {
  const { bits, signed, sliceBits, levels, noise, asymmetry } = config.input;
  const perturbed = noise > 0 || asymmetry !== 0;
  if (bits === null) {
    return {
      kind: "real",
      signed,
      codeMax: 1,
      driveMax: 1,
      inputSlices: 1,
      sliceBits: 0,
      readWeight: 1,
      stochastic: false,
      perturbed,
    };
  }
  const magnitudeBits = signed ? bits - 1 : bits;
  const codeMax = levels === null ? powerOfTwo(magnitudeBits) - 1 : signed ? (levels - 1) / 2 : levels - 1;
  const width = sliceBits ?? magnitudeBits;
  const inputSlices = Math.ceil(magnitudeBits / width);
  let readWeight = 0;
  for (let i = 0; i < inputSlices; i++) readWeight += powerOfTwo(width * i);
  return {
    kind: width === 1 && !perturbed ? "bits" : "codes",
    signed,
    codeMax,
    driveMax: Math.min(powerOfTwo(width) - 1, codeMax),
    inputSlices,
    sliceBits: width,
    readWeight,
    stochastic: config.input.rounding === "stochastic",
    perturbed,
  };
}
