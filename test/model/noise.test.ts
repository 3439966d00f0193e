import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, type CrossbarConfigInput, type Engine } from "../../src/index.js";
import { realNumbers } from "../support/scene.js";
import {
  correlation,
  correlationGate,
  kolmogorovSmirnov,
  kolmogorovSmirnovGate,
  meanGate,
  moments,
  varianceGate,
  Z,
} from "../support/statistics.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.dispose());

/** One vector, `reads` times over. */
function repeated(vector: readonly number[], reads: number): Float32Array {
  return Float32Array.from({ length: vector.length * reads }, (_, i) => vector[i % vector.length]!);
}

/** Output m of every read. */
function output(y: Float32Array, outputs: number, m: number): Float64Array {
  return Float64Array.from({ length: y.length / outputs }, (_, b) => y[b * outputs + m]!);
}

describe("read noise drawn per line against the same noise drawn per device", () => {
  const READS = 100_000;
  const weights = [0.9, -0.4, 0.25, 0.1, -0.8, 0.6, 0, -0.15, -0.5, -0.9, 0.7, -0.05];
  const drives = {
    "real inputs": { input: {}, x: [0.75, -0.5, 1, -0.25, 0.6, -1] },
    "signed bits": { input: { bits: 4, signed: true, sliceBits: 1 }, x: [5 / 7, -3 / 7, 1, -2 / 7, 4 / 7, -1] },
    "unsigned 2-bit slices": { input: { bits: 4, sliceBits: 2 }, x: [11 / 15, 3 / 15, 1, 6 / 15, 9 / 15, 2 / 15] },
  } as const;
  const representations = [
    { kind: "pair", subtract: "analog" },
    { kind: "pair", subtract: "digital" },
    { kind: "offset", remove: "digital" },
    { kind: "offset", remove: "unitColumn" },
  ] as const;
  const models = ["independent", "proportional"] as const;
  const table = representations.flatMap((representation) =>
    models.flatMap((kind) =>
      Object.entries(drives).map(([drive, { input, x }]) => ({ representation, kind, drive, input, x })),
    ),
  );

  it.each(table)("has one distribution: $representation, $kind, $drive", ({ representation, kind, input, x }) => {
    const read = (sampling: "line" | "cell") => {
      const config: CrossbarConfigInput = {
        weights: { bits: 4, slices: { kind: "positional", bitsPerSlice: 2 }, representation },
        cells: { gMin: 2.5e-6, gMax: 25e-6, read: { kind, sigma: 0.05 }, sampling },
        input,
      };
      const layer = engine.linear({ weights, inFeatures: 6, outFeatures: 2 }, config, { chip: 1, layer: 5, read: 17 });
      const y = layer.forward(repeated(x, READS));
      layer.dispose();
      return y;
    };
    const [line, cell] = [read("line"), read("cell")];
    // α = 1e-6 per comparison; n = 1e5 each sees a spread that differs by 6 %, a shift of 5 % of sigma.
    const gate = kolmogorovSmirnovGate(READS, READS, 1e-6);
    for (const m of [0, 1]) {
      const [a, b] = [output(line, 2, m), output(cell, 2, m)];
      expect(moments(a).variance).toBeGreaterThan(0);
      expect(kolmogorovSmirnov(a, b)).toBeLessThan(gate);
    }
  });
});

describe("line noise", () => {
  it("has the variance Σ s²(G) t², and no correlation from read to read or column to column", () => {
    const n = 200_000;
    const [gMin, gMax, sigma] = [5e-6, 25e-6, 0.04];
    const weights = [0.5, -1, 0.25, 1];
    const x = [1, -0.5, 0.75, 0.25];
    const cells = { gMin, gMax, read: { kind: "proportional", sigma } } as const;
    const layer = engine.linear({ weights: [...weights, ...weights], inFeatures: 4, outFeatures: 2 }, { cells });
    const y = layer.forward(repeated(x, n));
    layer.dispose();
    const [a, b] = [output(y, 2, 0), output(y, 2, 1)];
    // A device of a pair at level l carries gMin + (gMax - gMin) l; its partner stays at gMin.
    const deviation = (level: number) => (sigma * (gMin + (gMax - gMin) * level)) / (gMax - gMin);
    const variance = weights.reduce(
      (sum, w, j) => sum + x[j]! ** 2 * (deviation(Math.abs(w)) ** 2 + deviation(0) ** 2),
      0,
    );
    const mean = weights.reduce((sum, w, j) => sum + w * x[j]!, 0);
    for (const samples of [a, b]) {
      const found = moments(samples);
      expect(Math.abs(found.mean - mean)).toBeLessThan(meanGate(Math.sqrt(variance), n));
      expect(Math.abs(found.variance - variance)).toBeLessThan(varianceGate(Math.sqrt(variance), n));
      // Standard errors of skewness and kurtosis of a normal sample: sqrt(6/n), sqrt(24/n); α = 1e-6.
      expect(Math.abs(found.skewness)).toBeLessThan(Z["1e-6"] * Math.sqrt(6 / n));
      expect(Math.abs(found.kurtosis - 3)).toBeLessThan(Z["1e-6"] * Math.sqrt(24 / n));
      expect(Math.abs(correlation(samples.subarray(0, n - 1), samples.subarray(1)))).toBeLessThan(
        correlationGate(n - 1),
      );
    }
    expect(Math.abs(correlation(a, b))).toBeLessThan(correlationGate(n));
  });
});

describe("samples", () => {
  const weights = realNumbers(3, 20 * 9, -1, 1);
  const x = realNumbers(4, 20 * 6, -1, 1);
  const make = (sampling: "line" | "cell", chip = 2) => {
    const cells = { gMin: 1e-6, read: { kind: "proportional", sigma: 0.05 }, sampling } as const;
    const config: CrossbarConfigInput = {
      weights: {
        bits: 5,
        slices: { kind: "positional", bitsPerSlice: 2 },
        representation: { kind: "offset", remove: "unitColumn" },
      },
      cells,
      array: { rows: 7, columns: 4 },
      input: { bits: 5, signed: true, sliceBits: 2 },
      readout: { adc: { kind: "uniform", bits: 8 } },
    };
    return engine.linear({ weights, inFeatures: 20, outFeatures: 9 }, config, { chip, layer: 0, read: 5 });
  };
  const join = (...parts: Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));

  describe.each(["line", "cell"] as const)("drawn per %s", (sampling) => {
    it("a batch of six is six batches of one, and two of three", () => {
      const whole = make(sampling).forward(x);
      const ones = make(sampling);
      expect(join(...Array.from({ length: 6 }, (_, b) => ones.forward(x.subarray(b * 20, b * 20 + 20))))).toEqual(
        whole,
      );
      expect(ones.samples).toBe(6);
      const halves = make(sampling);
      expect(join(halves.forward(x.subarray(0, 60)), halves.forward(x.subarray(60)))).toEqual(whole);
    });

    it("a repeated call gives fresh noise, and equal vectors of one batch differ", () => {
      const layer = make(sampling);
      const first = layer.forward(x);
      expect(layer.forward(x)).not.toEqual(first);
      const same = layer.forward(join(x.subarray(0, 20), x.subarray(0, 20)));
      expect(same.subarray(0, 9)).not.toEqual(same.subarray(9));
    });

    it("`read` replays from sample 0, `firstSample` from there, and neither moves the counter", () => {
      const layer = make(sampling);
      const first = layer.forward(x);
      expect(layer.forward(x, { read: 5 })).toEqual(first);
      expect(layer.forward(x.subarray(40), { read: 5, firstSample: 2 })).toEqual(first.subarray(18));
      expect(layer.forward(x.subarray(40), { firstSample: 2 })).toEqual(first.subarray(18));
      expect(layer.forward(x, { read: 6 })).not.toEqual(first);
      expect(layer.samples).toBe(6);
    });
  });
});

describe("programming errors", () => {
  const N = 400;
  const level = 0.5;

  it.each(["independent", "proportional"] as const)("%s: mean and deviation of the devices", (kind) => {
    const [gMin, gMax, sigma] = [2e-6, 20e-6, 0.03];
    const cells = { gMin, gMax, programming: { kind, sigma } };
    const weights = new Float32Array(N * N).fill(level);
    const layer = engine.linear(
      { weights, inFeatures: N, outFeatures: N },
      { cells, weights: { scale: { kind: "given", max: 1 } } },
    );
    const devices = layer.conductances();
    layer.dispose();
    for (const [polarity, target] of [
      ["plus", gMin + (gMax - gMin) * level],
      ["minus", gMin],
    ] as const) {
      const { siemens } = devices.find((array) => array.polarity === polarity)!;
      const deviation = kind === "independent" ? sigma * gMax : sigma * target;
      const found = moments(siemens);
      // α = 1e-6 each; n = 160,000 sees a mean off by 1.2 % of sigma and a deviation off by 0.9 %. None is near zero, so none is clipped.
      expect(Math.abs(found.mean - target)).toBeLessThan(meanGate(deviation, N * N));
      expect(Math.abs(found.variance - deviation ** 2)).toBeLessThan(varianceGate(deviation, N * N));
      expect(Math.abs(found.kurtosis - 3)).toBeLessThan(Z["1e-6"] * Math.sqrt(24 / (N * N)));
      expect(Math.abs(correlation(siemens.subarray(1), siemens.subarray(0, N * N - 1)))).toBeLessThan(
        correlationGate(N * N),
      );
    }
  });

  it("keep conductances from going negative, and inside the device's range where that is asked for", () => {
    const weights = realNumbers(8, 64 * 64, -1, 1);
    const edge = (clip: boolean) => {
      const cells = { gMin: 2e-6, gMax: 20e-6, programming: { kind: "independent", sigma: 0.3 }, clip } as const;
      const layer = engine.linear({ weights, inFeatures: 64, outFeatures: 64 }, { cells });
      const all = layer.conductances().flatMap(({ siemens }) => [...siemens]);
      layer.dispose();
      return [Math.min(...all), Math.max(...all)] as const;
    };
    const [low, high] = edge(false);
    expect(low).toBeGreaterThanOrEqual(0);
    expect(low).toBeLessThan(1e-9);
    expect(high).toBeGreaterThan(22e-6);
    const [inside, top] = edge(true);
    expect(inside).toBeCloseTo(2e-6, 11);
    expect(top).toBeCloseTo(20e-6, 11);
  });

  it("differ between two layers of one chip, which average; and return with the chip and layer number", () => {
    const [inputs, outputs, sigma] = [8, 20_000, 0.1];
    const weights = new Float32Array(inputs * outputs).fill(0.5);
    const config: CrossbarConfigInput = {
      weights: { scale: { kind: "given", max: 1 } },
      cells: { gMin: 0, gMax: 25e-6, programming: { kind: "proportional", sigma } },
    };
    const source = { weights, inFeatures: inputs, outFeatures: outputs };
    const [one, two] = [engine.linear(source, config, { chip: 40 }), engine.linear(source, config, { chip: 40 })];
    const x = new Float32Array(inputs).fill(1);
    const [a, b] = [one.forward(x), two.forward(x)];
    const again = engine.linear(source, config, { chip: 40, layer: one.address.layer });
    const elsewhere = engine.linear(source, config, { chip: 41 });
    expect(again.forward(x)).toEqual(a);
    const c = elsewhere.forward(x);
    for (const layer of [one, two, again, elsewhere]) layer.dispose();
    // Each output errs by sigma · 0.5 · sqrt(8); the mean of two layers by that over the square root of two.
    const deviation = sigma * 0.5 * Math.sqrt(inputs);
    const mean = a.map((value, m) => (value + b[m]!) / 2);
    expect(Math.abs(moments(a).variance - deviation ** 2)).toBeLessThan(varianceGate(deviation, outputs));
    expect(Math.abs(moments(mean).variance - deviation ** 2 / 2)).toBeLessThan(
      varianceGate(deviation / Math.SQRT2, outputs),
    );
    expect(Math.abs(correlation(a, b))).toBeLessThan(correlationGate(outputs));
    expect(Math.abs(correlation(a, c))).toBeLessThan(correlationGate(outputs));
  });

  it("differ between tiles, slices and sides of one layer", () => {
    const weights = new Float32Array(32 * 32).fill(0);
    const config: CrossbarConfigInput = {
      weights: { bits: 4, scale: { kind: "given", max: 1 }, slices: { kind: "positional", bitsPerSlice: 1 } },
      cells: { gMin: 5e-6, gMax: 25e-6, programming: { kind: "independent", sigma: 0.02 } },
      array: { rows: 16, columns: 16 },
    };
    const layer = engine.linear({ weights, inFeatures: 32, outFeatures: 32 }, config);
    const arrays = layer.conductances();
    layer.dispose();
    expect(arrays).toHaveLength(4 * 3 * 2);
    arrays.forEach((a, i) => {
      for (const b of arrays.slice(0, i)) {
        expect(Math.abs(correlation(a.siemens, b.siemens))).toBeLessThan(correlationGate(256));
      }
    });
  });
});
