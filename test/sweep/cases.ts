import type { CrossbarConfigInput, NetworkNode, SweepPlan } from "../../src/index.js";
import { numbers } from "../pool/cases.js";

const [IN, HIDDEN, CLASSES, VECTORS] = [12, 9, 4, 60];

export const nodes: NetworkNode[] = [
  { kind: "linear", name: "hidden", inFeatures: IN, outFeatures: HIDDEN, weights: numbers(IN * HIDDEN, 1) },
  { kind: "relu" },
  { kind: "linear", name: "output", inFeatures: HIDDEN, outFeatures: CLASSES, weights: numbers(HIDDEN * CLASSES, 2) },
];

export const data = {
  inputs: numbers(IN * VECTORS, 3),
  labels: Array.from({ length: VECTORS }, (_, i) => i % CLASSES),
};

const config: CrossbarConfigInput = {
  weights: { bits: 4, slices: { kind: "positional", bitsPerSlice: 2 } },
  cells: { read: { kind: "independent", sigma: 0.02 } },
  input: { bits: 4, signed: true, sliceBits: 1 },
  readout: { adc: { kind: "uniform", bits: 8 } },
};

/** Two axes, two chips, two reads, with errors and read noise: 24 points. */
export const plan: SweepPlan = {
  network: nodes,
  data,
  config,
  axes: [
    { path: "readout.adc.bits", name: "adc", values: [4, 8] },
    {
      name: "programming",
      values: [0, 0.05, 0.2].map((sigma) => ({
        label: sigma,
        config: { cells: { programming: { kind: "proportional", sigma } } },
      })),
    },
  ],
  chips: [1, 2],
  reads: [5, 6],
  predictions: true,
};
