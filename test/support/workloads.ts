import type { CrossbarConfigInput } from "../../src/config/schema.js";
import type { Engine } from "../../src/index.js";
import { digest } from "./digest.js";
import { realNumbers } from "./scene.js";

/**
 * Layers whose every bit is remembered: between them they run each kernel, draw for each purpose and take each path
 * of the law. Names are keys of test/golden/checksums.json; a workload is added, never changed.
 */
const bits = (n: number, sliceBits: number | null = 1) => ({ bits: n, signed: true, sliceBits }) as const;
const b2 = { kind: "positional", bitsPerSlice: 2 } as const;
const noisy = {
  gMin: 0.5e-6,
  gMax: 25e-6,
  programming: { kind: "proportional", sigma: 0.04 },
  read: { kind: "proportional", sigma: 0.02 },
} as const;

const chain = {
  commonWeight: 0.5,
  offset: { kind: "normal", sigma: 0.02 },
  seriesResistance: 0.01,
  weightNoise: { kind: "proportional", sigma: 0.02 },
  nonlinearity: { kind: "compressive", strength: 0.05, spread: 0.2, slopeAt: 2 },
  asymmetry: 0.02,
  noise: { kind: "normal", sigma: 0.05, spread: 0.2 },
} as const;
const reach = (max: number) => ({ kind: "fixed", min: -max, max }) as const;

export const WORKLOADS: Readonly<Record<string, CrossbarConfigInput>> = {
  "ideal, real inputs": {},
  "digits, bits": { weights: { bits: 8, slices: b2 }, input: bits(8) },
  "digits, 3-bit input slices": { weights: { bits: 6 }, input: bits(7, 3) },
  "digits, whole codes, uniform ADC": {
    weights: { bits: 8, slices: b2 },
    input: bits(8, null),
    readout: { adc: { kind: "uniform", bits: 7 } },
  },
  "errors and noise, bits": { cells: noisy, input: bits(6) },
  "errors and noise, real inputs": { cells: noisy },
  "errors and noise per device": { cells: { ...noisy, sampling: "cell" }, input: bits(4) },
  "independent errors, clipped, digital pair, sign-magnitude ADC": {
    weights: { bits: 5, slices: b2, representation: { kind: "pair", subtract: "digital" } },
    cells: {
      gMin: 1e-6,
      programming: { kind: "independent", sigma: 0.1 },
      read: { kind: "independent", sigma: 0.02 },
      clip: true,
    },
    input: bits(5, 2),
    readout: { adc: { kind: "signMagnitude", bits: 8, range: { kind: "granular" } } },
  },
  "offset, unsigned bits, tiles": {
    weights: {
      bits: 4,
      slices: b2,
      representation: { kind: "offset" },
      scale: { kind: "percentile", percentile: 0.95, per: "output" },
    },
    cells: noisy,
    array: { rows: 32, columns: 16 },
    input: { bits: 6, range: { kind: "absMax", per: "array" }, sliceBits: 1 },
    readout: { adc: { kind: "uniform", bits: 6 } },
  },
  "unit column, accumulated input slices, column limit": {
    weights: {
      bits: 6,
      slices: { kind: "positional", bitsPerSlice: [1, 2, 3] },
      representation: { kind: "offset", remove: "unitColumn" },
    },
    cells: noisy,
    array: { rows: 50, columns: 20, split: "fill" },
    input: bits(6, 2),
    readout: {
      inputSlices: "analog",
      columnLimit: 6,
      adc: { kind: "uniform", bits: 9, range: { kind: "fixed", min: -8, max: 8 } },
    },
  },
  "two-sided pair, scale per array": {
    weights: { representation: { kind: "pair", sides: 2 }, scale: { kind: "absMax", per: "arrayOutput" } },
    cells: noisy,
    array: { rows: 40, columns: 24, split: "even" },
    input: bits(5),
  },
  "a device per slice, fewer levels": {
    weights: { bits: 7, slices: { kind: "positional", bitsPerSlice: 3 } },
    cells: [
      { ...noisy, levels: 4 },
      { gMin: 2e-6, gMax: 40e-6, programming: { kind: "independent", sigma: 0.02 } },
    ],
    input: bits(4, null),
  },
  "drives that err, the whole output chain, bound management": {
    cells: noisy,
    array: { rows: 50, columns: 20, irDrop: { kind: "approximate", wire: 2000 } },
    input: {
      bits: 7,
      signed: true,
      levels: 101,
      range: { kind: "absMax", per: "array" },
      noise: 0.02,
      asymmetry: 0.05,
      boundManagement: { kind: "iterative", maxFactor: 8 },
    },
    readout: { output: chain, adc: { kind: "signMagnitude", bits: 8, levels: 201, range: reach(3) } },
  },
  "two phases of bits, a digital pair's slices, the worst case": {
    weights: { bits: 5, slices: b2, representation: { kind: "pair", subtract: "digital" } },
    cells: noisy,
    array: { rows: 40 },
    input: {
      ...bits(5),
      range: { kind: "signedMax", per: "array" },
      signs: "analogSum",
      boundManagement: { kind: "iterativeWorstCase", bound: 2, maxFactor: 4 },
    },
    readout: {
      output: { ...chain, weightNoise: { kind: "constant", sigma: 0.01 } },
      outputScale: 0.5,
      adc: { kind: "uniform", bits: 8, rounding: "stochastic", range: reach(3) },
    },
  },
  "two conversions of real inputs, the expected sum, clipped": {
    weights: { representation: { kind: "offset" }, scale: { kind: "absMax", per: "array", largest: 0.6 } },
    cells: { ...noisy, sampling: "cell" },
    array: { rows: 50, columns: 20 },
    input: { signs: "digitalSum", noise: 0.01, range: { kind: "expectedSum", bound: 4 } },
    readout: {
      output: { ...chain, offset: { kind: "halfNormal", sigma: 0.02 } },
      adc: { kind: "clip", range: reach(6) },
    },
  },
};

const err = { gMin: 0.5e-6, gMax: 25e-6, programming: noisy.programming } as const;
const adc8 = { adc: { kind: "uniform", bits: 8 } } as const;

/** Arrays so large that levels on their grid fit sixteen bits, read by many vectors and by one. */
export const LARGE_WORKLOADS: Readonly<Record<string, CrossbarConfigInput>> = {
  "600 rows, pairs that err": { weights: { bits: 8, slices: b2 }, cells: err, input: bits(6), readout: adc8 },
  "600 rows, noisy pairs": { weights: { bits: 5, slices: b2 }, cells: noisy, input: bits(6), readout: adc8 },
  "600 rows, a unit column": {
    weights: { bits: 4, representation: { kind: "offset", remove: "unitColumn" } },
    cells: noisy,
    input: { bits: 5, sliceBits: 1 },
    readout: adc8,
  },
  "600 rows, ideal devices read noisily": {
    weights: { bits: 5, slices: b2 },
    cells: { gMin: 1e-6, read: noisy.read },
    input: bits(6),
    readout: adc8,
  },
  "600 rows, analog weights in two noisy slices": {
    weights: { slices: { kind: "proportional", count: 2 } },
    cells: noisy,
    input: bits(6),
  },
};

/** Digest of a workload: the devices as programmed, then two batches of reads. */
export function workloadDigest(engine: Engine, config: CrossbarConfigInput): string {
  const large = Object.values(LARGE_WORKLOADS).includes(config);
  const [inFeatures, outFeatures, batch] = large ? [600, 21, 30] : [97, 37, 5];
  const weights = realNumbers(101, inFeatures * outFeatures, -1, 1);
  const x = realNumbers(202, inFeatures * batch, config.input?.bits != null && !config.input.signed ? 0 : -1, 1);
  const bias = realNumbers(303, outFeatures, -0.5, 0.5);
  const layer = engine.linear({ weights, inFeatures, outFeatures, bias }, config, { chip: 7, layer: 11, read: 13 });
  try {
    const devices = layer.conductances().map(({ siemens }) => Float64Array.from(siemens));
    return digest(...devices, layer.forward(x), layer.forward(large ? x.subarray(0, inFeatures) : x));
  } finally {
    layer.dispose();
  }
}
