import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromCrossSim, type Note, whyUnsupported } from "../../src/compat/index.js";
import { ConfigError, createEngine, type Engine, resolveConfig } from "../../src/index.js";
import { crossSimCases } from "../support/golden.js";

type Tree = Record<string, unknown>;

/** A tree with some leaves set by their dotted paths. */
function tree(leaves: Readonly<Record<string, unknown>>, base: Tree = {}): Tree {
  const root = structuredClone(base);
  for (const [path, value] of Object.entries(leaves)) {
    const keys = path.split(".");
    let node = root;
    for (const key of keys.slice(0, -1)) node = (node[key] ??= {}) as Tree;
    node[keys.at(-1)!] = value;
  }
  return root;
}

function leafPaths(node: unknown, at = ""): string[] {
  if (typeof node !== "object" || node === null || Array.isArray(node)) return [at];
  return Object.entries(node).flatMap(([key, value]) => leafPaths(value, at === "" ? key : `${at}.${key}`));
}

const note = (notes: readonly Note[], path: string) => notes.find((n) => n.path === path);

const adc = "xbar.adc.mvm";
const dac = "xbar.dac.mvm";
const device = "xbar.device";

describe("parameters of CrossSim", () => {
  it("that are absent have the tool's defaults", () => {
    const { config, notes } = fromCrossSim({});
    expect(notes).toEqual([]);
    expect(resolveConfig(config)).toMatchObject({
      weights: {
        bits: null,
        scale: { kind: "absMax", per: "matrix" },
        representation: { kind: "pair", sides: 1, subtract: "analog" },
      },
      cells: { gMin: 1e-4, gMax: 1e-3 },
      input: { bits: null, signed: true, range: { kind: "fixed", max: 1 }, clip: false },
      readout: { adc: { kind: "none" } },
    });
  });

  it("may be named instead of numbered", () => {
    const { config } = fromCrossSim(tree({ "core.style": "OFFSET", "core.offset.style": "UNIT_COLUMN_SUBTRACTION" }));
    expect(config.weights).toMatchObject({ representation: { kind: "offset", remove: "unitColumn" } });
  });

  it("are each in the configuration or in a note: taking any one away changes one of them", () => {
    for (const c of crossSimCases.filter(({ kind }) => kind === "sliced" || kind === "tiled" || kind === "adc")) {
      const shape = { outputs: c.matrix.length, inputs: c.matrix[0]!.length };
      const { notes } = fromCrossSim(c.params, shape);
      const known = new Set(notes.map(({ path }) => path));
      for (const path of leafPaths(c.params)) {
        if (known.has(path)) continue;
        // Not named: then it must be read, so a value of a wrong kind is noticed, in an error or a note.
        const wrong = tree({ [path]: { not: "a value" } }, c.params as Tree);
        let noticed: unknown;
        try {
          noticed = fromCrossSim(wrong, shape).notes.length > notes.length;
        } catch (error) {
          noticed = error instanceof ConfigError;
        }
        expect(noticed, `${c.id} ${path}`).toBe(true);
      }
    }
  });

  it("that nobody knows are named", () => {
    const { notes } = fromCrossSim(tree({ "core.future.idea": 7 }));
    expect(notes).toEqual([expect.objectContaining({ path: "core.future.idea", value: 7, effect: "ignored" })]);
  });

  it("of a wrong type or outside an enumeration are refused by their path", () => {
    const bad: readonly (readonly [string, unknown])[] = [
      ["core.style", 4],
      ["core.style", "DIAGONAL"],
      ["core.weight_bits", -1],
      ["core.weight_bits", "8"],
      [`${device}.Rmin`, null],
      [`${device}.infinite_on_off_ratio`, 1],
      [`${adc}.adc_range_option`, 0],
      ["core.mapping.weights.row_partition_priority", 3],
    ];
    for (const [path, value] of bad) {
      expect(() => fromCrossSim(tree({ [path]: value })), path).toThrow(`params.${path}: expected `);
    }
    expect(() => fromCrossSim(null as never)).toThrow(ConfigError);
  });

  it("of several layers come as a list, with the options of each", () => {
    const list = [tree({ [`${adc}.model`]: "QuantizerADC", [`${adc}.bits`]: 8 }), {}];
    const made = fromCrossSim(list, [{ adcLimits: [-2, 2], inputLimits: [-0.5, 0.5] }, {}]);
    expect(made).toHaveLength(2);
    expect(made[0]!.config.readout?.adc).toMatchObject({
      kind: "uniform",
      bits: 8,
      range: { kind: "fixed", min: -2, max: 2 },
    });
    expect(made[0]!.config.input?.range).toEqual({ kind: "fixed", max: 0.5 });
    expect(() => fromCrossSim(list, [{}])).toThrow("options: expected 2 entries, one per layer");
  });

  it("without a shape leave blocks and ranges to this library, and say so", () => {
    const params = tree({
      "core.rows_max": 64,
      "core.style": 2,
      "core.weight_bits": 8,
      "core.bit_sliced.style": 3,
      [`${adc}.model`]: "QuantizerADC",
      [`${adc}.bits`]: 8,
      [`${adc}.adc_range_option`]: 2,
    });
    const { config, notes } = fromCrossSim(params);
    expect(config.array).toMatchObject({ rows: 64, columns: null, split: "balanced" });
    expect(config.readout?.adc).toMatchObject({ range: { kind: "full" } });
    expect(note(notes, "core.rows_max")?.effect).toBe("changed");
    expect(note(notes, `${adc}.adc_range_option`)?.effect).toBe("changed");
    const shaped = fromCrossSim(params, { outputs: 4, inputs: 100 });
    // round(log2 50) is 6: 64 · 16/15 · 254/256 devices, and no correction without DAC bits (S13a).
    expect(shaped.config.array).toMatchObject({ split: { rows: [50, 50], columns: [4] } });
    const limit = (64 * 16 * 254) / (15 * 256);
    expect((shaped.config.readout!.adc as { range: { max: number } }).range.max).toBeCloseTo(limit, 12);
    expect(() => fromCrossSim(params, { outputs: 4, inputs: 100, partition: [[4], [50, 49]] })).toThrow(
      "options.partition[1]",
    );
  });
});

describe("where CrossSim errs, the adapter", () => {
  it("S3: gives a granular range the tool's factor, which belongs to its habits and not to the law", () => {
    const params = tree({
      "core.style": 2,
      "core.weight_bits": 4,
      [`${dac}.model`]: "SignMagnitudeDAC",
      [`${dac}.bits`]: 8,
      [`${dac}.input_bitslicing`]: true,
      [`${adc}.model`]: "SignMagnitudeADC",
      [`${adc}.bits`]: 6,
      [`${adc}.adc_range_option`]: 3,
      [`${adc}.adc_per_ibit`]: true,
    });
    const { config } = fromCrossSim(params, { outputs: 2, inputs: 9 });
    const { range } = config.readout!.adc as { range: { min: number; max: number } };
    expect(range.max).toBeCloseTo((31 / 3) * (128 / 127), 12);
    expect(range.min).toBe(-range.max);
  });

  it("S5: takes asymmetric weight limits by their maximum, whose gain is one, and names the difference", () => {
    const { config, notes } = fromCrossSim(
      tree({ "core.mapping.weights.min": 0, "core.mapping.weights.max": 1, "core.mapping.weights.percentile": null }),
    );
    expect(config.weights?.scale).toMatchObject({ kind: "given", max: 1 });
    expect(note(notes, "core.mapping.weights.min")?.effect).toBe("changed");
  });

  it("S8: keeps the tool's slice widths, which count the sign where it divides evenly", () => {
    const widths = (bits: number, slices: number, style: number) => {
      const params = tree({
        "core.style": 2,
        "core.weight_bits": bits,
        "core.bit_sliced.num_slices": slices,
        "core.bit_sliced.style": style,
      });
      return fromCrossSim(params).config.weights?.slices;
    };
    expect(widths(8, 4, 1)).toMatchObject({ bitsPerSlice: 2, count: 4 });
    expect(widths(9, 4, 1)).toMatchObject({ bitsPerSlice: 2, count: 4 });
    expect(widths(5, 2, 1)).toMatchObject({ bitsPerSlice: 2, count: 2 });
    expect(widths(5, 4, 3)).toMatchObject({ bitsPerSlice: 2, count: 4 });
  });

  it("S9: gives a dynamic unsigned input the whole DAC", () => {
    const { config, notes } = fromCrossSim(
      tree({
        "core.mapping.inputs.mvm.percentile": 1,
        [`${dac}.model`]: "QuantizerDAC",
        [`${dac}.bits`]: 8,
        [`${dac}.signed`]: false,
      }),
    );
    expect(config.input).toMatchObject({ bits: 8, signed: false, range: { kind: "absMax" } });
    expect(note(notes, "core.mapping.inputs.mvm.percentile")?.reason).toMatch(/half of an unsigned DAC/);
  });

  it("S13: lifts an array limit that the tool's own equal parts exceed, and says so", () => {
    const { config, notes } = fromCrossSim(tree({ "core.rows_max": 6 }), { outputs: 3, inputs: 49 });
    expect(config.array).toMatchObject({ rows: 9, split: { rows: [5, 5, 5, 5, 5, 5, 5, 5, 9] } });
    expect(note(notes, "core.rows_max")?.effect).toBe("changed");
    expect(fromCrossSim(tree({ "core.rows_max": 4 }), { outputs: 3, inputs: 13 }).config.array).toMatchObject({
      split: { rows: [3, 3, 3, 4] },
    });
  });

  it("S35: clips inputs where the tool's DAC does, whatever its `clipping` says", () => {
    for (const clipping of [true, false]) {
      const given = { "core.mapping.inputs.mvm.clipping": clipping };
      const { config, notes } = fromCrossSim(tree(given));
      expect(config.input?.clip).toBe(false);
      expect(note(notes, "core.mapping.inputs.mvm.clipping")?.effect).toBe("ignored");
      const quantised = { ...given, [`${dac}.model`]: "SignMagnitudeDAC", [`${dac}.bits`]: 4 };
      expect(resolveConfig(fromCrossSim(tree(quantised)).config).input.clip).toBe(true);
    }
  });

  it("S37: names the DAC whose ties go to odd codes", () => {
    const { notes } = fromCrossSim(tree({ [`${dac}.model`]: "SignMagnitudeDAC", [`${dac}.bits`]: 4 }));
    expect(note(notes, `${dac}.model`)?.reason).toMatch(/ties to odd codes/);
  });
});

describe("what cannot be taken over", () => {
  const unsupported: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    [`${dac}.model`, { [`${dac}.model`]: "QuantizerDAC", [`${dac}.bits`]: 8 }],
    [`${dac}.model`, { [`${dac}.model`]: "HomeMadeDAC", [`${dac}.bits`]: 8, [`${dac}.signed`]: false }],
    [`${dac}.input_bitslicing`, { [`${dac}.input_bitslicing`]: true }],
    [`${adc}.model`, { [`${adc}.model`]: "FlashADC", [`${adc}.bits`]: 8 }],
    [`${adc}.calibrated_range`, { [`${adc}.model`]: "QuantizerADC", [`${adc}.bits`]: 8 }],
    [
      "core.mapping.inputs.mvm.min",
      { "core.mapping.inputs.mvm.min": -0.5, [`${dac}.model`]: "SignMagnitudeDAC", [`${dac}.bits`]: 8 },
    ],
    ["core.mapping.inputs.mvm.percentile", { "core.mapping.inputs.mvm.percentile": 0.99 }],
    ["core.mapping.weights.percentile", { "core.mapping.weights.percentile": 1.5 }],
    ["core.complex_matrix", { "core.complex_matrix": true }],
    ["core.balanced.interleaved_posneg", { "core.balanced.interleaved_posneg": true, "xbar.array.Icol_max": 2 }],
    [
      `${device}.programming_error.model`,
      { [`${device}.programming_error`]: { enable: true, model: "MyDevice", magnitude: 1 } },
    ],
    [`${device}.drift_error.model`, { [`${device}.drift_error`]: { enable: true, model: "PCMJoshi", magnitude: 0 } }],
  ];

  it.each(unsupported)("%s is named with its reason", (path, leaves) => {
    const { config, notes } = fromCrossSim(tree(leaves));
    expect(note(notes, path)?.effect).toBe("unsupported");
    expect(whyUnsupported(notes)).toContain(`${path}: `);
    // What is left is a configuration all the same.
    expect(() => resolveConfig(config)).not.toThrow();
  });
});

describe("device models of CrossSim", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  /** Standard deviation after programming at a target, siemens, over many devices. */
  function deviation(leaves: Readonly<Record<string, unknown>>, gMin: number, gMax: number, target: number): number {
    const { config, notes } = fromCrossSim(
      tree({ ...leaves, [`${device}.Rmin`]: 1 / gMax, [`${device}.Rmax`]: 1 / gMin }),
    );
    expect(whyUnsupported(notes)).toBeNull();
    const weights = new Float32Array(200 * 200).fill((target - gMin) / (gMax - gMin));
    const layer = engine.linear(
      { weights, inFeatures: 200, outFeatures: 200 },
      { ...config, weights: { representation: { kind: "single" }, scale: { kind: "given", max: 1 } } },
    );
    const { siemens } = layer.conductances()[0]!;
    layer.dispose();
    const mean = siemens.reduce((sum, g) => sum + g, 0) / siemens.length;
    return Math.sqrt(siemens.reduce((sum, g) => sum + (g - mean) ** 2, 0) / (siemens.length - 1));
  }

  const error = (model: string, magnitude = 0) => ({
    [`${device}.programming_error`]: { enable: true, model, magnitude },
  });

  // Check values of the tool, µS. 40,000 devices: the standard error of a deviation is 0.35 %; α = 1e-6 allows 1.8 %.
  it.each([
    ["PCMJoshi", 0.25, 25, 12.5, 0.9553],
    ["PCMJoshi", 0.25, 25, 5, 0.621],
    ["RRAMMilo", 50, 225, 100, 3.8716],
    ["RRAMWan", 1, 39.26, 20, 2.3618],
  ])("%s between %f and %f µS at %f µS spreads by %f µS", (model, gMin, gMax, target, sigma) => {
    const found = deviation(error(model), gMin * 1e-6, gMax * 1e-6, target * 1e-6);
    expect(Math.abs(found * 1e6 - sigma) / sigma).toBeLessThan(0.018);
  });

  it.each([
    ["NormalIndependentDevice", 0.02, 20e-6],
    ["NormalProportionalDevice", 0.02, 10e-6],
    ["NormalInverseProportionalDevice", 0.01, 40e-6],
    // The magnitude of a uniform model is its full width.
    ["UniformIndependentDevice", 0.1, 20e-6 / Math.sqrt(12)],
    ["UniformProportionalDevice", 0.1, 10e-6 / Math.sqrt(12)],
    ["UniformInverseProportionalDevice", 0.1, 40e-6 / Math.sqrt(12)],
  ])("%s of magnitude %f", (model, magnitude, reach) => {
    const sigma = magnitude * reach;
    const found = deviation(error(model, magnitude), 1e-6, 20e-6, 10e-6);
    expect(Math.abs(found - sigma) / sigma).toBeLessThan(0.018);
  });

  it.each([
    ["CubicDevice", { kind: "cubic", readVoltage: 0.3 }],
    ["RRAMMilo", { kind: "rramMilo", readVoltage: 0.3 }],
  ])("%s currents are read cell by cell at the tool's read voltage", (model, current) => {
    const { config, notes } = fromCrossSim(
      tree({
        [`${device}.nonlinear_IV`]: { enable: true, model },
        [`${device}.Vread`]: 0.3,
        [`${device}.Rmin`]: 1 / 225e-6,
        [`${device}.Rmax`]: 1 / 50e-6,
      }),
    );
    expect(whyUnsupported(notes)).toBeNull();
    expect(config.cells).toMatchObject({ current, sampling: "cell" });
    expect(() => resolveConfig(config)).not.toThrow();
    const other = fromCrossSim(tree({ [`${device}.nonlinear_IV`]: { enable: true, model: "Diode" } }));
    expect(note(other.notes, `${device}.nonlinear_IV.model`)?.effect).toBe("unsupported");
  });

  it("SONOS takes the read voltage along, and its time becomes a call of drift()", () => {
    const sonos = { enable: true, model: "SONOS", magnitude: 0 };
    const { config, notes } = fromCrossSim(
      tree({
        [`${device}.drift_error`]: sonos,
        [`${device}.read_noise`]: sonos,
        [`${device}.time`]: 2,
        [`${device}.Vread`]: 0.08,
        [`${device}.Rmin`]: 1e5,
        [`${device}.infinite_on_off_ratio`]: true,
      }),
    );
    expect(whyUnsupported(notes)).toBeNull();
    expect(config.cells).toMatchObject({
      programming: { kind: "sonos", readVoltage: 0.08 },
      drift: { kind: "sonos" },
      read: { kind: "sonos" },
    });
    expect(note(notes, `${device}.time`)?.reason).toMatch(/drift\(\)/);
    const layer = engine.linear({ weights: [1, -0.5], inFeatures: 2, outFeatures: 1 }, config);
    layer.drift(2 * 86_400);
    expect(Number.isFinite(layer.forward([1, 1])[0])).toBe(true);
    layer.dispose();
  });
});
