import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, type Engine } from "../../src/index.js";
import { growth, POWER_LAWS } from "../support/device-laws.js";
import { type CellsInput, columnsOf, devicesAt } from "../support/device-rig.js";
import { kolmogorovSmirnov, kolmogorovSmirnovGate, meanGate, moments, varianceGate, Z } from "../support/statistics.js";

// Every gate: α = 1e-6.
const READS = 20_000;
const SHARES = [0.02, 0.06, 0.12, 0.25, 0.4, 0.6, 0.8, 1];

type Read = NonNullable<CellsInput["read"]>;

/** Standard deviation of a read as a share of gMax, and the range in µS. */
const LAWS: readonly { name: string; read: Read; gMin: number; gMax: number; sigma: (g: number) => number }[] = [
  { name: "independent", read: { kind: "independent", sigma: 0.03 }, gMin: 1, gMax: 25, sigma: () => 0.03 },
  {
    name: "proportional",
    read: { kind: "proportional", sigma: 0.05 },
    gMin: 1,
    gMax: 25,
    sigma: (g) => (0.05 * g) / 25,
  },
  {
    name: "inverse proportional",
    read: { kind: "inverseProportional", sigma: 0.002 },
    gMin: 1,
    gMax: 25,
    sigma: (g) => (0.002 * 25) / g,
  },
  {
    name: "polynomial",
    read: { kind: "polynomial", unit: 25e-6, range: [0, 25e-6], sigma: [0.01, 0.05, -0.1, 0.08] },
    gMin: 0,
    gMax: 25,
    sigma: (g) => [0.01, 0.05, -0.1, 0.08].reduceRight((sum, c) => (sum * g) / 25 + c, 0),
  },
  {
    name: "table",
    read: { kind: "table", conductance: [0, 10e-6, 25e-6], sigma: [0.2e-6, 0.5e-6, 0.1e-6] },
    gMin: 0,
    gMax: 25,
    sigma: (g) => (g < 10 ? 0.2 + 0.03 * g : 0.5 - (0.4 * (g - 10)) / 15) / 25,
  },
  {
    name: "sonos",
    read: { kind: "sonos" },
    gMin: 0,
    gMax: 16,
    sigma: (g) => (12.58037 * (1 - Math.exp((-g * 100) / 215.36557))) / 1600,
  },
  {
    name: "rramCmo after an hour",
    read: { kind: "rramCmo" },
    gMin: 9,
    gMax: 88,
    sigma: (g) => (0.0277316483 * Math.log10(g) * growth(3600, 1e-6)) / 88,
  },
  {
    name: "pcm after an hour",
    read: { kind: "pcm" },
    gMin: 0,
    gMax: 25,
    sigma: (g) => ((POWER_LAWS["pcm"]!.quality(g / 25) * g) / 25) * growth(3620, 250e-9),
  },
  {
    name: "hermes after an hour",
    read: { kind: "hermes" },
    gMin: 0,
    gMax: 20.7,
    sigma: (g) => ((POWER_LAWS["hermesTwo"]!.quality(g / 20.7) * g) / 20.7) * growth(3900, 512e-9),
  },
];

describe("read noise", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  const ones = new Float32Array(READS).fill(1);

  it.each(LAWS)(
    "has its law's spread at every conductance, fresh at every read: $name",
    ({ read, gMin, gMax, sigma }) => {
      const layer = devicesAt(engine, { gMin: gMin * 1e-6, gMax: gMax * 1e-6, read }, SHARES, 1);
      if ("scale" in read || ["pcm", "hermes", "rramCmo"].includes(read.kind)) layer.drift(3600);
      const y = layer.forward(ones);
      SHARES.forEach((share, m) => {
        const reads = Float64Array.from({ length: READS }, (_, v) => y[v * SHARES.length + m]!);
        const sd = (sigma(gMin + share * (gMax - gMin)) * gMax) / (gMax - gMin);
        const found = moments(reads);
        expect(Math.abs(found.mean - share)).toBeLessThan(meanGate(sd, READS));
        expect(Math.abs(found.variance - sd ** 2), `at ${share}`).toBeLessThan(varianceGate(sd, READS));
      });
      layer.dispose();
    },
  );

  it.each(LAWS)("is the same drawn per line and per device: $name", ({ read, gMin, gMax }) => {
    for (const input of [{}, { bits: 3, signed: true, sliceBits: 1 }] as const) {
      const sampled = (["line", "cell"] as const).map((sampling) => {
        const weights = Float32Array.from({ length: 12 }, (_, i) => (i % 5) / 4 - 0.5);
        const layer = engine.linear(
          { weights, inFeatures: 12, outFeatures: 1 },
          { cells: { gMin: gMin * 1e-6, gMax: gMax * 1e-6, read, sampling }, input },
          { chip: 2, layer: 0, read: sampling === "line" ? 1 : 2 },
        );
        layer.drift(3600);
        const x = new Float32Array(12 * 4000).map((_, i) => [1, -1, 0.4, 0][i % 4]!);
        const y = layer.forward(x);
        layer.dispose();
        return y;
      });
      const distance = kolmogorovSmirnov(sampled[0]!, sampled[1]!);
      expect(distance).toBeLessThan(kolmogorovSmirnovGate(4000, 4000, 1e-6));
      expect(moments(sampled[0]!).variance).toBeGreaterThan(0);
    }
  });

  it("each side of a pair may be read differently", () => {
    const quiet = { kind: "none" } as const;
    const loud = { kind: "independent", sigma: 0.02 } as const;
    const spread = (plus: Read, minus: Read, subtract: "analog" | "digital") => {
      const layer = engine.linear(
        { weights: [0.5], inFeatures: 1, outFeatures: 1 },
        {
          weights: { scale: { kind: "given", max: 1 }, representation: { kind: "pair", subtract } },
          cells: { read: plus, minus: { read: minus } },
        },
        { chip: 1, layer: 0 },
      );
      const y = layer.forward(ones);
      layer.dispose();
      return moments(y).variance;
    };
    for (const subtract of ["analog", "digital"] as const) {
      for (const [plus, minus, sides] of [
        [loud, quiet, 1],
        [quiet, loud, 1],
        [loud, { ...loud }, 2],
      ] as const) {
        const sd = 0.02 * Math.sqrt(sides);
        expect(Math.abs(spread(plus, minus, subtract) - sd ** 2)).toBeLessThan(varianceGate(sd, READS));
      }
    }
  });

  it("spreads evenly within its half width where devices are drawn one by one", () => {
    const cells: CellsInput = { gMin: 5e-6, read: { kind: "uniform", halfWidth: 0.04 }, sampling: "cell" };
    const layer = devicesAt(engine, cells, [0.5], 1);
    const y = layer.forward(ones);
    const half = (0.04 * 25) / 20;
    const found = moments(y);
    expect(Math.abs(found.variance - half ** 2 / 3)).toBeLessThan(Z["1e-6"] * (half ** 2 / 3) * Math.sqrt(0.8 / READS));
    expect(Math.max(...y.map((v) => Math.abs(v - 0.5)))).toBeLessThan(half * 1.0001);
    layer.dispose();
    expect(() => devicesAt(engine, { ...cells, sampling: "line" }, [0.5], 1)).toThrow(
      /cells\.sampling: expected "cell"/,
    );
  });

  it("of relative models is looked up where devices were programmed, and grows with time", () => {
    const cells: CellsInput = {
      gMax: 25e-6,
      read: { kind: "pcm" },
      drift: { kind: "constant", exponent: 0.1, start: 20 },
    };
    const layer = devicesAt(engine, cells, [0.5], 1);
    const spread = () => Math.sqrt(moments(layer.forward(ones)).variance);
    const quality = POWER_LAWS["pcm"]!.quality(0.5);
    for (const t of [null, 3600, 86_400]) {
      if (t !== null) layer.drift(t);
      const g = columnsOf(layer)[0]![0]! / 25;
      const sd = g * quality * growth((t ?? 0) + 20, 250e-9);
      expect(Math.abs(spread() - sd)).toBeLessThan((Z["1e-6"] * sd) / Math.sqrt(2 * READS));
    }
    layer.dispose();
  });
});
