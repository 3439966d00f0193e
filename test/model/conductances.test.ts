import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, type CrossbarConfigInput, type Engine } from "../../src/index.js";
import { realNumbers } from "../support/scene.js";

describe("conductances", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  const errors = { gMin: 2e-6, gMax: 20e-6, programming: { kind: "independent", sigma: 0.2 } } as const;
  const serial = { bits: 4, signed: true, sliceBits: 1 } as const;
  const slices = { kind: "positional", bitsPerSlice: 2 } as const;
  const configs: readonly (readonly [string, CrossbarConfigInput])[] = [
    ["analog pair, bits", { cells: errors, input: serial }],
    ["analog pair, real inputs", { cells: errors }],
    [
      "digital pair, slices",
      {
        cells: errors,
        input: serial,
        weights: { bits: 5, slices, representation: { kind: "pair", subtract: "digital" } },
      },
    ],
    [
      "offset, unit column, tiles",
      {
        cells: errors,
        array: { rows: 7, columns: 5 },
        weights: { bits: 4, slices, representation: { kind: "offset", remove: "unitColumn" } },
      },
    ],
  ];

  it.each(configs)("written back as they were read, they change nothing: %s", (_name, config) => {
    const weights = realNumbers(1, 20 * 12, -1, 1);
    const x = realNumbers(2, 20 * 4, -1, 1);
    const layer = engine.linear({ weights, inFeatures: 20, outFeatures: 12 }, config);
    const before = layer.forward(x, { read: 1 });
    const first = layer.conductances();
    // Errors this large leave some devices empty: the edge where a level may be rounded to less than nothing.
    expect(first.some(({ siemens }) => siemens.some((g) => g < 1e-9))).toBe(true);
    layer.setConductances(first);
    expect(layer.conductances()).toEqual(first);
    expect(layer.forward(x, { read: 1 })).toEqual(before);
    layer.dispose();
  });

  it("are taken whole or not at all", () => {
    const layer = engine.linear(
      { weights: [1, -1, 0.5, 0.25], inFeatures: 2, outFeatures: 2 },
      { cells: { gMin: 1e-6 } },
    );
    const before = layer.forward([1, 0.5]);
    const [plus, minus] = layer.conductances();
    const bad = { ...minus!, siemens: Float64Array.of(1e-6, 1e-6, Number.NaN, 1e-6) };
    expect(() => layer.setConductances([{ ...plus!, siemens: new Float64Array(4).fill(5e-6) }, bad])).toThrow(
      "conductances[1].siemens[2]: expected a finite number, got NaN",
    );
    expect(layer.forward([1, 0.5])).toEqual(before);
    expect(() => layer.setConductances([{ ...plus!, tile: 1 }])).toThrow(
      "conductances[0].tile: expected integer in 0..0, got 1",
    );
    expect(() => layer.setConductances([{ ...plus!, polarity: "unit" }])).toThrow("conductances[0].polarity");
    expect(() => layer.setConductances([{ ...plus!, siemens: Float64Array.of(-1e-6, 0, 0, 0) }])).toThrow(
      "conductances[0].siemens[0]",
    );
    layer.dispose();
  });
});

describe("whole levels beyond a device's own", () => {
  it("give one vector and many the same sums (bytes could not hold them)", async () => {
    const engine = await createEngine();
    const [inFeatures, outFeatures] = [64, 20];
    const config = {
      weights: { bits: 5, slices: { kind: "positional", bitsPerSlice: 4 } },
      input: { bits: 4, sliceBits: 1 },
    } as const;
    const layer = engine.linear(
      { weights: new Float32Array(inFeatures * outFeatures).fill(1), inFeatures, outFeatures },
      config,
    );
    layer.setConductances(
      layer.conductances().map((array) => ({
        ...array,
        siemens: array.siemens.map((g) => (array.polarity === "plus" ? 2 * g : g)),
      })),
    );
    const many = layer.forward(new Float32Array(64 * inFeatures).fill(1));
    const one = layer.forward(new Float32Array(inFeatures).fill(1));
    expect(one.every((y) => Math.abs(y - 2 * inFeatures) < 1e-4)).toBe(true);
    for (let v = 0; v < 64; v++) expect(many.slice(v * outFeatures, (v + 1) * outFeatures)).toEqual(one);
    engine.dispose();
  });
});
