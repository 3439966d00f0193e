import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileKernels, createMachine } from "../../src/engine/load.js";
import type { Machine } from "../../src/engine/machine.js";
import { type CrossbarConfigInput, createEngine, type Engine, type Linear } from "../../src/index.js";
import { type Circuit, converterOf, noDraws } from "../support/circuits.js";
import { converterDraws } from "../support/converter-draws.js";
import { realNumbers } from "../support/scene.js";

type Adc = NonNullable<NonNullable<CrossbarConfigInput["readout"]>["adc"]>;

let engine: Engine;
let machine: Machine;
beforeAll(async () => {
  engine = await createEngine();
  machine = createMachine(await compileKernels());
});
afterAll(() => engine.dispose());

const OUTPUTS = 21;

/** One input, so that a line carries weight times input, and nothing but one conversion between it and the output. */
function layerOf(adc: Adc, options: { chip?: number; layer?: number; outputs?: number } = {}): Linear {
  const { outputs = OUTPUTS, ...address } = options;
  const weights = Float32Array.from({ length: outputs }, (_, m) => 1 - (2 * m + 1) / (7 * outputs));
  const scale = { kind: "given", max: 1 } as const;
  return engine.linear(
    { weights, inFeatures: 1, outFeatures: outputs },
    { weights: { scale }, readout: { adc } },
    address,
  );
}

/** What output m's line carries for every input. */
const lineOf = (m: number, x: Float32Array, outputs = OUTPUTS) =>
  x.map((value) => Math.fround(1 - (2 * m + 1) / (7 * outputs)) * value);

/** Codes that the outputs stand for. */
function codesOf(layer: Linear, x: Float32Array): number[][] {
  const { range, lsb, values } = layer.converterTable();
  expect(range[0]).toBeLessThan(range[1]);
  const y = layer.forward(x);
  const steps = y.map((value) => (value - values[0]!) / lsb);
  expect(Math.max(...steps.map((step) => Math.abs(step - Math.round(step))))).toBeLessThan(1e-3);
  return Array.from({ length: layer.outFeatures }, (_, m) =>
    Array.from(x, (_, b) => Math.round(steps[b * layer.outFeatures + m]!) + 0),
  );
}

const KINDS = {
  "ramp, symmetric CDAC": { kind: "ramp", symmetricCdac: true },
  "ramp, plain CDAC": { kind: "ramp", symmetricCdac: false },
  "SAR, split": { kind: "sar", splitCdac: true },
  "SAR, one array": { kind: "sar", splitCdac: false },
  pipeline: { kind: "pipeline" },
  cyclic: { kind: "cyclic" },
} as const;
const kinds = Object.entries(KINDS);

/** Parts that err in every way the kind knows. */
function erring(kind: (typeof KINDS)[keyof typeof KINDS], bits: number, sigma: number, gainDb: number) {
  const staged = kind.kind === "pipeline" || kind.kind === "cyclic";
  return {
    ...kind,
    bits,
    gainDb,
    capacitorMismatch: staged ? [sigma, sigma / 2] : sigma,
    comparatorOffset: sigma / 2,
    groupSize: 4,
    ...(staged ? { parasiticCapacitance: sigma } : {}),
  };
}

describe.each(kinds)("%s converters", (_, kind) => {
  it.each([
    [2, 0.1, 40, -1, 1],
    [3, 0.05, 30, -0.5, 0.9],
    [5, 0.08, 40, -0.7, 1.3],
    [6, 0, 40, 0, 0.9],
    [7, 0.1, 100, -0.9, 0.4],
    [8, 0.02, 60, -1, 1],
  ])("convert as their formulas say: %i bits, mismatch %f, %i dB, range %f to %f", (bits, sigma, gainDb, min, max) => {
    const circuit = erring(kind, bits, sigma, gainDb);
    const place = { chip: 7 + bits, layer: 3, tile: 0, side: 0, slice: 0 };
    const layer = layerOf({ ...circuit, range: { kind: "fixed", min, max } } as Adc, { chip: place.chip, layer: 3 });
    const x = realNumbers(bits, 300, -1.3, 1.3);
    codesOf(layer, x).forEach((codes, m) => {
      const draws = converterDraws(machine, place, Math.floor(m / 4), kind.kind === "ramp" ? m : Math.floor(m / 4));
      const line = lineOf(m, x);
      const convert = converterOf(circuit as Circuit, draws, min, max);
      const wanted = Array.from(line, convert);
      expect(codes).toEqual(wanted);
    });
    layer.dispose();
  });

  it("are ideal quantisers without zero level where the gain is huge and nothing errs", () => {
    const [min, max, bits] = [-0.75, 1.25, 6];
    const layer = layerOf({ ...kind, bits, gainDb: 400, range: { kind: "fixed", min, max } });
    const x = realNumbers(5, 500, -1.3, 1.3);
    codesOf(layer, x).forEach((codes, m) => {
      const wanted = Array.from(lineOf(m, x), (v) => Math.floor(((v - min) / (max - min)) * 2 ** bits));
      expect(codes).toEqual(wanted.map((code) => Math.min(Math.max(code, 0), 2 ** bits - 1)));
    });
    layer.dispose();
  });

  it("S10: every group draws its own parts, and so does every array, slice, side, layer and chip", () => {
    const weights = realNumbers(3, 24 * 6, -1, 1);
    const adc = erring(kind, 6, 0.1, 60);
    const config: CrossbarConfigInput = {
      weights: {
        bits: 5,
        representation: { kind: "pair", subtract: "digital" },
        slices: { kind: "positional", bitsPerSlice: 2 },
      },
      array: { rows: 3, columns: 12 },
      input: { bits: 4 },
      readout: { adc: adc as Adc },
    };
    const make = (chip: number, number: number) =>
      engine.linear({ weights, inFeatures: 6, outFeatures: 24 }, config, { chip, layer: number });
    const [layer, otherChip, otherLayer, again] = [make(1, 0), make(2, 0), make(1, 1), make(1, 0)];
    const edges = (of: Linear, query: Parameters<Linear["converterTable"]>[0]) => [...of.converterTable(query).edges];
    const base = edges(layer, {});
    for (const query of [{ output: 4 }, { output: 12 }, { rowBlock: 1 }, { slice: 1 }, { side: "minus" }] as const) {
      expect(edges(layer, query)).not.toEqual(base);
    }
    expect(edges(otherChip, {})).not.toEqual(base);
    expect(edges(otherLayer, {})).not.toEqual(base);
    expect(edges(again, {})).toEqual(base);
    // Neighbours of a group share a converter; a ramp's outputs still have a comparator each.
    if (kind.kind === "ramp") expect(edges(layer, { output: 3 })).not.toEqual(base);
    else expect(edges(layer, { output: 3 })).toEqual(base);
    for (const made of [layer, otherChip, otherLayer, again]) made.dispose();
  });

  it("S10: a range from zero uses all codes (the tool leaves half of them unused)", () => {
    const layer = layerOf({ ...kind, bits: 4, range: { kind: "fixed", min: 0, max: 0.8 } }, { outputs: 1 });
    const x = Float32Array.from({ length: 999 }, (_, i) => i / 998);
    expect(new Set(codesOf(layer, x)[0])).toEqual(new Set(Array.from({ length: 16 }, (_, code) => code)));
    layer.dispose();
  });
});

describe("a ramp generator", () => {
  it("is one for all outputs of an array unless groups are asked for, with a comparator for each", () => {
    const adc = { kind: "ramp", bits: 6, capacitorMismatch: 0.1 } as const;
    const dnl = (layer: Linear, output: number) => [...layer.converterTable({ output }).dnl];
    const [whole, groups] = [layerOf(adc), layerOf({ ...adc, groupSize: 8 }, { chip: 0, layer: 0 })];
    expect(dnl(whole, 20)).toEqual(dnl(whole, 0));
    expect(dnl(groups, 7)).toEqual(dnl(groups, 0));
    expect(dnl(groups, 8)).not.toEqual(dnl(groups, 0));
    const watched = layerOf({ kind: "ramp", bits: 6, comparatorOffset: 0.1 });
    expect(watched.converterTable({ output: 1 }).offset).not.toBeCloseTo(watched.converterTable().offset, 3);
    for (const layer of [whole, groups, watched]) layer.dispose();
  });
});

describe("converters of a layer", () => {
  it("free their tables with the layer", () => {
    const before = engine.memoryInUse();
    const layer = layerOf({ kind: "sar", bits: 10, capacitorMismatch: 0.01, groupSize: 1 });
    expect(engine.memoryInUse() - before).toBeGreaterThan(OUTPUTS * 1024 * 8);
    layer.dispose();
    expect(engine.memoryInUse()).toBe(before);
  });

  it("share one table where nothing errs", () => {
    const before = engine.memoryInUse();
    const layer = layerOf({ kind: "sar", bits: 10, groupSize: 1 });
    expect(engine.memoryInUse() - before).toBeLessThan(3 * 1024 * 8);
    layer.dispose();
  });

  it("answer the same whatever the batch", () => {
    const adc = erring(KINDS.pipeline, 6, 0.05, 40) as Adc;
    const layer = layerOf(adc);
    const x = realNumbers(2, 700, -1, 1);
    const whole = layer.forward(x);
    const parts = [x.subarray(0, 1), x.subarray(1, 513), x.subarray(513)].flatMap((part) => [...layer.forward(part)]);
    expect(parts).toEqual([...whole]);
    layer.dispose();
  });

  it("take a value on an edge for the lower code, as a comparator that asks for more does", () => {
    const tile = engine.tile(
      { weights: [1], inFeatures: 1, outFeatures: 1 },
      { readout: { adc: { kind: "sar", bits: 3, gainDb: 400, range: { kind: "fixed", min: -4, max: 4 } } } },
    );
    expect([...tile.forward([-1, 0, 1])]).toEqual([-1.5, -0.5, 0.5]);
    const pipeline = engine.tile(
      { weights: [1], inFeatures: 1, outFeatures: 1 },
      { readout: { adc: { kind: "pipeline", bits: 3, gainDb: 400, range: { kind: "fixed", min: -4, max: 4 } } } },
    );
    // The tool loses half of the range at exactly ±Vref/4; here both are ordinary edges.
    expect([...pipeline.forward([-1, 1])]).toEqual([-1.5, 0.5]);
    const exact = { ...KINDS.pipeline, bits: 3, gainDb: 400, capacitorMismatch: 0, comparatorOffset: 0 };
    const codes = [-1, 1].map((v) => converterOf(exact, noDraws, -4, 4)(v + 1e-9));
    expect(codes).toEqual([3, 5]);
    for (const made of [tile, pipeline]) made.dispose();
  });
});
