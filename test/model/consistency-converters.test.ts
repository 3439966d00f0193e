import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromCrossSim } from "../../src/compat/index.js";
import { type CrossbarConfigInput, ConfigError, createEngine, type Engine, resolveConfig } from "../../src/index.js";
import { integerProducts, wholeNumbers } from "../support/scene.js";

/** Where a reference tool errs in inputs and converters, the consistent form is built; each test says what the tool does. */

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.dispose());

/** Outputs of a layer whose exact outputs are whole numbers. */
function whole(config: CrossbarConfigInput, weights: Float32Array, x: Float32Array, inFeatures: number) {
  const layer = engine.linear({ weights, inFeatures, outFeatures: weights.length / inFeatures }, config);
  const y = layer.forward(x);
  layer.dispose();
  return [...y];
}

describe("where CrossSim errs in inputs and converters", () => {
  // 19 rows of 4-bit weights in slices of 2 bits: a line carries at most 57 levels of either sign.
  const [inFeatures, outFeatures, batch] = [19, 6, 5];
  const weights = wholeNumbers(1, inFeatures * outFeatures, -7, 7);
  const products = (x: Float32Array) => [...integerProducts(weights, inFeatures, outFeatures, x)];
  const base = {
    weights: { bits: 4, scale: { kind: "given", max: 7 }, slices: { kind: "positional", bitsPerSlice: 2 } },
  } as const;

  it.each([
    { kind: "uniform", bits: 8, signed: false, representation: { kind: "offset" } },
    { kind: "signMagnitude", bits: 8, signed: true, representation: { kind: "pair" } },
    { kind: "signMagnitude", bits: 8, signed: false, representation: { kind: "pair" } },
    { kind: "ramp", bits: 8, signed: true, representation: { kind: "pair" } },
    { kind: "sar", bits: 8, signed: false, representation: { kind: "offset" } },
    { kind: "pipeline", bits: 8, signed: true, representation: { kind: "pair", subtract: "digital" } },
    { kind: "cyclic", bits: 8, signed: false, representation: { kind: "offset", remove: "unitColumn" } },
  ] as const)(
    "S3: a granular range of enough bits loses nothing (the tool gains 0.8 %): $kind, signed $signed",
    ({ kind, bits, signed, representation }) => {
      const x = wholeNumbers(2, inFeatures * batch, signed ? -7 : 0, 7);
      const config = {
        weights: { ...base.weights, representation },
        cells: { gMin: 1e-6, gMax: 25e-6 },
        input: { bits: signed ? 4 : 3, signed, sliceBits: 1, range: { kind: "fixed", max: 7 } },
        readout: { adc: { kind, bits, range: { kind: "granular" } } },
      } as const;
      // With gMin a line carries a baseline besides; what rounding makes of it is bounded by half an LSB a conversion.
      const ideal = { ...config, cells: { gMin: 0, gMax: 25e-6 } };
      whole(ideal, weights, x, inFeatures).forEach((y, i) => {
        expect(Math.abs(y - products(x)[i]!)).toBeLessThan(1e-4);
      });
      const bound = (1 + 4) * (1 + 2 + 4) * (representation.kind === "pair" && !("subtract" in representation) ? 0 : 1);
      whole(config, weights, x, inFeatures).forEach((y, i) => {
        expect(Math.abs(y - products(x)[i]!)).toBeLessThan(bound + 1e-3);
      });
    },
  );

  it("S9: an unsigned DAC scaled by the largest input uses all of its codes (the tool leaves the upper half)", () => {
    const x = Float32Array.from({ length: 16 }, (_, i) => i * 0.02);
    const diagonal = Float32Array.from({ length: 256 }, (_, i) => (i % 17 === 0 ? 1 : 0));
    const y = whole({ input: { bits: 4, range: { kind: "absMax" } } }, diagonal, x, 16);
    // Every one of the sixteen codes is an input here, so nothing is lost but single precision.
    y.forEach((value, i) => {
      expect(value).toBeCloseTo(x[i]!, 6);
    });
  });

  it("S13a: without DAC bits ranges stay ranges (the tool's correction inverts them)", () => {
    const source = { weights, inFeatures, outFeatures };
    for (const representation of [{ kind: "offset" }, { kind: "pair" }] as const) {
      for (const kind of ["uniform", "sar"] as const) {
        const config = { weights: { ...base.weights, representation }, readout: { adc: { kind, bits: 12 } } } as const;
        const layer = engine.linear(source, config);
        for (const { min, max } of layer.describe().ranges) expect([min, max]).toEqual([-inFeatures, inFeatures]);
        const x = Float32Array.from({ length: inFeatures }, (_, j) => Math.fround((j - 9) / 10));
        const wanted = products(x);
        // Half an LSB of 19 devices over 2048 codes, three levels a device, both slices.
        layer.forward(x).forEach((y, m) => {
          expect(Math.abs(y - wanted[m]!)).toBeLessThan((19 / 2048) * 3 * (1 + 4) + 1e-3);
        });
        layer.dispose();
        const granular = { ...config, readout: { adc: { kind, bits: 12, range: { kind: "granular" } } } } as const;
        expect(() => resolveConfig(granular)).toThrow(ConfigError);
      }
    }
    // And where its parameters are taken over, the correction is left out and the note says so.
    const { config, notes } = fromCrossSim(
      {
        core: { style: 2, weight_bits: 8, bit_sliced: { style: 3, num_slices: 2 } },
        xbar: {
          adc: { mvm: { model: "SarADC", bits: 8, adc_range_option: 2 } },
          dac: { mvm: { model: "IdealDAC", bits: 0 } },
        },
      },
      { inputs: inFeatures, outputs: outFeatures },
    );
    const { range } = resolveConfig(config).readout.adc as { range: { min: number; max: number } };
    expect(range.min).toBeLessThan(range.max);
    expect(notes.some((note) => note.path.endsWith("adc_range_option") && note.effect === "changed")).toBe(true);
  });

  it("S35: clipping of inputs is what the configuration says (the tool never reads it)", () => {
    const one = new Float32Array([1]);
    const [low, high] = [-1.5, 2.5];
    const x = new Float32Array([low, 0.5, high]);
    expect(whole({}, one, x, 1)).toEqual([low, 0.5, high]);
    expect(whole({ input: { clip: false } }, one, x, 1)).toEqual([low, 0.5, high]);
    expect(whole({ input: { clip: true } }, one, x, 1)).toEqual([-1, 0.5, 1]);
    expect(whole({ input: { clip: true, signed: false } }, one, x, 1)).toEqual([0, 0.5, 1]);
    expect(whole({ input: { bits: 2, signed: true } }, one, x, 1)).toEqual([-1, 0, 1]);
    expect(() => resolveConfig({ input: { bits: 8, clip: false } })).toThrow(/input.clip/);
  });

  it("S37: a tie of a signed DAC goes to the even magnitude, alike for both signs (the tool's goes to odd)", () => {
    const one = new Float32Array([1]);
    const x = new Float32Array([0.5, -0.5, 2.5, -2.5, 3.5, -3.5, 5.5, -5.5, 6.5]);
    const input = { bits: 4, signed: true, range: { kind: "fixed", max: 7 } } as const;
    const y = whole({ input }, one, x, 1).map((value) => Math.round(value * 1e4) / 1e4 + 0);
    expect(y).toEqual([0, 0, 2, -2, 4, -4, 6, -6, 6]);
  });

  it("limits the current of each line before anything is subtracted, summed or converted", () => {
    // Three devices at gMax on the plus line, two on the minus line; the limit of one and a half meets both.
    const column = new Float32Array([1, 1, 1, -1, -1]);
    const x = new Float32Array([1, 1, 1, 1, 1]);
    for (const subtract of ["analog", "digital"] as const) {
      const config = { weights: { representation: { kind: "pair", subtract } } } as const;
      expect(whole({ ...config, readout: { columnLimit: 2.5 } }, column, x, 5)).toEqual([0.5]);
      expect(whole({ ...config, readout: { columnLimit: 1.5 } }, column, x, 5)).toEqual([0]);
      expect(whole({ ...config, readout: { columnLimit: 3 } }, column, x, 5)).toEqual([1]);
    }
    // Each cycle by itself: 5 rows of code 3 carry 5 devices in both cycles, of which 4 pass; so 4 times 3.
    const cycles = { bits: 2, sliceBits: 1, range: { kind: "fixed", max: 3 } } as const;
    const ones = new Float32Array([1, 1, 1, 1, 1]);
    const threes = new Float32Array([3, 3, 3, 3, 3]);
    for (const inputSlices of ["digital", "analog"] as const) {
      expect(whole({ input: cycles, readout: { columnLimit: 4, inputSlices } }, ones, threes, 5)).toEqual([12]);
    }
    // gMin flows through the limit too: five devices of 0.04 beside the three of the plus line.
    const cells = { gMin: 1e-6, gMax: 25e-6 };
    const [y] = whole({ cells, readout: { columnLimit: 2.5 } }, column, x, 5);
    expect(y).toBeCloseTo((2.5 - (2 * 0.96 + 5 * 0.04)) / 0.96, 5);
  });
});
