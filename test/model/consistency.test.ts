import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { CrossbarConfigInput } from "../../src/config/schema.js";
import { createEngine, type Engine } from "../../src/layers/engine.js";
import { blockSizes } from "../../src/model/split.js";

/**
 * Where a reference tool errs, the consistent form is built. Numbers are those of the list of surprises that the project
 * was planned with; each test says what the tool does and shows what this one does.
 */

const weights = [0.8, -0.35, 0.1, -1, 0.55, 0];
const source = { weights, inFeatures: 3, outFeatures: 2 };
const x = [0.5, -0.25, 1];

/** (w_max/qm)·Q·x in f64, straight from the definition. */
function quantised(bits: number): number[] {
  const top = 2 ** (bits - 1) - 1;
  const codes = weights.map((w) => Math.round(w * top));
  return [0, 1].map((m) => x.reduce((sum, value, j) => sum + (value * (codes[m * 3 + j] as number)) / top, 0));
}

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});

function read(config: CrossbarConfigInput): number[] {
  return [...engine.linear(source, { cells: { gMin: 1e-5, gMax: 1e-4 }, ...config }).forward(x)];
}

function expectClose(actual: readonly number[], wanted: readonly number[]): void {
  actual.forEach((value, m) => {
    expect(Math.abs(value - (wanted[m] as number))).toBeLessThan(1e-6);
  });
}

describe("where CrossSim errs", () => {
  it.each([3, 4, 8])("S1: an offset line of %i bits keeps its gain (the tool loses (2^c − 2)/(2^c − 1))", (bits) => {
    for (const remove of ["digital", "unitColumn"] as const) {
      expectClose(read({ weights: { bits, representation: { kind: "offset", remove } } }), quantised(bits));
    }
  });

  it.each([
    [8, 3],
    [9, 4],
    [7, 2],
    [4, 2],
  ])("S2: the unit column of %i bits in %i slices holds the true digits of weight zero", (bits, count) => {
    const slices = { kind: "positional", count } as const;
    const column = read({ weights: { bits, slices, representation: { kind: "offset", remove: "unitColumn" } } });
    expectClose(column, quantised(bits));
  });

  it("S5: weights between 0 and w_max keep their gain (asymmetric limits halve it in the tool)", () => {
    const positive = { weights: [0.2, 1, 0.4, 0.9, 0, 0.6], inFeatures: 3, outFeatures: 2 };
    for (const kind of ["single", "pair", "offset"] as const) {
      const scale = { kind: "given", max: 1 } as const;
      const layer = engine.linear(positive, { weights: { scale, representation: { kind } } });
      expectClose([...layer.forward([1, 1, 1])], [1.6, 1.5]);
    }
  });

  it("S8: the sign of a pair takes no bit of a slice, so eight bits fit 2 + 2 + 2 + 1", () => {
    const tight = { weights: { bits: 8, slices: { kind: "positional", bitsPerSlice: [2, 2, 2, 1] } } } as const;
    const counted = { weights: { bits: 8, slices: { kind: "positional", bitsPerSlice: 2, count: 4 } } } as const;
    expectClose(read(tight), quantised(8));
    expectClose(read(counted), quantised(8));
    expect(engine.linear(source, tight).describe().warnings).toEqual([]);
    expect(engine.linear(source, counted).describe().warnings).toEqual([
      "slices hold 8 bits, the weights need 7: the top slice uses part of its range only",
    ]);
  });

  it("S13: no block exceeds its array, and blocks add up, for every rule (49 rows in arrays of 6 overflow in the tool)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 700 }), (count, limit) => {
        for (const rule of ["balanced", "even", "fill"] as const) {
          const sizes = blockSizes(count, limit, rule);
          expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
          expect(Math.min(...sizes)).toBeGreaterThan(0);
          expect(sizes.reduce((a, b) => a + b, 0)).toBe(count);
        }
      }),
      { seed: 13, numRuns: 2000 },
    );
    expect(blockSizes(49, 6, "balanced")).toEqual([6, 6, 6, 6, 5, 5, 5, 5, 5]);
    expect(blockSizes(13, 4, "balanced")).toEqual([4, 3, 3, 3]);
  });
});

describe("where aihwkit's pull request 631 errs", () => {
  const halves = weights.map((w) => w / 2);
  const bias = [0.25, -0.5];

  it("S33: the bias is added once, whatever the factors", () => {
    const given = { kind: "given", factors: [1, 1] } as const;
    const layer = engine.linear({ ...source, weights: [...halves, ...halves], bias }, { weights: { slices: given } });
    expectClose([...layer.forward(x)], [0.5875 + 0.25, -0.6375 - 0.5]);
  });

  it("S33: factors belong to the slices in their order, least first, negative ones too", () => {
    const [first, second] = [
      [1, 0, 0, 0, 0, 1],
      [0, 1, 0, 1, 0, 0],
    ];
    const given = { kind: "given", factors: [1, -4] } as const;
    const layer = engine.linear({ ...source, weights: [...first, ...second] }, { weights: { slices: given } });
    expectClose([...layer.forward([1, 2, 4])], [1 - 8, 4 - 4]);
  });

  it("S33: a matrix is sliced by its significance, so that powers of two do not change its size", () => {
    for (const kind of ["proportional", "fillLowFirst", "fillHighFirst"] as const) {
      for (const factors of [
        [1, 2, 4],
        [1, 1, 1],
        [4, 1, 0.5],
      ]) {
        for (const weightSlices of ["digital", "analog"] as const) {
          expectClose(
            read({ weights: { slices: { kind, count: 3, factors } }, readout: { weightSlices } }),
            [0.5875, -0.6375],
          );
        }
      }
    }
  });
});

describe("slices as conductance tables", () => {
  it("gives back any weight whose tables differ linearly, as aihwkit's CustomPair", () => {
    const plus = [[1e-6, 1e-6, 1e-6, 13e-6, 25e-6]];
    const minus = [[25e-6, 13e-6, 1e-6, 1e-6, 1e-6]];
    const config = { weights: { slices: { kind: "table", plus, minus } }, cells: { gMin: 1e-6, gMax: 25e-6 } } as const;
    expectClose([...engine.linear(source, config as never).forward(x)], [0.5875, -0.6375]);
  });

  it("refuses tables of different lengths, beyond the device, or on single devices", () => {
    const make =
      (slices: object, rest: object = {}) =>
      () =>
        engine.linear(source, { weights: { slices: { kind: "table", ...slices }, ...rest } } as CrossbarConfigInput);
    expect(make({ plus: [[0, 1e-6]], minus: [[1e-6, 0, 0]] })).toThrow(
      "weights.slices.minus[0]: expected 2 conductances",
    );
    expect(make({ plus: [[0, 1e-3]], minus: [[1e-6, 0]] })).toThrow(
      "weights.slices.plus[0][1]: expected a conductance in gMin..gMax",
    );
    expect(make({ plus: [[0, 1e-6]], minus: [[1e-6, 0]] }, { representation: { kind: "single" } })).toThrow(
      "weights.slices.kind: expected tables only for pairs",
    );
  });
});

describe("ranges per row block", () => {
  it("are refused unless there is one list for each block", () => {
    const range = { kind: "fixed", min: [[-1], [-1]], max: [[1], [1]] } as const;
    const make = (rows: number) => () =>
      engine.linear(source, { array: { rows }, readout: { adc: { kind: "uniform", bits: 6, range } } });
    expect(make(2)).not.toThrow();
    expect(make(3)).toThrow("readout.adc.range.min: expected 1 lists of ranges, one per row block");
    expect(make(1)).toThrow("readout.adc.range.min: expected 3 lists of ranges, one per row block");
  });
});
