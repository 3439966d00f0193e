import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/index.js";
import { overlay, patchAt } from "../../src/sweep/patch.js";

describe("a patch", () => {
  it("merges sections key by key and replaces everything else", () => {
    const base = { weights: { bits: 4, scale: { kind: "absMax", per: "matrix" } }, array: { rows: 512 } };
    const patch = { weights: { bits: 8, scale: { per: "output" } } };
    expect(overlay(base, patch)).toEqual({
      weights: { bits: 8, scale: { kind: "absMax", per: "output" } },
      array: { rows: 512 },
    });
    expect(overlay({ split: { rows: [3, 4] } }, { split: { rows: [7] } })).toEqual({ split: { rows: [7] } });
    expect(overlay({ bits: 4 }, { bits: null })).toEqual({ bits: null });
  });

  it("replaces a section of another kind whole", () => {
    const base = { adc: { kind: "uniform", bits: 8, range: { kind: "full" } } };
    expect(overlay(base, { adc: { kind: "none" } })).toEqual({ adc: { kind: "none" } });
    expect(overlay(base, { adc: { kind: "uniform", bits: 6 } })).toEqual({
      adc: { kind: "uniform", bits: 6, range: { kind: "full" } },
    });
  });

  it("lies over every entry of a list of cells", () => {
    const patch = { cells: { programming: { kind: "proportional", sigma: 0.1 } } };
    expect(overlay({ cells: [{ gMax: 1 }, { gMax: 2 }] }, patch)).toEqual({
      cells: [
        { gMax: 1, ...patch.cells },
        { gMax: 2, ...patch.cells },
      ],
    });
  });

  it("changes neither of its parts", () => {
    const base = Object.freeze({ weights: Object.freeze({ bits: 4 }) });
    overlay(base, Object.freeze({ weights: Object.freeze({ bits: 8 }) }));
    expect(base.weights.bits).toBe(4);
  });

  it("is made from a path", () => {
    expect(patchAt("weights.slices.bitsPerSlice", 2)).toEqual({ weights: { slices: { bitsPerSlice: 2 } } });
    for (const path of ["", "weights.", "cells[0].gMin", "a..b", "weights bits"]) {
      expect(() => patchAt(path, 1)).toThrow(ConfigError);
    }
  });
});
