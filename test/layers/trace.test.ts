import { beforeAll, describe, expect, it } from "vitest";
import type { CrossbarConfigInput } from "../../src/config/schema.js";
import { createEngine, type Engine } from "../../src/layers/engine.js";
import { addTrace, nestTrace } from "../../src/layers/trace.js";

const inFeatures = 21;
const outFeatures = 19;
const weights = Float32Array.from({ length: inFeatures * outFeatures }, (_, i) => Math.sin(1 + i * i));
const bias = Float32Array.from({ length: outFeatures }, (_, m) => m / 7);
const x = Float32Array.from({ length: inFeatures * 3 }, (_, i) => Math.sin(i * 1.7));
const source = { weights, inFeatures, outFeatures, bias };

const digits = { kind: "positional", bitsPerSlice: 2 } as const;
const cells = {
  gMin: 1e-6,
  gMax: 25e-6,
  programming: { kind: "proportional", sigma: 0.05 },
  read: { kind: "proportional", sigma: 0.02 },
} as const;
const input = { bits: 5, signed: true, sliceBits: 1 } as const;
const adc = { kind: "uniform", bits: 7 } as const;
const array = { rows: 8, columns: 17 } as const;

const cases: Record<string, CrossbarConfigInput> = {
  ideal: {},
  "bit-serial pair": { weights: { bits: 5, slices: digits }, cells, array, input, readout: { adc } },
  "pair subtracted in digital": {
    weights: { bits: 5, slices: digits, representation: { kind: "pair", subtract: "digital" } },
    cells,
    input,
    readout: { adc },
  },
  "offset removed in digital": {
    weights: { bits: 4, slices: digits, representation: { kind: "offset" } },
    cells,
    array,
    input,
    readout: { adc },
  },
  "offset removed by a unit column": {
    weights: { bits: 4, slices: digits, representation: { kind: "offset", remove: "unitColumn" } },
    cells,
    array,
    input,
    readout: { adc },
  },
  "accumulated in analog": {
    weights: { bits: 5, slices: digits },
    cells,
    input,
    readout: { inputSlices: "analog", adc },
  },
  "slices summed in analog": {
    weights: { bits: 5, slices: digits },
    cells,
    array,
    input,
    readout: { weightSlices: "analog", columnLimit: 2, adc },
  },
  "a scale per array and per vector": {
    weights: { bits: 5, slices: digits, scale: { kind: "absMax", per: "arrayOutput" } },
    cells,
    array,
    input: { ...input, range: { kind: "absMax", per: "array" } },
    readout: { adc },
  },
  "random rounding": {
    weights: { bits: 5, slices: digits },
    input: { ...input, sliceBits: 2 },
    readout: { adc: { ...adc, rounding: "stochastic" } },
  },
  "a SAR ADC with mismatch": {
    weights: { bits: 5, slices: digits },
    input,
    readout: { adc: { kind: "sar", bits: 7, capacitorMismatch: 0.02, comparatorOffset: 0.01 } },
  },
};

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});

describe("trace", () => {
  it.each(Object.entries(cases))("adds up to exactly what forward gives: %s", (_, config) => {
    const layer = engine.linear(source, config);
    const trace = layer.trace(x);
    expect(trace.outputs).toEqual(layer.forward(x, { firstSample: 0 }));
    expect(addTrace(trace)).toEqual(trace.outputs);
  });

  it("has a row for every conversion, and the tree has the same rows", () => {
    const layer = engine.linear(source, cases["offset removed by a unit column"]);
    const trace = layer.trace(x);
    expect(trace.rows).toHaveLength(3 * layer.describe().conversionsPerVector);
    const rows = nestTrace(trace).flatMap((v) => v.rowBlocks.flatMap((r) => r.outputs.flatMap((o) => o.conversions)));
    expect(rows).toHaveLength(trace.rows.length);
    expect(new Set(rows)).toEqual(new Set(trace.rows));
  });

  it("shows codes that are the rounded currents of an ideal converter", () => {
    const layer = engine.linear(source, cases["bit-serial pair"]);
    for (const row of layer.trace(x).rows) {
      const range = layer.describe().ranges[row.rowBlock * 2]?.max ?? 0;
      const exact = ((row.current + range) * 127) / (2 * range);
      expect(Math.abs(row.code - exact)).toBeLessThan(0.5001);
    }
  });
});

it("rows come slice by slice, and of each slice output by output", () => {
  const wide = Float32Array.from({ length: inFeatures * 40 }, (_, i) => Math.sin(i));
  const layer = engine.linear(
    { weights: wide, inFeatures, outFeatures: 40 },
    { weights: { bits: 5, slices: digits }, cells, readout: { adc } },
    { chip: 3 },
  );
  const order = layer.trace(x.subarray(0, inFeatures)).rows.map(({ slices, output }) => [slices[0], output]);
  const expected = [0, 1].flatMap((slice) => Array.from({ length: 40 }, (_, output) => [slice, output]));
  expect(order).toEqual(expected);
  layer.dispose();
});
