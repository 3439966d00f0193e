import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, createEngine, type CrossbarConfigInput, type Engine, resolveConfig } from "../../src/index.js";
import { addTrace } from "../../src/layers/trace.js";
import { realNumbers } from "../support/scene.js";
import { meanGate, moments, varianceGate } from "../support/statistics.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.dispose());

type Output = NonNullable<NonNullable<CrossbarConfigInput["readout"]>["output"]>;
type Input = NonNullable<CrossbarConfigInput["input"]>;

const fixed = (reach: number) => ({ kind: "fixed", min: -reach, max: reach }) as const;
/** Weights as they are: full scale 1. */
const plain = { scale: { kind: "given", max: 1 } } as const;

describe("check values of aihwkit's chain (PHYSICS 12)", () => {
  const weights = [0.8, -0.35, 0.1, -1, 0.55, 0];
  const dac = { bits: 7, signed: true, range: { kind: "absMax" } } as const;
  const read = (output: Output, rest: CrossbarConfigInput = {}) => {
    const config = { weights: plain, input: dac, ...rest, readout: { output, ...rest.readout } };
    const layer = engine.linear({ weights, inFeatures: 3, outFeatures: 2 }, config);
    const y = [...layer.forward([0.5, -0.25, 1])];
    layer.dispose();
    return y;
  };
  const near = (y: readonly number[], expected: readonly number[]) =>
    y.forEach((value, m) => {
      expect(Math.abs(value - expected[m]!)).toBeLessThan(1e-6);
    });

  it("AbsMax and a 7-bit DAC", () => near(read({}), [0.595238095, -0.647619048]));
  it("IR drop", () => {
    const wires = (wire?: number) => ({
      array: { irDrop: { kind: "approximate" as const, ...(wire ? { wire } : {}) } },
    });
    near(read({}, wires(10)), [0.583734883, -0.640638013]);
    near(read({}, wires()), [0.595237879, -0.647618916]);
  });
  it("ADC of 1/510 with bound 12", () => {
    near(
      read({}, { readout: { adc: { kind: "signMagnitude", bits: 9, range: fixed(12) } } }),
      [0.611764706, -0.658823529],
    );
  });
  it("nonlinearity 0.5 with slope calibration 0.5", () => {
    const nonlinearity = { kind: "compressive", strength: 0.5 / 12, slopeAt: 6 } as const;
    near(read({ nonlinearity }), [0.907550823, -0.985316847]);
  });
  it("voltage offset 0.02", () => {
    // The drawn offset is known from a line without anything in common, 1 − V times what it was.
    const config = (output: Output) => ({ weights: plain, input: dac, readout: { output } });
    const offset = { kind: "normal", sigma: 0.02 } as const;
    const of = (output: Output) => {
      const layer = engine.linear({ weights, inFeatures: 3, outFeatures: 2 }, config(output), { chip: 3, layer: 1 });
      const y = [...layer.forward([0.5, -0.25, 1])];
      layer.dispose();
      return y;
    };
    const [bare, alone, common, series] = [
      of({}),
      of({ offset }),
      of({ offset, commonWeight: 1 }),
      of({ offset, commonWeight: 1, seriesResistance: 0.1 }),
    ];
    const y0 = (32 - 16 + 63) / 63;
    bare!.forEach((y, m) => {
      const v = 1 - alone![m]! / y;
      expect(Math.abs(common![m]! - (y * (1 - v) - 2 * v * y0))).toBeLessThan(1e-6);
      const loaded = (i: number) => i / (1 + 0.1 * Math.abs(i));
      expect(Math.abs(series![m]! - ((1 - v) * loaded(y + y0) - (1 + v) * loaded(y0)))).toBeLessThan(1e-6);
      // And at V = 0.02 the same formulas give the sheet's values.
      expect(y * 0.98 - 0.04 * y0).toBeCloseTo([0.533174603, -0.684825397][m]!, 6);
    });
  });
});

/** Layers of every kind of line, with all of the chain. */
const CHAIN: Output = {
  commonWeight: 0.5,
  offset: { kind: "normal", sigma: 0.05 },
  seriesResistance: 0.01,
  weightNoise: { kind: "proportional", sigma: 0.05 },
  nonlinearity: { kind: "compressive", strength: 0.02, spread: 0.2, slopeAt: 2 },
  asymmetry: 0.05,
  noise: { kind: "normal", sigma: 0.05, spread: 0.3 },
};
const managed = { kind: "iterative", maxFactor: 64 } as const;
const digits = { kind: "positional", bitsPerSlice: 2 } as const;
const sixBits = (reach: number) => ({ kind: "signMagnitude", bits: 6, range: fixed(reach) }) as const;
const everyCell = {
  gMin: 1e-6,
  programming: { kind: "proportional", sigma: 0.05 },
  read: { kind: "proportional", sigma: 0.05 },
} as const;

const LAYERS: Readonly<Record<string, CrossbarConfigInput>> = {
  "analog pair": {
    input: { bits: 7, signed: true, range: { kind: "absMax", per: "array" }, boundManagement: managed, noise: 0.02 },
    readout: { output: CHAIN, adc: sixBits(2) },
  },
  "sliced digital pair, bits": {
    weights: { bits: 5, slices: digits, representation: { kind: "pair", subtract: "digital" } },
    cells: everyCell,
    array: { rows: 9, columns: 5 },
    input: { bits: 5, signed: true, sliceBits: 1, range: { kind: "absMax" }, boundManagement: managed },
    readout: { output: CHAIN, adc: sixBits(1.5) },
  },
  "unit column, accumulated input slices, worst case": {
    weights: { bits: 5, slices: digits, representation: { kind: "offset", remove: "unitColumn" } },
    cells: everyCell,
    array: { rows: 9, columns: 5, irDrop: { kind: "approximate", wire: 1000 } },
    input: {
      bits: 5,
      signed: true,
      sliceBits: 2,
      range: { kind: "absMax", per: "array" },
      boundManagement: { kind: "iterativeWorstCase", bound: 1, maxFactor: 8 },
    },
    readout: {
      output: { ...CHAIN, weightNoise: { kind: "constant", sigma: 0.02 } },
      inputSlices: "analog",
      adc: { kind: "uniform", bits: 7, rounding: "stochastic", range: fixed(2) },
    },
  },
  "two phases, analog sum of slices, cells drawn one by one": {
    weights: { bits: 5, slices: digits },
    cells: { ...everyCell, sampling: "cell" },
    array: { rows: 9 },
    input: {
      bits: 4,
      signed: true,
      sliceBits: 1,
      signs: "analogSum",
      boundManagement: managed,
      range: { kind: "signedMax" },
    },
    readout: { output: CHAIN, weightSlices: "analog", adc: sixBits(3) },
  },
  "two conversions, offset, real inputs, clipped": {
    weights: { representation: { kind: "offset" } },
    cells: everyCell,
    array: { rows: 9, columns: 5 },
    input: { signs: "digitalSum", noise: 0.01, asymmetry: 0.1, boundManagement: managed },
    readout: { output: CHAIN, outputScale: 0.5, adc: { kind: "clip", range: fixed(4) } },
  },
  "perturbed bits, nothing converted": {
    weights: { bits: 4 },
    input: { bits: 4, sliceBits: 1, noise: 0.05, range: { kind: "expectedSum", bound: 2 }, rounding: "stochastic" },
    readout: { output: CHAIN },
  },
};

describe("periphery of every kind of line", () => {
  const [inFeatures, outFeatures, batch] = [20, 18, 9];
  const weights = realNumbers(11, inFeatures * outFeatures, -1, 1);
  const bias = realNumbers(12, outFeatures, -1, 1);
  const make = (config: CrossbarConfigInput) =>
    engine.linear({ weights, inFeatures, outFeatures, bias }, config, { chip: 5, layer: 2, read: 9 });
  const inputs = (config: CrossbarConfigInput) =>
    realNumbers(13, inFeatures * batch, resolveConfig(config).input.signed ? -1 : 0, 1);

  it.each(Object.entries(LAYERS))("a batch is its vectors one by one, bit for bit: %s", (_, config) => {
    const [whole, single] = [make(config), make(config)];
    const x = inputs(config);
    const y = whole.forward(x);
    for (let v = 0; v < batch; v++) {
      const one = single.forward(x.subarray(v * inFeatures, (v + 1) * inFeatures));
      expect(one).toEqual(y.subarray(v * outFeatures, (v + 1) * outFeatures));
    }
    const replay = whole.forward(x.subarray(3 * inFeatures), { read: 9, firstSample: 3 });
    expect(replay).toEqual(y.subarray(3 * outFeatures));
    whole.dispose();
    single.dispose();
  });

  it.each(Object.entries(LAYERS))("fresh noise at every read, the same outputs on the same chip: %s", (_, config) => {
    const [a, b] = [make(config), make(config)];
    const x = inputs(config);
    const first = a.forward(x);
    expect(b.forward(x)).toEqual(first);
    expect(a.forward(x)).not.toEqual(first);
    a.dispose();
    b.dispose();
  });

  it.each(Object.entries(LAYERS))("a trace adds up to exactly what was read: %s", (_, config) => {
    const layer = make(config);
    const x = inputs(config);
    const trace = layer.trace(x);
    expect(addTrace(trace)).toEqual(trace.outputs);
    expect(trace.outputs).toEqual(layer.forward(x, { read: 9, firstSample: 0 }));
    layer.dispose();
  });

  it.each(Object.entries(LAYERS))("describes, profiles, compares and restores: %s", (_, config) => {
    const layer = make(config);
    const x = inputs(config);
    expect(layer.describe().conversionsPerVector).toBeGreaterThanOrEqual(0);
    expect(layer.profile(x).length).toBeGreaterThan(0);
    expect(Number.isFinite(layer.compare(x).total.rms)).toBe(true);
    const restored = engine.restore(structuredClone(layer.state())) as typeof layer;
    expect(restored.forward(x)).toEqual(layer.forward(x));
    restored.dispose();
    layer.dispose();
  });
});

describe("what is off changes no bit", () => {
  it.each([
    [{ input: { boundManagement: managed } }, { adc: { kind: "clip", range: fixed(1000) } }],
    [{ input: { signs: "digitalSum" } }, {}],
    [{ array: { irDrop: { kind: "approximate", factor: 0 } } }, {}],
  ] as const)("%j", (rest, readout) => {
    const weights = realNumbers(3, 60, -1, 1);
    const x = realNumbers(4, 30, -1, 1);
    const read = (config: CrossbarConfigInput) => {
      const layer = engine.linear({ weights, inFeatures: 10, outFeatures: 6 }, config);
      const y = layer.forward(x);
      layer.dispose();
      return y;
    };
    const plainly = read({});
    read({ ...rest, readout } as CrossbarConfigInput).forEach((y, i) => {
      expect(y).toBeCloseTo(plainly[i]!, 5);
    });
  });
});

describe("vectors that leave the range before an array is read to its end", () => {
  const [inFeatures, outFeatures] = [40, 150];
  const weights = realNumbers(21, inFeatures * outFeatures, -1, 1);
  const output = {
    noise: { kind: "normal", sigma: 0.05, spread: 0.1 },
    offset: { kind: "normal", sigma: 0.1 },
  } as const;
  const input = { bits: 7, signed: true, range: { kind: "absMax", per: "array" }, boundManagement: managed } as const;
  const ways: Readonly<Record<string, CrossbarConfigInput>> = {
    "straight to the totals": { input, readout: { output, adc: sixBits(5.4) } },
    "by weight, wires, several arrays": {
      input: { ...input, noise: 0.02 },
      array: { rows: 33, columns: 70, irDrop: { kind: "approximate" } },
      readout: { output: { ...output, weightNoise: { kind: "proportional", sigma: 0.02 } }, adc: sixBits(4) },
    },
    "accumulated, a baseline, two digits of drive": {
      weights: { representation: { kind: "single" }, scale: { kind: "given", max: 1 } },
      cells: everyCell,
      input: { ...input, sliceBits: 2 },
      readout: {
        output: { ...output, weightNoise: { kind: "constant", sigma: 0.02 } },
        adc: { ...sixBits(6), rounding: "stochastic" },
      },
    },
    "two conversions, noisy lines, real inputs": {
      weights: { representation: { kind: "pair", subtract: "digital" } },
      cells: everyCell,
      input: { boundManagement: managed },
      readout: { output, adc: { kind: "clip", range: fixed(4) } },
    },
  };

  it.each(Object.entries(ways))("change no other's bits, nor their own: %s", (name, config) => {
    const positive = name.startsWith("accumulated");
    const source = { weights: positive ? weights.map(Math.abs) : weights, inFeatures, outFeatures };
    const options = { chip: 5, layer: 2, read: 9 };
    const layer = engine.linear(source, config, options);
    const once = engine.linear(
      source,
      { ...config, input: { ...config.input, boundManagement: { kind: "none" } } },
      options,
    );
    for (const batch of [2, 5, 33]) {
      const x = realNumbers(batch, inFeatures * batch, -1, 1);
      const y = layer.forward(x, { firstSample: 0 });
      const readOnce = once.forward(x, { firstSample: 0 });
      // Whoever is looked at is read to the end.
      expect(addTrace(layer.trace(x))).toEqual(y);
      let again = 0;
      for (let v = 0; v < batch; v++) {
        const [from, to] = [v * outFeatures, (v + 1) * outFeatures];
        const one = layer.forward(x.subarray(v * inFeatures, (v + 1) * inFeatures), { firstSample: v });
        expect(one).toEqual(y.subarray(from, to));
        again += Number(one.some((value, m) => Math.abs(value - readOnce[from + m]!) > 1e-3));
      }
      if (batch === 33) expect([name, again > 4 && again < 30]).toEqual([name, true]);
    }
    layer.dispose();
    once.dispose();
  });
});

describe("bound management", () => {
  const one = (weights: readonly number[], input: Input, reach: number, x: readonly number[]) => {
    const config = { weights: plain, input, readout: { adc: { kind: "clip" as const, range: fixed(reach) } } };
    const layer = engine.linear({ weights, inFeatures: x.length, outFeatures: weights.length / x.length }, config);
    const y = [...layer.forward(x)];
    layer.dispose();
    return y;
  };

  it("halves drives until an output fits, and no further than its largest factor", () => {
    const read = (maxFactor: number) =>
      one([1, 1, 1, 1], { boundManagement: { kind: "iterative", maxFactor } }, 1, [1, 1, 1, 1])[0];
    expect(read(1)).toBe(1);
    expect(read(2)).toBe(2);
    expect(read(3)).toBe(2);
    expect(read(4)).toBe(4);
    expect(read(1024)).toBe(4);
  });

  it("decides for each array and vector by itself", () => {
    const config: CrossbarConfigInput = {
      weights: plain,
      array: { rows: 2 },
      input: { boundManagement: { kind: "iterative", maxFactor: 1 } },
      readout: { adc: { kind: "clip", range: fixed(1) } },
    };
    const read = (maxFactor: number, x: readonly number[]) => {
      const input = { boundManagement: { kind: "iterative" as const, maxFactor } };
      const layer = engine.linear({ weights: [1, 1, 0.5, 0.25], inFeatures: 4, outFeatures: 1 }, { ...config, input });
      const y = [...layer.forward(x)];
      layer.dispose();
      return y;
    };
    expect(read(1, [1, 1, 1, 1, 0.5, 0.25, 1, 1])).toEqual([1.75, 1.5]);
    expect(read(2, [1, 1, 1, 1, 0.5, 0.25, 1, 1])).toEqual([2.75, 1.5]);
  });

  it("S25: an output beyond either end counts, whatever the other outputs do", () => {
    const both = { boundManagement: { kind: "iterative" as const } };
    expect(one([0.9, -0.9], both, 0.5, [1])).toEqual([0.9, -0.9].map(Math.fround));
    expect(one([-0.9], both, 0.5, [1])).toEqual([Math.fround(-0.9)]);
    expect(one([0.9, -0.9], { boundManagement: { kind: "iterative", tests: "positive" } }, 0.5, [1])[1]).toBeCloseTo(
      -0.9,
      6,
    );
    expect(one([-0.9], { boundManagement: { kind: "iterative", tests: "positive" } }, 0.5, [1])).toEqual([-0.5]);
  });

  it("S36: the worst case's second round takes the range of the expected sum, whatever came first", () => {
    const config: CrossbarConfigInput = {
      weights: plain,
      input: {
        bits: 4,
        signed: true,
        boundManagement: { kind: "iterativeWorstCase", bound: 1, assumedWeight: 1, maxFactor: 1 },
      },
      readout: { adc: { kind: "clip", range: fixed(1) } },
    };
    const layer = engine.linear({ weights: [1, 1, 1, 0], inFeatures: 4, outFeatures: 1 }, config);
    // Σ = 3: the range becomes max(1, 3·1/1) = 3, a drive of 1/3 is code 2 of 7, and three of them fit.
    expect(layer.forward([1, 1, 1, 0])[0]).toBeCloseTo((3 * 2 * 3) / 7, 5);
    const drives = layer.trace([1, 1, 1, 0]).rows.map((row) => row.driveSum);
    expect(drives).toEqual([6]);
    layer.dispose();
  });

  it("keeps a vector that fits as it was, noise and all", () => {
    const noisy = { output: { noise: { kind: "normal", sigma: 0.1 } } } as const;
    const adc = { kind: "clip", range: fixed(2) } as const;
    const read = (boundManagement: NonNullable<Input["boundManagement"]>, x: readonly number[]) => {
      const config = { weights: plain, input: { boundManagement }, readout: { adc, ...noisy } };
      const layer = engine.linear({ weights: [1, 1], inFeatures: 2, outFeatures: 1 }, config, { layer: 0 });
      const y = [...layer.forward(x)];
      layer.dispose();
      return y;
    };
    const x = [0.5, 0.5, 1.5, 1.5, 0.25, 0.25, 3, 3, 0.1, 0];
    const [once, again] = [read({ kind: "none" }, x), read({ kind: "iterative" }, x)];
    for (const v of [0, 2, 4]) expect(again[v]).toBe(once[v]);
    expect(again[1]).not.toBe(2);
    expect(Math.abs(again[1]! - 3)).toBeLessThan(1.2);
    expect(Math.abs(again[3]! - 6)).toBeLessThan(2.4);
  });
});

describe("input scales", () => {
  const read = (range: NonNullable<Input["range"]>, x: readonly number[], rows: number | null = null) => {
    const layer = engine.linear(
      { weights: x.map(() => 1), inFeatures: x.length, outFeatures: 1 },
      { weights: plain, array: { rows }, input: { range, clip: true } },
    );
    const y = layer.forward(x)[0]!;
    const { arrayScale, inputScale } = layer.trace(x);
    layer.dispose();
    return { y, scale: (arrayScale ?? inputScale).map((s) => s[0]) };
  };

  it("S24: the signed maximum clips larger negative inputs, and is 0 where none is positive", () => {
    expect(read({ kind: "signedMax" }, [0.5, -2, 0.25])).toEqual({ y: 0.25, scale: [0.5] });
    expect(read({ kind: "signedMax" }, [-0.5, -2, 0])).toEqual({ y: 0, scale: [0] });
    expect(read({ kind: "signedMax", per: "array" }, [-0.5, -2, 1, 2], 2).scale).toEqual([0, 2]);
    expect(read({ kind: "absMax" }, [-0.5, -2, 0])).toEqual({ y: -2.5, scale: [2] });
  });

  it("have caps, and ranges that expected sums fit", () => {
    expect(read({ kind: "absMax", cap: 1 }, [0.5, -2, 0.25])).toEqual({ y: -0.25, scale: [1] });
    expect(read({ kind: "expectedSum", bound: 2, assumedWeight: 0.5 }, [1, -2, 1, 4]).scale).toEqual([4]);
    expect(read({ kind: "expectedSum", bound: 0.5, assumedWeight: 0.5 }, [1, -2, 1, 4]).scale).toEqual([6]);
    expect(
      read({ kind: "expectedSum", bound: 0.5, assumedWeight: 0.5, largestRatio: 1.25 }, [1, -2, 1, 4]).scale,
    ).toEqual([5]);
  });
});

describe("calibrated input ranges", () => {
  it("S28: are of magnitudes, so that a long negative tail counts; what was there is replaced and stated", () => {
    const layer = engine.linear(
      { weights: [1], inFeatures: 1, outFeatures: 1 },
      { input: { range: { kind: "signedMax" } } },
    );
    const x = Float32Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? -i / 100 : i / 1000));
    const { range } = layer.calibrate(x, { percentile: 0.95 }).input;
    layer.dispose();
    const magnitudes = [...x].map(Math.abs).sort((a, b) => a - b);
    expect(range).toEqual({ kind: "calibrated", max: expect.closeTo(magnitudes[949]!, 1) });
    expect([...x].sort((a, b) => a - b)[949]).toBeLessThan(1);
  });
});

describe("draws of the periphery", () => {
  const OUTPUTS = 4000;
  /** Outputs of a row of equal weights, read `reads` times. */
  const read = (output: Output, options: { reads?: number; input?: Input; weight?: number; x?: number[] } = {}) => {
    const { reads = 1, input = {}, weight = 1, x = [1] } = options;
    const weights = new Float32Array(OUTPUTS * x.length).fill(weight);
    const layer = engine.linear(
      { weights, inFeatures: x.length, outFeatures: OUTPUTS },
      { weights: plain, input, readout: { output } },
      { chip: 8, layer: 3, read: 21 },
    );
    const y = layer.forward(Float32Array.from({ length: reads * x.length }, (_, i) => x[i % x.length]!));
    layer.dispose();
    return y;
  };
  const agrees = (samples: ArrayLike<number>, mean: number, sigma: number) => {
    const found = moments(samples);
    expect(Math.abs(found.mean - mean)).toBeLessThan(meanGate(sigma, found.n) + 1e-6);
    expect(Math.abs(found.variance - sigma ** 2)).toBeLessThan(varianceGate(sigma, found.n));
  };

  it("S18: voltage offsets are symmetric; half-normal ones are asked for by name", () => {
    agrees(read({ offset: { kind: "normal", sigma: 0.1 } }), 1, 0.1);
    const half = [...read({ offset: { kind: "halfNormal", sigma: 0.1 } })];
    expect(Math.max(...half)).toBe(1);
    const none = half.filter((y) => y === 1).length;
    expect(Math.abs(none - OUTPUTS / 2)).toBeLessThan((4.892 * Math.sqrt(OUTPUTS)) / 2);
  });

  it("S18: asymmetries act where they are configured, in every kind of pass", () => {
    for (const signs of ["together", "analogSum", "digitalSum"] as const) {
      const x = [0.75, -0.5];
      expect(read({}, { x, input: { asymmetry: 0.5, signs } })[0]).toBe(0.5);
      // One conversion sees 0.25; two of them see 0.75 and −0.5.
      expect(read({ asymmetry: 0.5 }, { x, input: { signs } })[0]).toBe(signs === "digitalSum" ? 0.5 : 0.25);
    }
  });

  it("S19: the spread of the output noise is the spread's, drawn once for every output", () => {
    const READS = 200;
    const deviations = (spread: number) => {
      const y = read({ noise: { kind: "normal", sigma: 0.1, spread } }, { reads: READS });
      return Float64Array.from({ length: OUTPUTS }, (_, m) => {
        const own = Float64Array.from({ length: READS }, (_, b) => y[b * OUTPUTS + m]!);
        return Math.sqrt(moments(own).variance);
      });
    };
    // A deviation estimated from n reads spreads by its share 1/√(2n) by itself.
    const own = 1 / (2 * READS);
    for (const spread of [0, 0.1, 0.2]) {
      const found = moments(deviations(spread));
      const expected = 0.1 * Math.sqrt(spread ** 2 + own * (1 + spread ** 2));
      expect(Math.abs(found.mean - 0.1)).toBeLessThan(meanGate(expected, OUTPUTS) + 0.1 * own);
      expect(Math.abs(Math.sqrt(found.variance) / expected - 1)).toBeLessThan(0.08);
    }
  });

  it("output noise has its deviation in full devices, whatever the drive", () => {
    agrees(read({ noise: { kind: "normal", sigma: 0.06 } }), 1, 0.06);
    const input = { bits: 7, signed: true, range: { kind: "absMax" } } as const;
    agrees(read({ noise: { kind: "normal", sigma: 0.06 } }, { input, x: [3] }), 3, 0.18);
  });

  it("weight noise grows with inputs, or with weights too", () => {
    const x = [0.5, -1, 0.25];
    const power = 0.25 + 1 + 0.0625;
    const mean = -0.25 * 0.25;
    agrees(read({ weightNoise: { kind: "constant", sigma: 0.1 } }, { x, weight: 0.25 }), mean, 0.1 * Math.sqrt(power));
    const proportional = { kind: "proportional", sigma: 0.1 } as const;
    agrees(read({ weightNoise: proportional }, { x, weight: 0.25 }), mean, 0.1 * Math.sqrt(0.25 * power));
    const input = { bits: 5, signed: true, sliceBits: 1 } as const;
    const [codes] = [[8, -15, 4]];
    // Each bit is a read of its own, with noise of its own: Σ_i 4^i·(bits set) in place of Σ X².
    const set = codes!.reduce(
      (sum, c) => sum + [0, 1, 2, 3].reduce((s, i) => s + ((Math.abs(c) >> i) & 1) * 4 ** i, 0),
      0,
    );
    agrees(
      read({ weightNoise: proportional }, { x, weight: 0.25, input }),
      (0.25 * -3) / 15,
      (0.1 * Math.sqrt(0.25 * set)) / 15,
    );
  });

  it("drives err with noise of their own for every array, beyond the bound too", () => {
    const layer = engine.linear(
      { weights: [1, 0, 0, 1], inFeatures: 2, outFeatures: 2 },
      { weights: plain, array: { rows: 1 }, input: { noise: 0.1, clip: true } },
      { chip: 1, layer: 1, read: 4 },
    );
    const y = layer.forward(new Float32Array(40_000).fill(1));
    layer.dispose();
    const column = (m: number) => Float64Array.from({ length: 20_000 }, (_, b) => y[b * 2 + m]!);
    agrees(column(0), 1, 0.1);
    agrees(column(1), 1, 0.1);
  });

  it("the nonlinearity's strengths are the outputs' own, its gain the mean curve's", () => {
    const nonlinearity = { kind: "compressive", strength: 0.2, spread: 0.25, slopeAt: 0.5 } as const;
    const y = read({ nonlinearity });
    // y = F/(1 + n) at current 1.
    const gain = (1 + 0.2 * 0.5) ** 2;
    agrees(
      Float64Array.from(y, (v) => gain / v - 1),
      0.2,
      0.05,
    );
  });
});

describe("periphery that cannot be", () => {
  const cases: readonly (readonly [CrossbarConfigInput, string])[] = [
    [{ input: { levels: 31 } }, "input.levels"],
    [{ input: { bits: 5, signed: true, levels: 30 } }, "input.levels"],
    [{ input: { bits: 5, signed: true, levels: 33 } }, "input.levels"],
    [{ input: { bits: 5, signed: false, levels: 33 } }, "input.levels"],
    [{ input: { signed: false, signs: "analogSum" } }, "input.signs"],
    [{ input: { boundManagement: { kind: "iterative" } } }, "input.boundManagement.kind"],
    [
      { input: { boundManagement: { kind: "iterative" } }, readout: { adc: { kind: "uniform", bits: 8 } } },
      "input.boundManagement.kind",
    ],
    [{ input: { boundManagement: { kind: "iterative", maxFactor: 0.5 } } }, "input.boundManagement.maxFactor"],
    [{ input: { boundManagement: { kind: "shift" } as never } }, "input.boundManagement.kind"],
    [{ input: { boundManagement: { kind: "iterativeWorstCase" } as never } }, "input.boundManagement.bound"],
    [{ input: { range: { kind: "absMax", cap: 0 } } }, "input.range.cap"],
    [{ input: { range: { kind: "average" } as never } }, "input.range.kind"],
    [{ input: { noise: -1 } }, "input.noise"],
    [{ input: { asymmetry: 2 } }, "input.asymmetry"],
    [{ weights: { scale: { kind: "absMax", largest: 0 } } }, "weights.scale.largest"],
    [{ array: { irDrop: { kind: "approximate", wire: 0 } } }, "array.irDrop.wire"],
    [{ readout: { output: { seriesResistance: -1 } } }, "readout.output.seriesResistance"],
    [{ readout: { output: { offset: { kind: "uniform" } as never } } }, "readout.output.offset.kind"],
    [{ readout: { output: { noise: { kind: "normal" } as never } } }, "readout.output.noise.sigma"],
    [{ readout: { output: { gain: 1 } as never } }, "readout.output.gain"],
    [{ readout: { adc: { kind: "clip", range: { kind: "granular" } } } }, "readout.adc.range.kind"],
    [{ readout: { adc: { kind: "uniform", bits: 4, levels: 17 } } }, "readout.adc.levels"],
    [{ readout: { adc: { kind: "signMagnitude", bits: 4, levels: 14 } } }, "readout.adc.levels"],
    [{ readout: { outputScale: Number.NaN } }, "readout.outputScale"],
  ];
  it.each(cases)("%j", (config, path) => {
    let error: unknown;
    try {
      resolveConfig(config);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).path).toBe(path);
  });
});
