import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CrossbarConfigInput, createEngine, type Engine } from "../../src/index.js";
import { realNumbers } from "../support/scene.js";
import { correlation, correlationGate, Z } from "../support/statistics.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.dispose());

const repeated = (vector: readonly number[], reads: number) =>
  Float32Array.from({ length: vector.length * reads }, (_, i) => vector[i % vector.length]!);

/** One weight of one in each row of the diagonal: output j is input j. */
function identity(size: number, config: CrossbarConfigInput, address = {}) {
  const weights = Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  return engine.linear({ weights, inFeatures: size, outFeatures: size }, config, address);
}

/** Checks that output j of every read is one of the two codes around `wanted`, and the upper as often as its fraction. */
function expectUnbiased(y: Float32Array, size: number, j: number, wanted: number): Float64Array {
  const n = y.length / size;
  const low = Math.floor(wanted);
  const up = Float64Array.from({ length: n }, (_, b) => Math.round(y[b * size + j]!) - low);
  expect(up.every((step, b) => (step === 0 || step === 1) && Math.abs(y[b * size + j]! - low - step) < 1e-4)).toBe(
    true,
  );
  const p = wanted - low;
  const share = up.reduce((sum, step) => sum + step, 0) / n;
  // alpha = 1e-6: a sound generator fails once in a million; n = 1e5 sees a bias of 0.008 LSB.
  expect(Math.abs(share - p)).toBeLessThanOrEqual(Z["1e-6"] * Math.sqrt((p * (1 - p)) / n));
  return up;
}

const READS = 100_000;

describe("a DAC that rounds at random", () => {
  it.each([
    { bits: 4, signed: false, x: [0, 0.1, 3.5, 7.75, 14.999, 15, 20], top: 15 },
    { bits: 4, signed: false, sliceBits: 1, x: [0.5, 6.25, 9.9, 0.01, 12.3, 1, 7.5], top: 15 },
    { bits: 4, signed: true, x: [0.5, -0.5, -3.25, 6.9, -7, 2, -6.001], top: 7 },
    { bits: 4, signed: true, sliceBits: 1, x: [0.25, -0.75, -3.5, 6.1, -9, 3, -5.6], top: 7 },
  ])("has the input for its mean code: $bits bits, signed $signed, slices of $sliceBits", ({ top, x, ...input }) => {
    const layer = identity(x.length, {
      input: { ...input, range: { kind: "fixed", max: top }, rounding: "stochastic" },
    });
    const y = layer.forward(repeated(x, READS));
    const ups = x.map((value, j) => {
      const bounded = Math.min(Math.max(value, input.signed ? -top : 0), top);
      // The codes are those of the magnitude: the upper one of a negative input is nearer zero.
      return expectUnbiased(y, x.length, j, bounded);
    });
    const fractional = ups.filter((up) => up.some((step) => step !== up[0]));
    for (let j = 1; j < fractional.length; j++) {
      expect(Math.abs(correlation(fractional[j - 1]!, fractional[j]!))).toBeLessThan(correlationGate(READS));
    }
    layer.dispose();
  });

  it("rounds an input once, before arrays part it: tiling changes no code", () => {
    const [size, batch] = [37, 9];
    const config = (array: CrossbarConfigInput["array"]): CrossbarConfigInput => ({
      array,
      input: { bits: 3, rounding: "stochastic" },
    });
    const x = realNumbers(4, size * batch, 0, 1);
    const whole = identity(size, config({}), { chip: 3, layer: 2 });
    const y = whole.forward(x);
    for (const array of [{ rows: 5 }, { rows: 7, columns: 4 }, { rows: 16, split: "fill" }] as const) {
      const tiled = identity(size, config(array), { chip: 3, layer: 2 });
      expect(tiled.forward(x)).toEqual(y);
      tiled.dispose();
    }
    whole.dispose();
  });
});

describe("an ADC that rounds at random", () => {
  it.each([
    { kind: "uniform", min: 0, max: 7 },
    { kind: "signMagnitude", min: -3, max: 3 },
  ] as const)("has the line's current for its mean value: $kind", ({ kind, min, max }) => {
    const x = [0, 0.25, -0.5, 1.75, 2.9, -2.999, 3, 5];
    const adc = { kind, bits: 3, range: { kind: "fixed", min, max }, rounding: "stochastic" } as const;
    const layer = identity(x.length, { input: { clip: false }, readout: { adc } });
    const y = layer.forward(repeated(x, READS));
    x.forEach((value, j) => {
      expectUnbiased(y, x.length, j, Math.min(Math.max(value, min), max));
    });
    layer.dispose();
  });

  it.each([
    ["each cycle", { inputSlices: "digital" }],
    ["accumulated cycles", { inputSlices: "analog" }],
    ["summed slices", { weightSlices: "analog" }],
  ] as const)("has an unbiased product, converting %s", (_, readout) => {
    const [inFeatures, outFeatures, reads] = [24, 5, 20_000];
    const weights = realNumbers(1, inFeatures * outFeatures, -1, 1);
    const base: CrossbarConfigInput = {
      weights: { bits: 5, slices: { kind: "positional", bitsPerSlice: 2 } },
      cells: { gMin: 1e-6, gMax: 25e-6 },
      input: { bits: 4, sliceBits: 2 },
    };
    const x = [...realNumbers(2, inFeatures, 0, 1)];
    const exact = engine.linear({ weights, inFeatures, outFeatures }, { ...base, readout });
    const adc = { kind: "uniform", bits: 4, rounding: "stochastic" } as const;
    const rounded = engine.linear({ weights, inFeatures, outFeatures }, { ...base, readout: { ...readout, adc } });
    const wanted = exact.forward(x);
    const y = rounded.forward(repeated(x, reads));
    for (let m = 0; m < outFeatures; m++) {
      const column = Float64Array.from({ length: reads }, (_, b) => y[b * outFeatures + m]!);
      const mean = column.reduce((sum, v) => sum + v, 0) / reads;
      const deviation = Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (reads - 1));
      expect(deviation).toBeGreaterThan(0);
      expect(Math.abs(mean - wanted[m]!)).toBeLessThan((Z["1e-6"] * deviation) / Math.sqrt(reads));
    }
    for (const layer of [exact, rounded]) layer.dispose();
  });
});

describe("draws of a rounding", () => {
  const config: CrossbarConfigInput = {
    weights: {
      bits: 4,
      representation: { kind: "offset", remove: "unitColumn" },
      slices: { kind: "positional", bitsPerSlice: 2 },
    },
    cells: { gMin: 1e-6, gMax: 25e-6 },
    array: { rows: 8, columns: 18 },
    input: { bits: 4, sliceBits: 1, rounding: "stochastic" },
    readout: { adc: { kind: "uniform", bits: 4, rounding: "stochastic" } },
  };
  const [inFeatures, outFeatures, batch] = [19, 33, 300];
  const make = (address = {}) =>
    engine.linear(
      { weights: realNumbers(7, inFeatures * outFeatures, -1, 1), inFeatures, outFeatures },
      config,
      address,
    );

  it("are the same however a batch is cut, and others in every read", () => {
    const x = realNumbers(8, inFeatures * batch, 0, 1);
    const address = { chip: 4, layer: 9, read: 5 };
    const whole = make(address).forward(x);
    for (const cuts of [[1, 2], [150], [7, 129, 131, 299]]) {
      const layer = make(address);
      const parts = [0, ...cuts].map((cut, i) => x.subarray(cut * inFeatures, (cuts[i] ?? batch) * inFeatures));
      expect(parts.flatMap((part) => [...layer.forward(part)])).toEqual([...whole]);
      layer.dispose();
    }
    const layer = make(address);
    const first = layer.forward(x.subarray(0, inFeatures));
    expect(layer.forward(x.subarray(0, inFeatures))).not.toEqual(first);
    expect(layer.forward(x.subarray(0, inFeatures), { read: 5 })).toEqual(first);
    expect(layer.forward(x.subarray(0, inFeatures), { read: 6 })).not.toEqual(first);
  });

  it("cross the 32nd bit of the sample number", () => {
    const layer = make({ chip: 4, layer: 9 });
    const x = realNumbers(8, inFeatures * 6, 0, 1);
    const at = 2 ** 32 - 3;
    const whole = layer.forward(x, { firstSample: at });
    const parts = [0, 1, 2, 3, 4, 5].map((i) =>
      layer.forward(x.subarray(i * inFeatures, (i + 1) * inFeatures), { firstSample: at + i }),
    );
    expect(parts.flatMap((part) => [...part])).toEqual([...whole]);
    layer.dispose();
  });
});
