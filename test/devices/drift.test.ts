import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, createEngine, createPool, type Engine } from "../../src/index.js";
import { folded, growth, POWER_LAWS, PROGRAMMED, rectified } from "../support/device-laws.js";
import { type CellsInput, columnsOf, devicesAt, exponentsOf, MICRO } from "../support/device-rig.js";
import { correlation, correlationGate, meanGate, moments, Z } from "../support/statistics.js";

// Every gate: α = 1e-6.
const COUNT = 20_000;
const SHARES = [0.02, 0.06, 0.12, 0.25, 0.4, 0.6, 0.8, 1];
const DAY = 86_400;

const LAWS = [
  { name: "pcm", law: POWER_LAWS["pcm"]!, cells: { gMax: 25e-6, drift: { kind: "pcm" } } },
  {
    name: "hermes, one device",
    law: POWER_LAWS["hermesOne"]!,
    cells: { gMax: 10.35e-6, drift: { kind: "hermes", devices: 1 } },
  },
  { name: "hermes, two devices", law: POWER_LAWS["hermesTwo"]!, cells: { gMax: 20.7e-6, drift: { kind: "hermes" } } },
] as const;

function expectMoments(devices: Float64Array, mean: number, sd: number, what: string): void {
  const m = moments(devices);
  const n = devices.length;
  expect(Math.abs(m.mean - mean), `mean ${what}`).toBeLessThan(meanGate(sd, n) + 1e-6 * Math.abs(mean));
  const error = Math.sqrt((Math.max(m.kurtosis, 3) - 1) / n) * sd ** 2;
  expect(Math.abs(m.variance - sd ** 2), `variance ${what}`).toBeLessThan(Z["1e-6"] * error + 1e-6 * sd ** 2);
}

describe("drift", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  it.each(LAWS)("exponents have the law's mean and spread, folded at zero: $name", ({ law, cells }) => {
    const layer = devicesAt(engine, cells, SHARES, COUNT);
    exponentsOf(layer).forEach((nu, i) => {
      const h = SHARES[i]!;
      expectMoments(nu, ...folded(law.mean(h), law.sigma(h)), `of ν at ${h} gMax`);
      expect(Math.min(...nu)).toBeGreaterThanOrEqual(0);
    });
    layer.dispose();
  });

  it.each(LAWS)("devices decay by their own exponents, with noise that grows with time: $name", ({ law, cells }) => {
    const layer = devicesAt(engine, cells, SHARES, COUNT);
    const exponents = exponentsOf(layer);
    for (const t of [0, 1, 3600, 30 * DAY]) {
      layer.drift(t);
      columnsOf(layer).forEach((devices, i) => {
        const g = (SHARES[i]! * cells.gMax) / MICRO;
        const relative = devices.map((x, r) => x / (g * ((t + law.start) / law.start) ** -exponents[i]![r]!) - 1);
        const sigma = law.quality(SHARES[i]!) * growth(t + law.start, law.readTime);
        const [mean, sd] = rectified(1, sigma);
        expectMoments(relative, mean - 1, sd, `of the noise at ${SHARES[i]} gMax after ${t} s`);
        // Exponent and long-term noise are drawn apart.
        expect(Math.abs(correlation(relative, exponents[i]!))).toBeLessThan(correlationGate(COUNT));
      });
    }
    layer.dispose();
  });

  it("gives the factors of low-frequency noise at 0 s, 1 s, 1 h and 1 d", () => {
    const factors = [0, 1, 3600, DAY].map((t) => growth(t + 20, 250e-9).toFixed(4));
    expect(factors).toEqual(["4.1838", "4.1897", "4.7648", "5.0868"]);
  });

  it.each([
    ["constant", { kind: "constant", exponent: 0.06, deviation: 0.01 }, () => [0.06, 0.01]],
    [
      "polynomial",
      { kind: "polynomial", unit: 25e-6, range: [0, 25e-6], exponent: [0.1, -0.05, 0.01], deviation: [0.02, -0.01] },
      (h: number) => [0.1 - 0.05 * h + 0.01 * h ** 2, 0.02 - 0.01 * h],
    ],
    [
      "table",
      { kind: "table", conductance: [0, 10e-6, 25e-6], exponent: [0.1, 0.06, 0.03], deviation: [0.02, 0.01, 0.005] },
      (h: number) =>
        h < 0.4 ? [0.1 - 0.1 * h, 0.02 - 0.025 * h] : [0.06 - 0.05 * (h - 0.4), 0.01 - (0.005 * (h - 0.4)) / 0.6],
    ],
  ] as const)("exponents of one's own device follow its data: %s", (_name, drift, law) => {
    const layer = devicesAt(engine, { gMax: 25e-6, drift: drift as never }, SHARES, COUNT);
    exponentsOf(layer).forEach((nu, i) => {
      const [mean, sigma] = law(SHARES[i]!) as [number, number];
      expectMoments(nu, ...folded(mean, sigma), `of ν at ${SHARES[i]} gMax`);
    });
    layer.drift(1e6);
    const decayed = columnsOf(layer)[7]![5]! / 25;
    expect(decayed).toBeCloseTo((1e6 / 20 + 1) ** -exponentsOf(layer)[7]![5]!, 5);
    layer.dispose();
  });

  it("Wan devices widen around their targets at the three measured times", () => {
    const cells = { gMax: 40e-6, programming: { kind: "rramWan" }, drift: { kind: "rramWan" } } as const;
    const layer = devicesAt(engine, cells, SHARES, COUNT);
    const fresh = columnsOf(layer);
    const at = [
      [1, [0.348, 16.03, -43.853, 45.393, -16.815]],
      [DAY, [0.701, 22.086, -50.773, 47.095, -16.458]],
      [2 * DAY, [0.782, 20.274, -43.507, 37.062, -11.934]],
    ] as const;
    for (const [t, c] of at) {
      layer.drift(t);
      columnsOf(layer).forEach((devices, i) => {
        const sigma = c.reduceRight((sum, x) => sum * SHARES[i]! + x, 0);
        expectMoments(devices, ...rectified(40 * SHARES[i]!, sigma), `at ${SHARES[i]} gMax after ${t} s`);
        // A device keeps the deviation it was programmed with: it relaxes, it is not another device.
        if (t > 1) expect(correlation(devices, fresh[i]!)).toBeGreaterThan(0.3);
      });
    }
    layer.drift(1);
    expect(columnsOf(layer)).toEqual(fresh);
    layer.dispose();
  });

  it("CMO devices sink and widen with ln t, and stay in their range", () => {
    const cells = {
      gMin: 9e-6,
      gMax: 88.2e-6,
      programming: { kind: "rramCmo" },
      drift: { kind: "rramCmo", noise: 0 },
    } as const;
    const layer = devicesAt(engine, cells, SHARES, COUNT);
    for (const t of [1, 3600, DAY]) {
      layer.drift(t);
      columnsOf(layer).forEach((devices, i) => {
        const g = 9 + SHARES[i]! * 79.2;
        if (SHARES[i]! > 0.05 && SHARES[i]! < 1) {
          const sd = Math.hypot(PROGRAMMED["rramCmo"]!(g, 88.2), 0.04201137 * Math.log(t) + 0.41183342);
          expectMoments(devices, g - 0.08900206 * Math.log(t), sd, `at ${g} µS after ${t} s`);
        }
        expect(Math.min(...devices)).toBeGreaterThan(9 - 1e-5);
        expect(Math.max(...devices)).toBeLessThan(88.2 + 1e-5);
      });
    }
    layer.dispose();
  });

  it("S16: read noise of CMO devices near zero conductance is no NaN", () => {
    const cells = { gMin: 9e-6, gMax: 88.2e-6, programming: { kind: "none" }, drift: { kind: "rramCmo" } } as const;
    const layer = devicesAt(engine, cells, [0, 0.5], 64);
    layer.setConductances(layer.conductances().map((a) => ({ ...a, siemens: a.siemens.map(() => 0) })));
    layer.drift(3600);
    expect(columnsOf(layer).every((list) => list.every((g) => Number.isFinite(g) && g >= 9 - 1e-5))).toBe(true);
    layer.dispose();
  });

  it("SONOS devices follow the measured days and the lines between them", () => {
    const cells = { gMax: 16e-6, programming: { kind: "sonos" }, drift: { kind: "sonos" } } as const;
    const layer = devicesAt(engine, cells, SHARES, COUNT);
    // Day one, and half way to day two: p, A and B of the paper's fit (currents in nA at 0.1 V).
    const p1 = [
      1.72684e-1, 5.72552e-2, -6.85715e-4, 3.50271e-6, -9.37682e-9, 1.40575e-11, -1.19803e-14, 5.41293e-18,
      -8.85448e-22, -1.66869e-25, 5.9518e-29,
    ];
    const p2 = [
      2.50712e-1, 6.62195e-2, -6.83218e-4, 2.99442e-6, -6.78255e-9, 7.70482e-12, -3.04983e-15, -2.15919e-18,
      2.94617e-21, -1.23359e-24, 1.85329e-28,
    ];
    const half = (a: number, b: number) => (a + b) / 2;
    for (const [t, p, a, b] of [
      [DAY, p1, 25.59102, 186.85544],
      [1.5 * DAY, p1.map((x, i) => half(x, p2[i]!)), half(25.59102, 28.72753), half(186.85544, 193.56834)],
    ] as const) {
      layer.drift(t);
      columnsOf(layer).forEach((devices, i) => {
        const current = 1600 * SHARES[i]!;
        const drifted = current + p.reduceRight((sum, c) => sum * current + c, 0);
        const sigma = a * (1 - Math.exp(-drifted / b));
        expectMoments(devices, ...rectified(drifted / 100, sigma / 100), `at ${current} nA after ${t} s`);
      });
    }
    layer.dispose();
  });

  const pair = (cells: CellsInput, bits: number | null = null) =>
    ({
      weights: { bits, slices: { kind: "proportional", count: 2 } },
      cells,
      input: { bits: 4, signed: true, sliceBits: 1 },
    }) as const;
  const source = {
    weights: Float32Array.from({ length: 600 }, (_, i) => Math.sin(i)),
    inFeatures: 30,
    outFeatures: 20,
  };
  const x = Float32Array.from({ length: 90 }, (_, i) => Math.cos(i));
  const drifting: CellsInput = { gMin: 1e-6, gMax: 25e-6, programming: { kind: "pcm" }, drift: { kind: "pcm" } };

  it("comes to the same devices in any order of times", () => {
    const make = () => engine.linear(source, pair(drifting), { chip: 5, layer: 1 });
    const [forth, back] = [make(), make()];
    const times = [0, 1, 3600, DAY, 365 * DAY];
    const seen = new Map(
      times.map((t) => {
        forth.drift(t);
        return [t, [forth.conductances(), forth.forward(x, { firstSample: 0 })]] as const;
      }),
    );
    for (const t of [DAY, 0, 365 * DAY, 1, 3600]) {
      back.drift(t);
      expect([back.conductances(), back.forward(x, { firstSample: 0 })]).toEqual(seen.get(t));
      expect(back.seconds).toBe(t);
    }
    forth.dispose();
    back.dispose();
  });

  it("S14: each device of a pair drifts by itself, from where its own programming error left it", () => {
    const layer = engine.linear(source, pair({ ...drifting, drift: { kind: "pcm", noise: { kind: "none" } } }), {
      chip: 6,
      layer: 0,
    });
    const before = layer.conductances();
    const exponents = layer.driftExponents();
    layer.drift(DAY);
    const factor = (DAY + 20) / 20;
    layer.conductances().forEach(({ siemens }, a) => {
      siemens.forEach((g, i) => {
        const alone = before[a]!.siemens[i]! * factor ** -exponents[a]!.exponents[i]!;
        // The level grid rounds before and after.
        expect(Math.abs(g - alone)).toBeLessThan(2e-9);
      });
    });
    expect(exponents).toHaveLength(4);
    expect(Math.abs(correlation(exponents[0]!.exponents, exponents[1]!.exponents))).toBeLessThan(correlationGate(600));
    layer.dispose();
  });

  it("S11: a programming error is there at every time, whatever drifts", () => {
    const spread = (programming: CellsInput["programming"]) => {
      const cells = { gMax: 25e-6, programming, drift: { kind: "constant", exponent: 0.05 } } as CellsInput;
      const layer = devicesAt(engine, cells, [0.5], 4000);
      layer.drift(DAY);
      const { variance } = moments(columnsOf(layer)[0]!);
      layer.dispose();
      return Math.sqrt(variance);
    };
    expect(spread({ kind: "none" })).toBeLessThan(1e-5);
    expect(spread({ kind: "independent", sigma: 0.04 })).toBeGreaterThan(0.6);
  });

  it("is in the state, so that a layer, a network and a pool rebuild the same bits", async () => {
    const config = { ...pair(drifting), readout: { compensation: { kind: "global", reading: "measured" } } } as const;
    const layer = engine.linear(source, config, { chip: 9, layer: 2 });
    layer.drift(DAY);
    const [first] = layer.conductances();
    layer.setConductances([{ ...first!, siemens: first!.siemens.map((g) => g * 0.5) }]);
    layer.drift(30 * DAY);
    const again = engine.restore(layer.state()) as typeof layer;
    const y = layer.forward(x, { firstSample: 3 });
    expect(again.seconds).toBe(30 * DAY);
    expect(again.conductances()).toEqual(layer.conductances());
    expect(again.compensation()).toEqual(layer.compensation());
    expect(again.forward(x, { firstSample: 3 })).toEqual(y);

    const network = engine.network([{ kind: "linear", ...source }, { kind: "relu" }], config, { chip: 9 });
    network.drift(3600);
    expect(engine.restore(network.state()).forward(x, { firstSample: 0 })).toEqual(
      network.forward(x, { firstSample: 0 }),
    );

    const pool = await createPool({ workers: 2 });
    const same = await pool.linear(source, config, { chip: 9, layer: 2 });
    await same.drift(DAY);
    await same.setConductances([{ ...first!, siemens: first!.siemens.map((g) => g * 0.5) }]);
    await same.drift(30 * DAY);
    expect(same.seconds).toBe(30 * DAY);
    expect(await same.forward(x, { firstSample: 3 })).toEqual(y);
    await expect(same.drift(-1)).rejects.toThrow(ConfigError);
    await pool.close();
    again.dispose();
    layer.dispose();
    network.dispose();
  });

  it("leaves devices that were set by hand as they are at that time, and lets them drift from there", () => {
    const layer = engine.linear(source, pair({ ...drifting, drift: { kind: "constant", exponent: 0.1 } }), {
      chip: 4,
      layer: 0,
    });
    layer.drift(DAY);
    const [first] = layer.conductances();
    const set = { ...first!, siemens: first!.siemens.map(() => 20e-6) };
    layer.setConductances([set]);
    expect(Math.abs(layer.conductances()[0]!.siemens[0]! - 20e-6)).toBeLessThan(2e-9);
    layer.drift(2 * DAY);
    const aged = 20e-6 * ((DAY + 20) / 20) ** -0.1;
    expect(Math.abs(layer.conductances()[0]!.siemens[0]! - aged)).toBeLessThan(2e-9);
    layer.dispose();
  });

  it.each(["exact", "measured"] as const)(
    "S17: %s compensation is not biased by noise, and moves no counter",
    (reading) => {
      const n = 64;
      const weights = Float32Array.from({ length: n * n }, (_, i) => Math.sin(i * 1.7));
      const shift = (DAY + 20) / 20;
      for (const kind of ["global", "exactReference", "perColumn"] as const) {
        const layer = engine.linear(
          { weights, inFeatures: n, outFeatures: n },
          {
            cells: { drift: { kind: "constant", exponent: 0.05 }, read: { kind: "independent", sigma: 0.05 } },
            readout: { compensation: { kind, reading } },
          },
          { chip: 1, layer: 3 },
        );
        layer.drift(DAY);
        const factors = layer.compensation()!;
        const wanted = shift ** 0.05;
        // Σ|w| is 2/π·n² at best; noise of 0.05 per read enters both sums once.
        const relative =
          reading === "exact"
            ? 1e-5
            : (Z["1e-6"] * 0.05 * 2 * wanted) / 0.6 / (kind === "perColumn" ? Math.sqrt(n) : n);
        for (const factor of factors) expect(Math.abs(factor / wanted - 1)).toBeLessThan(relative);
        expect(layer.samples).toBe(0);
        layer.drift(DAY);
        expect(layer.compensation()).toEqual(factors);
        layer.dispose();
      }
    },
  );

  it("compensation brings the mean of outputs back", () => {
    const run = (compensation: "none" | "global") => {
      const layer = engine.linear(source, {
        cells: { drift: { kind: "constant", exponent: 0.08 } },
        readout: { compensation: { kind: compensation } },
      });
      const before = layer.forward(x);
      layer.drift(365 * DAY);
      const after = layer.forward(x);
      layer.dispose();
      return Math.max(...after.map((y, i) => Math.abs(y - before[i]!)));
    };
    expect(run("none")).toBeGreaterThan(0.5);
    expect(run("global")).toBeLessThan(1e-4);
  });

  it.each([
    ["a negative time", { kind: "pcm" }, -1],
    ["no number", { kind: "none" }, Number.NaN],
    ["a time Wan did not measure", { kind: "rramWan" }, 3600],
    ["a time before the first second of CMO", { kind: "rramCmo" }, 0.5],
    ["a time after the fifth day of SONOS", { kind: "sonos" }, 6 * DAY],
  ] as const)("refuses %s and changes nothing", (_what, drift, seconds) => {
    const [gMin, gMax] = drift.kind === "rramCmo" ? [9e-6, 88e-6] : [0, 16e-6];
    const layer = devicesAt(
      engine,
      { gMin, gMax, programming: { kind: "independent", sigma: 0.05 }, drift } as CellsInput,
      [0.5],
      100,
    );
    const before = columnsOf(layer);
    expect(() => layer.drift(seconds)).toThrow(ConfigError);
    expect(() => layer.drift(seconds)).toThrow(/^seconds: expected /);
    expect(layer.seconds).toBeNull();
    expect(columnsOf(layer)).toEqual(before);
    layer.dispose();
  });
});
