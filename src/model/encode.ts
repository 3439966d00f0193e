import type { CrossbarConfig } from "../config/schema.js";
import { deviceLevel, reachOf, type SlicePlan, type SlicingPlan } from "./slices.js";

/**
 * Target levels of one weight in every slice, before the device errs (DESIGN 2.1, steps 3 to 5).
 *
 * @param code  signed integer code, or w/w_max for analog weights
 * @param out   [slice][side], slices outermost
 */
export type WeightEncoder = (code: number, out: Float64Array) => void;

/** Sides of one weight slice: plus and minus of a pair, or one device. */
export function sidesOf(config: CrossbarConfig): 1 | 2 {
  return config.weights.representation.kind === "pair" ? 2 : 1;
}

/** How a configuration turns codes into levels. */
export function weightEncoder(config: CrossbarConfig, plan: SlicingPlan): WeightEncoder {
  const { representation } = config.weights;
  const { slices } = plan;
  const sides = sidesOf(config);
  const levels = new Float64Array(slices.length);
  const put = (share: number, side: number, out: Float64Array) => {
    magnitude(share, config, plan, levels);
    for (let k = 0; k < slices.length; k++)
      out[k * sides + side] = deviceLevel(levels[k] as number, slices[k] as SlicePlan);
  };
  if (config.weights.slices.kind === "table") return tableEncoder(config, plan);
  if (representation.kind === "single") return (code, out) => put(code / plan.codeMax, 0, out);
  if (representation.kind === "offset") return (code, out) => put(offsetShare(code, config, plan), 0, out);
  const twoSided = representation.sides === 2;
  return (code, out) => {
    const share = code / plan.codeMax;
    put(twoSided ? (1 + share) / 2 : Math.max(share, 0), 0, out);
    put(twoSided ? (1 - share) / 2 : Math.max(-share, 0), 1, out);
  };
}

/** Levels of a device that stands for weight zero; the unit column holds them (true digits: CrossSim errs here, S2). */
export function zeroLevels(config: CrossbarConfig, plan: SlicingPlan): Float64Array {
  const out = new Float64Array(plan.slices.length);
  weightEncoder(config, plan)(0, out);
  return out;
}

/** Share of an offset line's reach: code + 2^(B−1) for digits, half way up for weight zero otherwise. */
function offsetShare(code: number, config: CrossbarConfig, plan: SlicingPlan): number {
  if (config.weights.slices.kind === "positional" && config.weights.bits !== null) {
    return (code + plan.zeroCode) / plan.codeMax;
  }
  return (code / plan.codeMax + 1) / 2;
}

/** Levels of a non-negative share of full scale, one per slice. */
function magnitude(share: number, config: CrossbarConfig, plan: SlicingPlan, out: Float64Array): void {
  const { slices } = plan;
  const { kind } = config.weights.slices;
  if (kind === "positional" && config.weights.bits !== null) digits(share * plan.codeMax, slices, out);
  else if (kind === "fillLowFirst") fill(share, slices, 1, out);
  else if (kind === "fillHighFirst" || kind === "residual") fill(share, slices, -1, out);
  else for (let k = 0; k < slices.length; k++) out[k] = share * (slices[k] as SlicePlan).levels;
}

/** Base-(L+1) digits of a whole number, least significant first; bits beyond the slices are an error upstream. */
function digits(code: number, slices: readonly SlicePlan[], out: Float64Array): void {
  let rest = Math.floor(code + 0.5);
  for (let k = 0; k < slices.length; k++) {
    const base = (slices[k] as SlicePlan).levels + 1;
    out[k] = rest % base;
    rest = Math.floor(rest / base);
  }
}

/** Fills one slice after the other up to its reach: the lowest first as aihwkit's NPair, or the highest first. */
function fill(share: number, slices: readonly SlicePlan[], direction: 1 | -1, out: Float64Array): void {
  let rest = share * reachOf(slices);
  for (let i = 0; i < slices.length; i++) {
    const k = direction === 1 ? i : slices.length - 1 - i;
    const { significance, levels } = slices[k] as SlicePlan;
    const level = Math.min(Math.max(rest / significance, 0), levels);
    out[k] = level;
    rest -= level * significance;
  }
}

/** Linear interpolation of the user's conductance tables (aihwkit CustomPair). */
function tableEncoder(config: CrossbarConfig, plan: SlicingPlan): WeightEncoder {
  const tables = config.weights.slices as { plus: number[][]; minus: number[][] };
  const last = (tables.plus[0] as number[]).length - 1;
  return (code, out) => {
    const at = (Math.min(Math.max(code / plan.codeMax, -1), 1) + 1) * 0.5 * last;
    const below = Math.min(Math.floor(at), last - 1);
    plan.slices.forEach((slice, k) => {
      const { gMin, gMax } = slice.cells;
      for (const [side, table] of [tables.plus[k] as number[], tables.minus[k] as number[]].entries()) {
        const low = table[below] as number;
        const g = low + ((table[below + 1] as number) - low) * (at - below);
        out[k * 2 + side] = deviceLevel((slice.levels * (g - gMin)) / (gMax - gMin), slice);
      }
    });
  };
}
