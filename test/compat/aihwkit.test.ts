import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromAihwkit, type Note, runReferenceCase, whyUnsupported } from "../../src/compat/index.js";
import { ConfigError, createEngine, type Engine, resolveConfig } from "../../src/index.js";
import aihwkit from "../golden/aihwkit.json" with { type: "json" };

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.dispose());

const reads = aihwkit.cases.filter(({ kind }) => kind === "mvm") as { id: string; kind: string }[];
const quiet = { out_noise: 0 };
const note = (notes: readonly Note[], path: string) => notes.find((n) => n.path === path);
const input = (forward: object) => resolveConfig(fromAihwkit({ forward: { ...forward } }).config).input;
const output = (forward: object) => resolveConfig(fromAihwkit({ forward: { ...forward } }).config).readout.output;

describe("reads computed by aihwkit 1.1.0", () => {
  it("are 45", () => expect(reads).toHaveLength(45));
  it.each(reads.map((c) => [c.id, c] as const))("are reproduced: %s", async (_id, c) => {
    const { unsupported, passed, error, tolerance } = await runReferenceCase(engine, { ...c });
    expect(unsupported).toBeUndefined();
    expect(passed, `largest error ${error}, allowed ${tolerance}`).toBe(true);
  });
});

describe("parameters of aihwkit", () => {
  it("that are absent have the tool's defaults", () => {
    const { config, notes } = fromAihwkit({});
    expect(notes).toEqual([]);
    expect(resolveConfig(config)).toMatchObject({
      weights: { bits: null, scale: { kind: "given", max: 1, clip: false } },
      array: { rows: 512, columns: 512, split: "balanced" },
      input: {
        bits: 7,
        levels: null,
        signed: true,
        range: { kind: "absMax", per: "array" },
        boundManagement: { kind: "iterative", maxFactor: 16 },
      },
      readout: {
        adc: { kind: "signMagnitude", bits: 9, levels: null, range: { kind: "fixed", min: -12, max: 12 } },
        output: { noise: { kind: "normal", sigma: 0.06, spread: 0 } },
      },
    });
  });

  it("have enumerations by name or by text", () => {
    for (const name of ["ABS_MAX_NP_SUM", "AbsMaxNPSum", "NoiseManagementType.ABS_MAX_NP_SUM"]) {
      expect(input({ noise_management: name }).range).toMatchObject({ kind: "expectedSum", assumedWeight: 0.6 });
    }
    expect(() => fromAihwkit({ forward: { mv_type: "TWO_PASS" } })).toThrow(
      /forward\.mv_type: expected one of ONE_PASS/,
    );
  });

  it("may be named classes", () => {
    const { readout } = resolveConfig(fromAihwkit({ forward: "StandardIOParameters" }).config);
    expect(readout.adc).toMatchObject({ bits: 8, range: { max: 10 } });
    expect(() => fromAihwkit({ forward: "OtherParameters" })).toThrow(ConfigError);
  });

  it("count steps as a fraction or a number, and use fewer codes than the bits allow", () => {
    expect(input({ inp_res: 254 })).toMatchObject({ bits: 8, levels: null });
    expect(input({ inp_res: 1 / 50 })).toMatchObject({ bits: 6, levels: 51 });
    expect(input({ inp_res: -1 })).toMatchObject({ bits: null, levels: null });
    const { notes } = fromAihwkit({ forward: { inp_res: 0.3 } });
    expect(note(notes, "forward.inp_res")).toMatchObject({ effect: "changed" });
  });

  it("of several layers give several configurations", () => {
    const made = fromAihwkit([{ forward: { is_perfect: true } }, { forward: { mv_type: "PosNegSeparate" }, clip: {} }]);
    expect(made.map(({ config }) => resolveConfig(config).input.signs)).toEqual(["together", "analogSum"]);
    expect(note(made[1]!.notes, "[1].clip")).toMatchObject({ effect: "ignored" });
  });

  it("without a counterpart are named, and unknown ones too", () => {
    const { notes } = fromAihwkit({
      forward: { w_read_asymmetry_dtod: 0.1, mv_type: "POS_NEG_SEPARATE", noise_management: "AVERAGE_ABS_MAX", odd: 1 },
      mapping: { digital_bias: false, learn_out_scaling: true },
      modifier: { std_dev: 0.1 },
      something: 1,
    });
    expect(notes.map(({ path, effect }) => [path, effect])).toEqual([
      ["forward.odd", "unsupported"],
      ["forward.w_read_asymmetry_dtod", "unsupported"],
      ["forward.noise_management", "unsupported"],
      ["mapping.digital_bias", "unsupported"],
      ["mapping.learn_out_scaling", "ignored"],
      ["modifier", "ignored"],
      ["something", "unsupported"],
    ]);
    expect(whyUnsupported(notes)).toMatch(/order of the vectors/);
  });

  it.each([
    [{ forward: { inp_res: "1/126" } }, "forward.inp_res"],
    [{ forward: { out_bound: Number.NaN } }, "forward.out_bound"],
    [{ forward: [] as unknown as object }, "forward"],
    [{ mapping: { max_input_size: true } }, "mapping.max_input_size"],
    [{ noise_model: { model: "Fog" } }, "model"],
    [{ drift_compensation: "Magic" }, "drift_compensation"],
    [{ g_converter: { converter: "SingleDevice" as const, args: {} } }, "g_converter.converter"],
  ])("of a wrong type are refused: %j", (parameters, path) => {
    let error: unknown;
    try {
      fromAihwkit(parameters as never);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).path).toBe(path);
  });

  it("bring devices, their drift and its compensation", () => {
    const { config } = fromAihwkit({
      forward: quiet,
      noise_model: { model: "PCMLikeNoiseModel", g_max: 25 },
      g_converter: { converter: "DualPair", args: { g_max: 25, f_lst: [1, 4] } },
      drift_compensation: "GlobalDriftCompensation",
    });
    expect(resolveConfig(config)).toMatchObject({
      weights: { slices: { kind: "fillLowFirst", factors: [1, 4] } },
      cells: { gMax: 25e-6, programming: { kind: "pcm" }, drift: { kind: "pcm" } },
      readout: { compensation: { kind: "global", reading: "measured" } },
    });
  });
});

describe("habits of aihwkit are the adapter's, as plain configuration", () => {
  it("S18: voltage offsets are half-normal, the core's are not", () => {
    expect(output({ v_offset_std: 0.02 })).toMatchObject({
      offset: { kind: "halfNormal", sigma: 0.02 },
      commonWeight: 1,
    });
  });

  it("S24: the signed maximum gives 0 for an array without a positive input", () => {
    const { config } = fromAihwkit({ forward: { ...quiet, noise_management: "MAX" }, mapping: { max_input_size: 2 } });
    const layer = engine.linear({ weights: [0.5, 0.5, 0.25, 0.125], inFeatures: 4, outFeatures: 1 }, config);
    expect([...layer.forward([-1, -0.5, 1, 1])][0]).toBeCloseTo(0.375, 1);
    expect([...layer.forward([-1, -0.5, -1, -1])]).toEqual([0]);
    layer.dispose();
  });

  it("S25: testing positive outputs only tests exactly these, and says that the tool may forget one", () => {
    const { config, notes } = fromAihwkit({
      forward: { ...quiet, bm_test_negative_bound: false, out_bound: 0.5, inp_res: -1 },
    });
    expect(note(notes, "forward.bm_test_negative_bound")).toMatchObject({ effect: "changed" });
    // A negative output beyond the bound stays clipped; beside a positive one it does not call that one back.
    const read = (weights: number[]) => {
      const layer = engine.linear({ weights, inFeatures: 1, outFeatures: weights.length }, config);
      const y = [...layer.forward([1])];
      layer.dispose();
      return y;
    };
    expect(read([-0.9])[0]).toBe(-0.5);
    const [positive, negative] = read([0.9, -0.9]);
    expect(positive).toBeCloseTo(0.9, 2);
    expect(negative).toBeCloseTo(-0.9, 2);
  });

  it("S36: the worst case without noise management doubles from the first range, and a note says so", () => {
    const forward = { ...quiet, noise_management: "NONE", bound_management: "ITERATIVE_WORST_CASE" };
    const { config, notes } = fromAihwkit({ forward });
    expect(resolveConfig(config).input.boundManagement).toMatchObject({ kind: "iterative" });
    expect(note(notes, "forward.bound_management")).toMatchObject({ effect: "changed" });
  });
});
