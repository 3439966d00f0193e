import { beforeAll, describe, expect, it } from "vitest";
import type { CrossbarConfigInput } from "../../src/config/schema.js";
import { createEngine, type Engine } from "../../src/layers/engine.js";

const inFeatures = 24;
const outFeatures = 18;
const weights = Float32Array.from({ length: inFeatures * outFeatures }, (_, i) => Math.sin(1 + i * i));
const x = Float32Array.from({ length: inFeatures * 40 }, (_, i) => Math.abs(Math.sin(i * 1.7)));
const source = { weights, inFeatures, outFeatures };

const sliced: CrossbarConfigInput = {
  weights: { bits: 5, slices: { kind: "positional", bitsPerSlice: 2 } },
  cells: { gMin: 1e-6, gMax: 25e-6, programming: { kind: "proportional", sigma: 0.05 } },
  input: { bits: 6, sliceBits: 1 },
  readout: { adc: { kind: "uniform", bits: 7 } },
};

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});

describe("profile", () => {
  it("sees one population per row block, slice and cycle, each with every vector and output", () => {
    const layer = engine.linear(source, { ...sliced, array: { rows: 12 } });
    const profile = layer.profile(x);
    expect(profile).toHaveLength(2 * 2 * 6);
    for (const seen of profile) {
      expect(seen.count).toBe(40 * outFeatures);
      expect(seen.histogram.reduce((a, b) => a + b, 0)).toBe(seen.count);
      expect(seen.range).toEqual([-12, 12]);
    }
  });

  it("S12: shows the accumulated value where one conversion ends all cycles", () => {
    const accumulated = { inputSlices: "analog", adc: { kind: "uniform", bits: 7 } } as const;
    const layer = engine.linear(source, { ...sliced, readout: accumulated }, { layer: 0 });
    const profile = layer.profile(x);
    expect(profile).toHaveLength(2);
    expect(profile.every((seen) => seen.inputSlice === null)).toBe(true);
    // Levels up to 3, drives up to full scale: what the ADC converts is y of that slice, in full devices.
    const cycles = engine
      .linear(source, sliced, { layer: 0 })
      .profile(x)
      .filter((seen) => seen.slices[0] === 0);
    const mean = cycles.reduce((sum, seen) => sum + (seen.mean * 2 ** (seen.inputSlice ?? 0)) / 63, 0);
    expect(profile[0]?.mean).toBeCloseTo(mean, 4);
  });

  it("counts what lies outside a range", () => {
    const range = { kind: "fixed", min: -0.5, max: 0.5 } as const;
    const layer = engine.linear(source, { ...sliced, readout: { adc: { kind: "uniform", bits: 7, range } } });
    const [low, high] = layer.profile(x)[0]?.saturated ?? [0, 0];
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(0);
    expect(low + high).toBeLessThan(1);
  });

  it("does not move the sample counter", () => {
    const layer = engine.linear(source, sliced);
    layer.profile(x);
    layer.compare(x);
    layer.calibrate(x);
    expect(layer.samples).toBe(0);
  });
});

describe("calibrate", () => {
  it("gives ranges that hold everything seen, and smaller errors than the full range", () => {
    const layer = engine.linear(source, sliced, { layer: 1 });
    const tuned = engine.linear(source, layer.calibrate(x), { layer: 1 });
    for (const seen of tuned.profile(x)) expect(seen.saturated).toEqual([0, 0]);
    expect(tuned.compare(x).effects.at(-1)?.rms).toBeLessThan((layer.compare(x).effects.at(-1)?.rms ?? 0) / 2);
  });

  it("rounds ranges to powers of two of full scale on request", () => {
    const config = engine.linear(source, sliced).calibrate(x, { powerOfTwo: true });
    const { adc } = config.readout;
    if (!("range" in adc) || adc.range.kind !== "calibrated") throw new Error("expected a calibrated range");
    for (const edge of (adc.range.max as number[][]).flat())
      expect(Number.isInteger(Math.log2(inFeatures / edge))).toBe(true);
  });

  it("trades clipping for resolution when asked for the least error", () => {
    const layer = engine.linear(source, sliced);
    const spiked = Float32Array.from(x);
    spiked[0] = 50;
    const plain = layer.calibrate(spiked).input.range;
    const least = layer.calibrate(spiked, { method: "leastError" }).input.range;
    if (plain.kind !== "calibrated" || least.kind !== "calibrated") throw new Error("expected calibrated ranges");
    expect(plain.max).toBe(50);
    expect(least.max as number).toBeLessThan(50);
  });

  it("calibrates a network node after node", () => {
    const network = engine.network(
      [
        { kind: "linear", name: "first", ...source },
        { kind: "relu" },
        {
          kind: "linear",
          name: "second",
          weights: weights.slice(0, outFeatures * 3),
          inFeatures: outFeatures,
          outFeatures: 3,
        },
      ],
      sliced,
    );
    const tuned = engine.network(
      [
        { kind: "linear", name: "first", ...source },
        { kind: "relu" },
        {
          kind: "linear",
          name: "second",
          weights: weights.slice(0, outFeatures * 3),
          inFeatures: outFeatures,
          outFeatures: 3,
        },
      ],
      network.calibrate(x),
    );
    expect(tuned.forward(x)).toHaveLength(40 * 3);
    expect(tuned.describe()["second"]?.ranges[0]?.max).not.toBe(network.describe()["second"]?.ranges[0]?.max);
  });

  it("S28: ranges come from magnitudes, so an asymmetric input keeps its long side, and the layer stays as it was", () => {
    // Values in −4…0.1: a signed quantile would find 0.1 and clip nearly everything.
    const lopsided = Float32Array.from(x, (value, i) => (i % 9 === 0 ? 0.1 * value : -4 * value));
    const signed = { ...sliced, input: { bits: 6, signed: true, sliceBits: 1 } } as const;
    const layer = engine.linear(source, signed);
    const before = layer.forward(lopsided, { firstSample: 0 });
    const { range } = layer.calibrate(lopsided, { percentile: 0.999 }).input;
    const most = lopsided.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    if (range.kind !== "calibrated") throw new Error("expected a calibrated range");
    expect(range.max as number).toBeGreaterThan(0.99 * most);
    expect(layer.config.input.range).toEqual({ kind: "fixed", max: 1 });
    expect(layer.forward(lopsided, { firstSample: 0 })).toEqual(before);
  });

  it("refuses data without information", () => {
    const layer = engine.linear(source, sliced);
    expect(() => layer.calibrate(new Float32Array(inFeatures))).toThrow(/x: expected inputs that are not all zero/);
    expect(() => layer.calibrate(x, { percentile: 0.1 })).toThrow(
      /options\.percentile: expected finite number in 0\.5\.\.1, got 0\.1/,
    );
  });
});

describe("compare", () => {
  it("splits the error into steps that end at the layer's own outputs", () => {
    const layer = engine.linear(source, sliced);
    const split = layer.compare(x);
    expect(split.outputs).toEqual(layer.forward(x, { firstSample: 0 }));
    expect(split.effects.map((e) => e.effect)).toEqual([
      "weight quantisation",
      "input quantisation",
      "programming",
      "read noise",
      "column limit",
      "ADC",
    ]);
  });

  it("finds no error where nothing is wrong, and names the one thing that is", () => {
    const ideal = engine.linear(source, {}).compare(x);
    expect(ideal.total.relative).toBeLessThan(1e-6);
    const noisy = engine.linear(source, { cells: { read: { kind: "independent", sigma: 0.02 } } }).compare(x);
    const others = noisy.effects.filter((e) => e.effect !== "read noise");
    expect(noisy.effects.find((e) => e.effect === "read noise")?.relative).toBeGreaterThan(1e-3);
    for (const { relative } of others) expect(relative).toBeLessThan(1e-6);
  });
});
