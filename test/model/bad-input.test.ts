import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ConfigError,
  CrossbarError,
  createEngine,
  DisposedError,
  type Engine,
  NotFiniteError,
  ShapeError,
} from "../../src/index.js";

type Bad = readonly [config: object, path: string];

const bits4 = { bits: 4 };
const adc = (fields: object, rest: object = {}) => ({
  ...rest,
  readout: { adc: { kind: "uniform", bits: 6, ...fields } },
});
const fixed = (min: unknown, max: unknown, fields: object = {}) =>
  adc({ range: { kind: "fixed", min, max }, ...fields });

/** What no crossbar can be, and the path its error must name. */
const CONFIGS: readonly Bad[] = [
  [{ wieghts: {} }, "wieghts"],
  [{ weights: { bits: 4, sliced: true } }, "weights.sliced"],
  [{ weights: [] }, "weights"],
  [{ input: new Date(0) }, "input"],
  [{ readout: new Map() }, "readout"],
  [{ weights: { bits: 1 } }, "weights.bits"],
  [{ weights: { bits: 17 } }, "weights.bits"],
  [{ weights: { bits: 4.5 } }, "weights.bits"],
  [{ weights: { bits: "4" } }, "weights.bits"],
  [{ weights: { bits: Number.NaN } }, "weights.bits"],
  [{ weights: { bits: null, slices: { kind: "positional", bitsPerSlice: 2 } } }, "weights.slices"],
  [{ weights: { scale: { kind: "absmax" } } }, "weights.scale.kind"],
  [{ weights: { scale: { kind: "absMax", per: "row" } } }, "weights.scale.per"],
  [{ weights: { scale: { kind: "percentile" } } }, "weights.scale.percentile"],
  [{ weights: { scale: { kind: "percentile", percentile: 99 } } }, "weights.scale.percentile"],
  [{ weights: { scale: { kind: "given", max: 0 } } }, "weights.scale.max"],
  [{ weights: { scale: { kind: "given", max: -1 } } }, "weights.scale.max"],
  [{ weights: { scale: { kind: "given", max: Number.POSITIVE_INFINITY } } }, "weights.scale.max"],
  [{ weights: { scale: { kind: "given", max: [1, 0] } } }, "weights.scale.max[1]"],
  [{ weights: { representation: { kind: "differential" } } }, "weights.representation.kind"],
  [{ weights: { representation: { kind: "pair", remove: "unitColumn" } } }, "weights.representation.remove"],
  [{ weights: { representation: { kind: "pair", sides: 3 } } }, "weights.representation.sides"],
  [{ weights: { ...bits4, representation: { kind: "pair", sides: 2 } } }, "weights.representation.sides"],
  [{ weights: { representation: { kind: "offset", subtract: "analog" } } }, "weights.representation.subtract"],
  [{ weights: { ...bits4, slices: { kind: "positional", bitsPerSlice: 0 } } }, "weights.slices.bitsPerSlice"],
  [{ weights: { ...bits4, slices: { kind: "positional", bitsPerSlice: [1, 1] } } }, "weights.slices.bitsPerSlice"],
  [{ weights: { ...bits4, slices: { kind: "positional", bitsPerSlice: 1, count: 2 } } }, "weights.slices.bitsPerSlice"],
  [{ weights: { ...bits4, slices: { kind: "positional", bitsPerSlice: [2, 2], count: 3 } } }, "weights.slices.count"],
  [{ weights: { ...bits4, slices: { kind: "positional", bitsPerSlice: [] } } }, "weights.slices.bitsPerSlice"],
  [{ weights: { slices: { kind: "fillLowFirst", count: 2, factors: [1] } } }, "weights.slices.factors"],
  [{ cells: { gMin: -1e-6 } }, "cells.gMin"],
  [{ cells: { gMin: 25e-6 } }, "cells.gMin"],
  [{ cells: { gMin: 2e-5, gMax: 1e-5 } }, "cells.gMin"],
  [{ cells: { gMax: 0 } }, "cells.gMax"],
  [{ cells: { levels: 1 } }, "cells.levels"],
  [{ cells: { programming: { kind: "normal", sigma: 0.1 } } }, "cells.programming.kind"],
  [{ cells: { programming: { kind: "independent" } } }, "cells.programming.sigma"],
  [{ cells: { read: { kind: "proportional", sigma: -0.1 } } }, "cells.read.sigma"],
  [{ cells: { sampling: "device" } }, "cells.sampling"],
  [{ cells: [{}, {}] }, "cells"],
  [
    { weights: { ...bits4, slices: { kind: "positional", bitsPerSlice: 1 } }, cells: [{}, { gMax: -1 }, {}] },
    "cells[1].gMax",
  ],
  [
    { weights: { ...bits4, slices: { kind: "positional", bitsPerSlice: 1 } }, cells: [{}, { gMin: 1 }, {}] },
    "cells[1].gMin",
  ],
  [{ array: { rows: 0 } }, "array.rows"],
  [{ array: { rows: 1.5 } }, "array.rows"],
  [{ array: { columns: -3 } }, "array.columns"],
  [{ array: { split: "equal" } }, "array.split"],
  [{ array: { split: { rows: [3] } } }, "array.split.columns"],
  [{ array: { split: { rows: [3, 0], columns: [2] } } }, "array.split.rows[1]"],
  [{ array: { split: { rows: [2], columns: [2] } } }, "array.split.rows"],
  [{ array: { split: { rows: [3], columns: [3] } } }, "array.split.columns"],
  [{ array: { rows: 2, split: { rows: [3], columns: [2] } } }, "array.split.rows[0]"],
  [{ input: { bits: 0 } }, "input.bits"],
  [{ input: { bits: 17 } }, "input.bits"],
  [{ input: { bits: 1, signed: true } }, "input.bits"],
  [{ input: { sliceBits: 1 } }, "input.sliceBits"],
  [{ input: { bits: 4, sliceBits: 5 } }, "input.sliceBits"],
  [{ input: { bits: 4, signed: true, sliceBits: 4 } }, "input.sliceBits"],
  [{ input: { bits: 4, clip: false } }, "input.clip"],
  [{ input: { bits: 4, range: { kind: "fixed", max: 0 } } }, "input.range.max"],
  [{ input: { bits: 4, range: { kind: "calibrated" } } }, "input.range.max"],
  [{ input: { bits: 4, range: { kind: "calibrated", max: [1, 1] } } }, "input.range.max"],
  [{ array: { rows: 2 }, input: { range: { kind: "calibrated", max: [1] } } }, "input.range.max"],
  [{ readout: { inputSlices: "analog" } }, "readout.inputSlices"],
  [{ readout: { columnLimit: 0 } }, "readout.columnLimit"],
  [{ readout: { adc: { kind: "perfect" } } }, "readout.adc.kind"],
  [adc({ bits: 0 }), "readout.adc.bits"],
  [adc({ bits: 17 }), "readout.adc.bits"],
  [adc({ kind: "signMagnitude", bits: 1 }), "readout.adc.bits"],
  [adc({ range: { kind: "max" } }), "readout.adc.range.kind"],
  [adc({ range: { kind: "granular" } }), "readout.adc.range.kind"],
  [adc({ range: { kind: "granular" } }, { weights: bits4 }), "readout.adc.range.kind"],
  [adc({ range: { kind: "fixed", max: 1 } }), "readout.adc.range.min"],
  [fixed(1, 1), "readout.adc.range.min"],
  [fixed(2, 1), "readout.adc.range.min"],
  [fixed(-1, 2, { kind: "signMagnitude" }), "readout.adc.range.min"],
  [fixed(-1, [1, 2]), "readout.adc.range.max"],
  [fixed([-1, -1], 1), "readout.adc.range.min"],
  [fixed([[-1], [-1]], [[1]]), "readout.adc.range.max"],
  [fixed([[0], [0], [2]], [[1], [1], [1]]), "readout.adc.range.min"],
  [fixed(Number.NEGATIVE_INFINITY, 1), "readout.adc.range.min"],
  [
    { ...adc({ kind: "signMagnitude" }), input: { bits: 4 }, weights: { representation: { kind: "offset" } } },
    "readout.adc.kind",
  ],
  [{ version: 2 }, "version"],
];

const source = { weights: [1, 2, 3, 4, 5, 6], inFeatures: 3, outFeatures: 2 };

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.dispose());

/** The error a call throws. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("a configuration that cannot be built", () => {
  it.each(CONFIGS.map(([config, path]) => [JSON.stringify(config), path, config] as const))(
    "%s is refused, naming %s",
    (_text, path, config) => {
      const before = engine.memoryInUse();
      const error = thrown(() => engine.linear(source, config)) as ConfigError;
      expect(error).toBeInstanceOf(CrossbarError);
      expect(error.path).toBe(path);
      expect(error.allowed.length).toBeGreaterThan(0);
      expect(error.message).toContain(`${path}: expected `);
      expect(error.code).toMatch(/^(CONFIG|SHAPE)$/);
      expect(engine.memoryInUse()).toBe(before);
    },
  );

  it.each([null, 1, "isaac", [[]], () => ({})])("%s is no configuration", (config) => {
    expect(thrown(() => engine.linear(source, config as never))).toBeInstanceOf(ConfigError);
  });
});

describe("arguments that do not fit", () => {
  const cases: readonly (readonly [string, () => unknown, new (...args: never[]) => CrossbarError, string])[] = [
    ["too few weights", () => engine.linear({ ...source, weights: [1, 2] }), ShapeError, "source.weights"],
    ["no weights", () => engine.linear({ inFeatures: 3, outFeatures: 2 } as never), ConfigError, "source.weights"],
    ["weights as text", () => engine.linear({ ...source, weights: "123456" as never }), ConfigError, "source.weights"],
    [
      "a weight as text",
      () => engine.linear({ ...source, weights: [1, 2, 3, 4, 5, "6"] as never }),
      ConfigError,
      "source.weights[5]",
    ],
    [
      "a weight that is NaN",
      () => engine.linear({ ...source, weights: [1, 2, Number.NaN, 4, 5, 6] }),
      NotFiniteError,
      "source.weights",
    ],
    [
      "a weight beyond f32",
      () => engine.linear({ ...source, weights: [1, 2, 1e39, 4, 5, 6] }),
      NotFiniteError,
      "source.weights",
    ],
    ["an infinite bias", () => engine.linear({ ...source, bias: [0, -Infinity] }), NotFiniteError, "source.bias"],
    ["a bias of the wrong length", () => engine.linear({ ...source, bias: [0] }), ShapeError, "source.bias"],
    ["an unknown field", () => engine.linear({ ...source, weight: [] } as never), ConfigError, "source.weight"],
    [
      "no inputs",
      () => engine.linear({ weights: [], inFeatures: 0, outFeatures: 2 }),
      ConfigError,
      "source.inFeatures",
    ],
    ["half an output", () => engine.linear({ ...source, outFeatures: 1.5 }), ConfigError, "source.outFeatures"],
    ["a seed beyond 32 bits", () => engine.linear(source, {}, { chip: 2 ** 32 }), ConfigError, "options.chip"],
    ["a negative seed", () => engine.linear(source, {}, { read: -1 }), ConfigError, "options.read"],
    [
      "a layer number beyond 14 bits",
      () => engine.linear(source, {}, { layer: 2 ** 14 }),
      ConfigError,
      "options.layer",
    ],
    ["an unknown option", () => engine.linear(source, {}, { seed: 1 } as never), ConfigError, "options.seed"],
    ["a tile with a bias", () => engine.tile({ ...source, bias: [1, 1] } as never), ConfigError, "source.bias"],
    ["a tile larger than its array", () => engine.tile(source, { array: { rows: 2 } }), ConfigError, "source"],
    [
      "negative weights on single lines",
      () =>
        engine.linear({ ...source, weights: [1, 2, -3, 4, 5, 6] }, { weights: { representation: { kind: "single" } } }),
      ConfigError,
      "weights[2]",
    ],
    [
      "a weight scale per output, of another length",
      () => engine.linear(source, { weights: { scale: { kind: "given", max: [1, 1, 1] } } }),
      ShapeError,
      "weights.scale.max",
    ],
  ];

  it.each(cases)("%s", (_name, call, kind, path) => {
    const before = engine.memoryInUse();
    const error = thrown(call);
    expect(error).toBeInstanceOf(kind);
    expect((error as ConfigError).path).toBe(path);
    expect((error as Error).message).toMatch(/expected .*, got /s);
    expect(engine.memoryInUse()).toBe(before);
  });

  it("are refused by forward before anything is read or counted", () => {
    const layer = engine.linear(source, { cells: { read: { kind: "independent", sigma: 0.1 } } });
    const cases: readonly (readonly [() => unknown, string])[] = [
      [() => layer.forward([1, 2]), "x"],
      [() => layer.forward([1, 2, 3, 4]), "x"],
      [() => layer.forward([1, 2, Number.NaN]), "x"],
      [() => layer.forward(Float32Array.of(1, Number.POSITIVE_INFINITY, 2)), "x"],
      [() => layer.forward("123" as never), "x"],
      [() => layer.forward([1, 2, 3], { read: 1.5 }), "options.read"],
      [() => layer.forward([1, 2, 3], { firstSample: -1 }), "options.firstSample"],
      [() => layer.forward([1, 2, 3], { firstSample: 2 ** 38 }), "options.firstSample"],
      [() => layer.forward([1, 2, 3], { firstSample: Number.NaN }), "options.firstSample"],
      [() => layer.forward([1, 2, 3], { sample: 1 } as never), "options.sample"],
    ];
    for (const [call, path] of cases) {
      const error = thrown(call);
      expect(error).toBeInstanceOf(CrossbarError);
      expect((error as ConfigError).path).toBe(path);
    }
    expect(layer.samples).toBe(0);
    layer.dispose();
  });

  it("no vectors at all are an empty answer", () => {
    const layer = engine.linear(source);
    expect(layer.forward(new Float32Array(0))).toEqual(new Float32Array(0));
    expect(layer.samples).toBe(0);
    layer.dispose();
  });
});

describe("a layer after dispose()", () => {
  it("says so, whatever is asked of it; disposing again does nothing", () => {
    const layer = engine.linear(source);
    const arrays = layer.conductances();
    layer.dispose();
    layer.dispose();
    for (const call of [
      () => layer.forward([1, 2, 3]),
      () => layer.describe(),
      () => layer.conductances(),
      () => layer.setConductances(arrays),
      () => layer.state(),
    ]) {
      expect(call).toThrow(DisposedError);
    }
    expect(() => layer.forward([1, 2, 3])).toThrow("layer: used after dispose()");
  });

  it("so does an engine, whose layers end with it", async () => {
    const other = await createEngine();
    const layer = other.linear(source);
    other.dispose();
    other.dispose();
    expect(() => other.linear(source)).toThrow(DisposedError);
    expect(() => layer.forward([1, 2, 3])).toThrow(DisposedError);
  });
});
