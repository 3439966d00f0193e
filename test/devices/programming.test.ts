import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, DEVICE_MODELS, type Engine } from "../../src/index.js";
import { normalBelow, PROGRAMMED, rectified } from "../support/device-laws.js";
import { type CellsInput, columnsOf, devicesAt, MICRO } from "../support/device-rig.js";
import { correlation, correlationGate, meanGate, moments, Z } from "../support/statistics.js";

// Every gate: α = 1e-6.
const COUNT = 20_000;
const SHARES = [0, 0.02, 0.1, 0.25, 0.4, 0.6, 0.8, 1];

type Programming = NonNullable<CellsInput["programming"]>;

const table = {
  kind: "table",
  conductance: [0, 5, 12, 25].map((g) => g * MICRO),
  sigma: [0.1, 0.8, 1, 0.4].map((s) => s * MICRO),
} as const;
const between = (at: readonly number[], values: readonly number[], g: number) => {
  const i = Math.min(at.findIndex((x) => x > g) - 1, at.length - 2);
  const k = i < 0 ? at.length - 2 : i;
  return values[k]! + ((values[k + 1]! - values[k]!) * (g - at[k]!)) / (at[k + 1]! - at[k]!);
};

/** Device, its range in µS, its standard deviation in µS and, where it is not the target, its mean. */
type Model = readonly [
  name: string,
  programming: Programming,
  gMin: number,
  gMax: number,
  sigma: (g: number, gMax: number) => number,
  mean?: (g: number) => number,
];

const MODELS: readonly Model[] = [
  ["independent", { kind: "independent", sigma: 0.03 }, 0, 25, (_, m) => 0.03 * m],
  ["proportional", { kind: "proportional", sigma: 0.07 }, 1, 25, (g) => 0.07 * g],
  ["inverse proportional", { kind: "inverseProportional", sigma: 0.002 }, 2.5, 25, (g, m) => (0.002 * m ** 2) / g],
  ["pcm at 25 µS", { kind: "pcm" }, 0, 25, PROGRAMMED.pcm!],
  ["pcm scaled to 40 µS", { kind: "pcm" }, 0, 40, PROGRAMMED.pcm!],
  ["pcm, half as wide", { kind: "pcm", scale: 0.5 }, 0, 25, (g, m) => PROGRAMMED.pcm!(g, m) / 2],
  ["pcmJoshi", { kind: "pcmJoshi" }, 0.25, 25, PROGRAMMED.pcmJoshi!],
  ["hermes, one device", { kind: "hermes", devices: 1 }, 0, 10.35, PROGRAMMED.hermesOne!],
  ["hermes, two devices", { kind: "hermes", devices: 2 }, 0, 20.7, PROGRAMMED.hermesTwo!],
  ["rramMilo", { kind: "rramMilo" }, 50, 225, PROGRAMMED.rramMilo!],
  ["rramWan", { kind: "rramWan" }, 0, 40, PROGRAMMED.rramWan!],
  ["rramWan, cubic fit", { kind: "rramWan", fit: "cubic" }, 0, 39, PROGRAMMED.rramWanCubic!],
  ["rramCmo at 2 %", { kind: "rramCmo" }, 9, 88.2, PROGRAMMED.rramCmo!],
  ["rramCmo at 0.2 %", { kind: "rramCmo", acceptance: 0.002 }, 9, 88.2, PROGRAMMED.rramCmoTight!],
  ["sonos", { kind: "sonos" }, 0, 16, PROGRAMMED.sonos!],
  [
    "a polynomial of one's own",
    {
      kind: "polynomial",
      unit: 20e-6,
      range: [0, 20e-6],
      mean: [0.02, 0.9, 0.05],
      sigma: [0.01, 0.05, -0.2, 0.3, -0.12],
    },
    0,
    20,
    (g) => 20 * [0.01, 0.05, -0.2, 0.3, -0.12].reduceRight((sum, c) => (sum * g) / 20 + c, 0),
    (g) => 20 * (0.02 + (0.9 * g) / 20 + 0.05 * (g / 20) ** 2),
  ],
  ["a table of one's own", table as never, 0, 25, (g) => between([0, 5, 12, 25], [0.1, 0.8, 1, 0.4], g)],
];

describe("after programming", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  const models = MODELS.map(([name, programming, gMin, gMax, sigmaOf, meanOf]) => {
    return { name, programming, gMin, gMax, sigmaOf, meanOf };
  });
  it.each(models)(
    "devices have mean, spread and tails of their law: $name",
    ({ programming, gMin, gMax, sigmaOf, meanOf }) => {
      const layer = devicesAt(engine, { gMin: gMin * MICRO, gMax: gMax * MICRO, programming }, SHARES, COUNT);
      columnsOf(layer).forEach((devices, i) => {
        const g = gMin + SHARES[i]! * (gMax - gMin);
        const sigma = sigmaOf(g, gMax);
        const centre = meanOf?.(g) ?? g;
        const [mean, sd] = rectified(centre, sigma);
        const m = moments(devices);
        // A grain of f32 where a law has no spread.
        expect(Math.abs(m.mean - mean), `mean at ${g} µS`).toBeLessThan(meanGate(sd, COUNT) + 3e-7 * gMax);
        // The variance's own standard error, from the sample's fourth moment where devices are cut off at zero.
        const error = Math.sqrt((Math.max(m.kurtosis, 3) - 1) / COUNT) * sd ** 2;
        expect(Math.abs(m.variance - sd ** 2), `variance at ${g} µS`).toBeLessThan(
          Z["1e-6"] * error + 1e-12 * gMax ** 2,
        );
        if (sigma === 0 || centre < 6 * sigma) return;
        for (const z of [2, 3]) {
          const share = 2 * normalBelow(-z);
          const beyond = devices.reduce((n, x) => n + (Math.abs(x - centre) > z * sigma ? 1 : 0), 0) / COUNT;
          expect(Math.abs(beyond - share), `beyond ${z} σ at ${g} µS`).toBeLessThan(
            meanGate(Math.sqrt(share * (1 - share)), COUNT),
          );
        }
      });
      layer.dispose();
    },
  );

  it("an even spread has its half width, not its full width (S11), and no tails", () => {
    for (const [of, half] of [
      ["gMax", () => 0.05 * 25],
      ["conductance", (g: number) => 0.05 * g],
      ["inverse", (g: number) => (0.05 * 25 ** 2) / g],
    ] as const) {
      const gMin = of === "inverse" ? 12.5 : 5;
      const cells = { gMin: gMin * MICRO, gMax: 25e-6, programming: { kind: "uniform", halfWidth: 0.05, of } } as const;
      const layer = devicesAt(engine, cells, SHARES, COUNT);
      columnsOf(layer).forEach((devices, i) => {
        const g = gMin + SHARES[i]! * (25 - gMin);
        const [width, m] = [half(g), moments(devices)];
        expect(Math.abs(m.mean - g)).toBeLessThan(meanGate(width / Math.sqrt(3), COUNT));
        const error = Math.sqrt((1.8 - 1) / COUNT) * (width ** 2 / 3);
        expect(Math.abs(m.variance - width ** 2 / 3)).toBeLessThan(Z["1e-6"] * error);
        expect(Math.max(...devices.map((x) => Math.abs(x - g)))).toBeLessThan(width * (1 + 1e-6));
        expect(Math.max(...devices.map((x) => Math.abs(x - g)))).toBeGreaterThan(width * 0.998);
      });
      layer.dispose();
    }
  });

  it("neighbours, devices of a pair, slices and layers err independently, out to four and a half σ (S32)", () => {
    const n = 65_536;
    const make = (layer: number) =>
      engine.linear(
        { weights: new Float32Array(n).fill(0), inFeatures: 256, outFeatures: 256 },
        {
          weights: { slices: { kind: "proportional", count: 2 } },
          cells: { gMin: 2.5e-6, programming: { kind: "pcm" } },
        },
        { chip: 3, layer },
      );
    const errors = [make(0), make(1)].flatMap((layer) => {
      const arrays = layer.conductances().map(({ siemens }) => siemens.map((g) => g / MICRO - 2.5));
      layer.dispose();
      return arrays;
    });
    expect(errors).toHaveLength(8);
    const gate = correlationGate(n - 256);
    for (const [i, a] of errors.entries()) {
      for (const b of errors.slice(i + 1)) expect(Math.abs(correlation(a, b))).toBeLessThan(gate);
      expect(Math.abs(correlation(a.subarray(1), a.subarray(0, n - 1)))).toBeLessThan(gate);
      expect(Math.abs(correlation(a.subarray(256), a.subarray(0, n - 256)))).toBeLessThan(gate);
    }
    // A list of 32,768 draws, as the other tool keeps, would repeat: no two devices of 524,288 err alike.
    const sigma = PROGRAMMED.pcm!(2.5, 25);
    const all = errors.flatMap((list) => [...list].map((x) => x / sigma));
    const beyond = all.filter((z) => Math.abs(z) > 4).length;
    const expected = 2 * normalBelow(-4) * all.length;
    expect(Math.abs(beyond - expected)).toBeLessThan(Z["1e-6"] * Math.sqrt(expected));
    expect(all.reduce((most, z) => Math.max(most, Math.abs(z)), 0)).toBeGreaterThan(4.5);
    expect(new Set(errors[0]!.slice(0, 4096)).size).toBeGreaterThan(4090);
  });

  it("gives the check values of the papers' fits", () => {
    const at = (curve: (typeof DEVICE_MODELS)["pcmJoshi"]["programming"], g: number) =>
      curve!.pieces[0]!.poly!.reduceRight((sum, c) => sum * g + c, 0);
    const values = {
      pcmJoshi: [
        [0.25, 0.3052],
        [5, 0.621],
        [12.5, 0.9553],
        [25, 1.0655],
      ],
      rramMilo: [
        [50, 4.327],
        [100, 3.8716],
        [225, 2.7332],
      ],
      rramWanCubic: [
        [0, 1.053],
        [5, 1.9675],
        [20, 2.3618],
        [39.26, 1.6806],
      ],
    } as const;
    for (const [name, list] of Object.entries(values)) {
      for (const [g, sigma] of list) {
        expect(Math.abs(at(DEVICE_MODELS[name as "pcmJoshi"].programming, g) - sigma)).toBeLessThan(5.1e-5);
      }
    }
  });

  it("S15: the Wan fit made at 40 µS scales with the device, as its reference says", () => {
    for (const gMax of [25, 40]) {
      const layer = devicesAt(engine, { gMax: gMax * MICRO, programming: { kind: "rramWan" } }, [1], COUNT);
      const { variance } = moments(columnsOf(layer)[0]!);
      const sigma = (1.103 * gMax) / 40;
      expect(Math.abs(Math.sqrt(variance) - sigma)).toBeLessThan((Z["1e-6"] * sigma) / Math.sqrt(2 * COUNT));
      layer.dispose();
    }
  });

  it("S16: the acceptance range is a share, and its default is the 2 % curve", () => {
    const sigma = (programming: Programming) => {
      const layer = devicesAt(engine, { gMin: 9e-6, gMax: 88e-6, programming }, [0.5], 1000);
      const { variance } = moments(columnsOf(layer)[0]!);
      layer.dispose();
      return Math.sqrt(variance);
    };
    expect(sigma({ kind: "rramCmo" })).toBe(sigma({ kind: "rramCmo", acceptance: 0.02 }));
    expect(sigma({ kind: "rramCmo" })).toBeGreaterThan(9 * sigma({ kind: "rramCmo", acceptance: 0.002 }));
  });

  it("clipped devices stay in gMin..gMax, others only above zero", () => {
    const cells = { gMin: 1e-6, gMax: 25e-6, programming: { kind: "independent", sigma: 0.1 } } as const;
    const range = (clip: boolean) => {
      const layer = devicesAt(engine, { ...cells, clip }, [0, 1], COUNT);
      const [low, high] = columnsOf(layer) as [Float64Array, Float64Array];
      layer.dispose();
      return [Math.min(...low), Math.max(...high)];
    };
    expect(range(true)[0]).toBeCloseTo(1, 5);
    expect(range(true)[1]).toBeCloseTo(25, 5);
    expect(Math.abs(range(false)[0]!)).toBeLessThan(1e-6);
    expect(range(false)[1]).toBeGreaterThan(32);
  });

  it("each slice and each side of a pair may be another device", () => {
    const loud = { kind: "independent", sigma: 0.05 } as const;
    const layer = engine.linear(
      { weights: new Float32Array(4096).fill(0.5), inFeatures: 64, outFeatures: 64 },
      {
        weights: { slices: { kind: "proportional", count: 2 } },
        cells: [
          { gMin: 5e-6, minus: { programming: loud } },
          { gMin: 5e-6, programming: loud, minus: { programming: { kind: "none" } } },
        ],
      },
    );
    const spread = layer.conductances().map(({ siemens }) => new Set(siemens).size > 1);
    expect(spread).toEqual([false, true, true, false]);
    layer.dispose();
  });
});
