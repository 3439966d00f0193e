import type { CrossbarConfigInput, NetworkSource } from "../../src/index.js";

/** Small whole numbers over 16, from a fixed sequence: data without a random generator's opinion. */
export function numbers(count: number, seed: number): Float32Array {
  let state = seed * 2654435761 + 12345;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 24) - 128) / 128;
  });
}

export const IN = 20;
export const OUT = 7;

export const matrix = { weights: numbers(IN * OUT, 1), inFeatures: IN, outFeatures: OUT, bias: numbers(OUT, 2) };

/** Every draw there is: programming errors, read noise, two row blocks, bit-serial inputs, an ADC. */
export const noisy: CrossbarConfigInput = {
  weights: {
    bits: 4,
    representation: { kind: "offset", remove: "digital" },
    slices: { kind: "positional", bitsPerSlice: 2 },
  },
  cells: {
    gMin: 1e-6,
    gMax: 25e-6,
    programming: { kind: "proportional", sigma: 0.05 },
    read: { kind: "proportional", sigma: 0.02 },
  },
  array: { rows: 12, columns: 5 },
  input: { bits: 4, signed: true, range: { kind: "fixed", max: 1 }, sliceBits: 1 },
  readout: { adc: { kind: "uniform", bits: 8, range: { kind: "full" } } },
};

export const analogReads: CrossbarConfigInput = {
  cells: { programming: { kind: "independent", sigma: 0.05 }, read: { kind: "independent", sigma: 0.02 } },
};

export const network: NetworkSource = [
  { kind: "linear", name: "first", ...matrix },
  { kind: "relu" },
  { kind: "linear", name: "second", weights: numbers(OUT * 3, 3), inFeatures: OUT, outFeatures: 3 },
  { kind: "softmax" },
];
