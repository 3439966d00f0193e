import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, createEngine, type Engine, fitDevice, type MeasuredDevice } from "../../src/index.js";
import { columnsOf, devicesAt } from "../support/device-rig.js";
import { meanGate, moments, Z } from "../support/statistics.js";

// Every gate: α = 1e-6.
const N = 2000;
const TARGETS = [4e-6, 5e-6, 10e-6, 15e-6, 20e-6, 25e-6];
const DAY = 86_400;

describe("a device fitted to measurements", () => {
  let engine: Engine;
  let rows: MeasuredDevice[];
  beforeAll(async () => {
    engine = await createEngine();
    // Measured on simulated devices of known mean, spread and drift.
    const cells = {
      gMin: 4e-6,
      gMax: 25e-6,
      programming: {
        kind: "polynomial",
        unit: 25e-6,
        range: [4e-6, 25e-6],
        mean: [0.01, 0.97],
        sigma: [0.02, 0.02, -0.02],
      },
      drift: { kind: "constant", exponent: 0.06, deviation: 0.012 },
    } as const;
    const layer = devicesAt(
      engine,
      cells,
      TARGETS.map((g) => (g - 4e-6) / 21e-6),
      N,
    );
    const measure = (time: number) =>
      columnsOf(layer).flatMap((list, i) => [...list].map((g) => ({ target: TARGETS[i]!, measured: g * 1e-6, time })));
    rows = measure(0);
    layer.drift(DAY);
    rows.push(...measure(DAY));
    layer.dispose();
  });
  afterAll(() => engine.dispose());

  it.each(["table", "polynomial"] as const)("has the mean, spread and drift of what was measured: %s", async (kind) => {
    const fit = await fitDevice(rows, { kind });
    expect(fit.cells.gMin).toBe(4e-6);
    expect(fit.cells.gMax).toBe(25e-6);
    fit.targets.forEach((t, i) => {
      const g = TARGETS[i]! / 25e-6;
      const sigma = (0.02 + 0.02 * g - 0.02 * g ** 2) * 25e-6;
      expect(t).toMatchObject({ target: TARGETS[i], count: N });
      expect(t.drifts).toBe(N);
      expect(Math.abs(t.fittedMean - (0.01 + 0.97 * g) * 25e-6)).toBeLessThan(meanGate(sigma, N));
      expect(Math.abs(t.fittedSigma / sigma - 1)).toBeLessThan(Z["1e-6"] / Math.sqrt(2 * N));
      const relative = sigma / t.mean / Math.log((DAY + 20) / 20);
      expect(Math.abs(t.fittedExponent! - 0.06)).toBeLessThan(
        meanGate(Math.hypot(0.012, relative), N) + 2 * relative ** 2,
      );
      expect(Math.abs(t.fittedDeviation! / 0.012 - 1)).toBeLessThan(0.25);
    });
    expect(fit.residual.mean).toBeLessThan(kind === "table" ? 1e-20 : 3e-8);
  });

  it.each(["table", "polynomial"] as const)(
    "is a configuration whose devices behave like the measured ones: %s",
    async (kind) => {
      const { cells, targets } = await fitDevice(rows, { kind });
      const layer = devicesAt(
        engine,
        cells,
        TARGETS.map((g) => (g - 4e-6) / 21e-6),
        N,
      );
      columnsOf(layer).forEach((list, i) => {
        const { mean, sigma } = targets[i]!;
        const found = moments(list);
        expect(Math.abs(found.mean * 1e-6 - mean)).toBeLessThan(2 * meanGate(sigma, N));
      });
      layer.drift(DAY);
      expect(moments(columnsOf(layer)[5]!).mean).toBeLessThan(15.5);
      layer.dispose();
    },
  );

  it("knows no drift where none was measured", async () => {
    const { cells, targets, residual } = await fitDevice(rows.filter((row) => row.time === 0));
    expect(cells.drift).toEqual({ kind: "none" });
    expect(targets[0]).toMatchObject({ exponent: null, fittedExponent: null, drifts: 0 });
    expect(residual.exponent).toBeNull();
  });

  it("refuses to extrapolate, and measurements that say too little", async () => {
    const rejects = async (of: unknown, options: object, path: string) => {
      const error = await fitDevice(of as MeasuredDevice[], options).then(
        () => null,
        (e: unknown) => e,
      );
      expect(error, path).toBeInstanceOf(ConfigError);
      expect((error as ConfigError).path).toBe(path);
    };
    await rejects(rows, { gMax: 26e-6 }, "options.gMax");
    await rejects(rows, { gMin: 0 }, "options.gMin");
    await rejects(rows, { kind: "spline" }, "options.kind");
    await rejects(rows, { kind: "polynomial", degree: 9 }, "options.degree");
    await rejects(rows, { kind: "polynomial", degree: 6 }, "rows");
    await rejects(rows, { curve: 1 }, "options.curve");
    await rejects([], {}, "rows");
    await rejects([{ target: 1e-6, measured: 1e-6 }], {}, "rows");
    await rejects([{ target: 1e-6, measured: -1e-6 }], {}, "rows[0].measured");
    await rejects([{ target: 1e-6, measured: 1e-6, time: -1 }], {}, "rows[0].time");
    await rejects(
      rows.filter((r) => r.time === 0 || r.target > 4e-6),
      {},
      "rows",
    );
    // And the configuration refuses devices beyond the fit.
    const { cells } = await fitDevice(rows);
    expect(() => devicesAt(engine, { ...cells, gMax: 30e-6 }, [1], 1)).toThrow(/cells\.gMax/);
  });
});
