import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, createEngine, type Engine, resolveConfig } from "../../src/index.js";
import { type CellsInput, columnsOf, devicesAt, MICRO } from "../support/device-rig.js";
import { normalBelow } from "../support/device-laws.js";
import { correlation, correlationGate, moments, Z } from "../support/statistics.js";

// Every gate: α = 1e-6.
describe("program and verify", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  const N = 40_000;
  const noisy: CellsInput = { gMin: 5e-6, gMax: 25e-6, programming: { kind: "independent", sigma: 0.04 } };

  it("leaves no device outside the tolerance that an attempt could reach, and says how many it took", () => {
    // σ = 1 µS, tolerance 0.5 µS: an attempt is accepted with p = 0.383.
    const p = 1 - 2 * normalBelow(-0.5);
    const layer = devicesAt(engine, { ...noisy, verify: { attempts: 5, tolerance: 0.025 } }, [0.5], N);
    const errors = columnsOf(layer)[0]!.map((g) => g - 15);
    const [report] = layer.programming();
    const open = (1 - p) ** 5;
    expect(report).toMatchObject({ tile: 0, slice: 0, polarity: "single", devices: N, maxAttempts: 5 });
    const gate = (share: number) => Z["1e-6"] * Math.sqrt((share * (1 - share)) / N);
    expect(Math.abs(report!.unsettled / N - open)).toBeLessThan(gate(open));
    // Mean of min(attempts, 5) of a geometric distribution.
    const mean = (1 - open) / p;
    expect(Math.abs(report!.meanAttempts - mean)).toBeLessThan((Z["1e-6"] * 1.6) / Math.sqrt(N));
    expect(errors.filter((e) => Math.abs(e) > 0.5 + 1e-6)).toHaveLength(report!.unsettled);
    expect(report!.rmsError / MICRO).toBeCloseTo(Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / N), 5);
    expect(report!.maxError / MICRO).toBeCloseTo(
      errors.reduce((most, e) => Math.max(most, Math.abs(e)), 0),
      5,
    );
    layer.dispose();
  });

  it("draws each attempt anew: what is left open after the last one is spread like a first attempt's rejects", () => {
    const make = (attempts: number) => {
      const layer = devicesAt(engine, { ...noisy, verify: { attempts, tolerance: 1e-9 } }, [0.5], N);
      const errors = columnsOf(layer)[0]!.map((g) => g - 15);
      layer.dispose();
      return errors;
    };
    const [first, second, third] = [make(1), make(2), make(3)] as const;
    for (const [a, b] of [
      [first, second],
      [first, third],
      [second, third],
    ] as const) {
      expect(Math.abs(correlation(a, b))).toBeLessThan(correlationGate(N));
    }
    expect(Math.abs(moments(third).variance - 1)).toBeLessThan(Z["1e-6"] * Math.sqrt(2 / N));
  });

  it("decides by noisy read-backs, which averaging makes better", () => {
    const read = { kind: "independent", sigma: 0.08 } as const;
    const rms = (reads: number) => {
      const layer = devicesAt(
        engine,
        { ...noisy, read, verify: { attempts: 50, tolerance: 0.01, reads } },
        [0.5],
        4000,
      );
      const { rmsError } = layer.programming()[0]!;
      layer.dispose();
      return rmsError / MICRO;
    };
    // Read-backs of σ = 2 µS tell little of errors of 1 µS; a thousand of them tell all.
    expect(rms(1)).toBeGreaterThan(0.85);
    expect(rms(1000)).toBeLessThan(0.16);
  });

  it("of a pair with residual slices corrects in fine cells what coarse ones missed", () => {
    const weights = Float32Array.from({ length: 4096 }, (_, i) => 0.7 * Math.sin(i));
    const rms = (kind: "fillHighFirst" | "residual") => {
      const layer = engine.linear(
        { weights, inFeatures: 64, outFeatures: 64 },
        {
          weights: { scale: { kind: "given", max: 1 }, slices: { kind, count: 3, factors: [1 / 16, 1 / 4, 1] } },
          cells: { programming: { kind: "independent", sigma: 0.03 } },
        },
        { chip: 8, layer: 0 },
      );
      const unit = new Float32Array(64 * 64).map((_, i) => (i % 65 === 0 ? 1 : 0));
      const y = layer.forward(unit);
      layer.dispose();
      const errors = weights.map((w, i) => w - y[(i % 64) * 64 + Math.floor(i / 64)]!);
      return Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
    };
    // What stays is the error of the finest slice: 1/16 of a coarse device's.
    expect(rms("fillHighFirst")).toBeGreaterThan(0.025);
    expect(rms("residual")).toBeLessThan(0.006);
  });

  it("residual slices of ideal devices are slices filled from the highest down", () => {
    const weights = Float32Array.from({ length: 600 }, (_, i) => Math.cos(i));
    const y = (["fillHighFirst", "residual"] as const).map((kind) => {
      const config = { weights: { slices: { kind, count: 2, factors: [1, 4] } } };
      const layer = engine.linear({ weights, inFeatures: 30, outFeatures: 20 }, config, { chip: 0, layer: 0 });
      const devices = layer.conductances().map(({ siemens }) => siemens.map((g) => Math.round(g * 1e12)));
      layer.dispose();
      return devices;
    });
    expect(y[1]).toEqual(y[0]);
  });

  it.each([
    [
      { weights: { representation: { kind: "offset" }, slices: { kind: "residual", count: 2 } } },
      "weights.representation",
    ],
    [{ cells: { verify: { attempts: 0, tolerance: 0.1 } } }, "cells.verify.attempts"],
    [{ cells: { verify: { attempts: 256, tolerance: 0.1 } } }, "cells.verify.attempts"],
    [{ cells: { verify: { attempts: 2, tolerance: 0 } } }, "cells.verify.tolerance"],
    [{ cells: { stuck: { kind: "random", gMin: 0.7, gMax: 0.4 } } }, "cells.stuck"],
    [{ cells: { stuck: { kind: "random", gMin: 1.2 } } }, "cells.stuck.gMin"],
    [{ cells: { gMax: 26e-6, programming: { kind: "pcmJoshi" } } }, "cells.gMax"],
    [{ cells: { gMax: 225e-6, programming: { kind: "rramMilo" } } }, "cells.gMin"],
    [{ cells: { gMin: 50e-6, gMax: 226e-6, programming: { kind: "rramMilo" } } }, "cells.gMax"],
    [{ cells: { gMax: 40e-6, programming: { kind: "rramWan", fit: "cubic" } } }, "cells.gMax"],
    [{ cells: { gMin: 5e-6, gMax: 80e-6, programming: { kind: "rramCmo" } } }, "cells.gMin"],
    [{ cells: { gMax: 33e-6, programming: { kind: "sonos" } } }, "cells.gMax"],
    [{ cells: { gMax: 33e-6, drift: { kind: "sonos" } } }, "cells.gMax"],
    [{ cells: { gMax: 33e-6, minus: { drift: { kind: "sonos" } } } }, "cells.gMax"],
    [{ cells: [{ gMax: 26e-6, programming: { kind: "pcmJoshi" } }] }, "cells[0].gMax"],
    [{ cells: { programming: { kind: "table", conductance: [0], sigma: [0] } } }, "cells.programming.conductance"],
    [
      { cells: { programming: { kind: "table", conductance: [0, 2e-5, 1e-5], sigma: [0, 0, 0] } } },
      "cells.programming.conductance[2]",
    ],
    [{ cells: { programming: { kind: "table", conductance: [0, 25e-6], sigma: [0] } } }, "cells.programming.sigma"],
    [
      { cells: { programming: { kind: "table", conductance: [0, 25e-6], sigma: [0, -1] } } },
      "cells.programming.sigma[1]",
    ],
    [{ cells: { programming: { kind: "table", conductance: [1e-6, 25e-6], sigma: [0, 0] } } }, "cells.gMin"],
    [{ cells: { drift: { kind: "table", conductance: [0, 24e-6], exponent: [0.1, 0.1] } } }, "cells.gMax"],
    [
      { cells: { programming: { kind: "polynomial", unit: 1e-6, range: [2e-5, 1e-5], sigma: [1] } } },
      "cells.programming.range",
    ],
    [{ cells: { programming: { kind: "memristor" } } }, "cells.programming.kind"],
  ])("refuses what no device can be: %j", (config, path) => {
    try {
      resolveConfig(config as never);
      expect.fail("resolved");
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as ConfigError).path).toBe(path);
      expect((error as ConfigError).allowed).not.toBe("");
    }
  });
});

describe("stuck devices", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  const N = 50_000;
  const pcm: CellsInput = { gMin: 1e-6, gMax: 25e-6, programming: { kind: "pcm" }, drift: { kind: "pcm" } };

  it("are as many as their probabilities say, at gMin, gMax and a value, and stay there", () => {
    const stuck = { kind: "random", gMin: 0.03, gMax: 0.01, other: { probability: 0.02, conductance: 7e-6 } } as const;
    const layer = devicesAt(engine, { ...pcm, stuck, verify: { attempts: 3, tolerance: 0.01 } }, [0.5], N);
    const places = () => [1, 25, 7].map((g) => columnsOf(layer)[0]!.map((x) => Number(Math.abs(x - g) < 1e-5)));
    const fresh = places();
    [0.03, 0.01, 0.02].forEach((p, i) => {
      const found = fresh[i]!.reduce((sum, at) => sum + at, 0) / N;
      expect(Math.abs(found - p)).toBeLessThan(Z["1e-6"] * Math.sqrt((p * (1 - p)) / N));
    });
    layer.drift(1e6);
    expect(places()).toEqual(fresh);
    layer.dispose();
  });

  it("may be given as a map; all others are untouched", () => {
    const devices = [
      { tile: 1, polarity: "minus", row: 2, column: 3, conductance: 12e-6 },
      { row: 0, column: 0, conductance: 25e-6 },
    ] as const;
    const make = (stuck: CellsInput["stuck"]) =>
      engine.linear(
        { weights: new Float32Array(80).fill(0.1), inFeatures: 10, outFeatures: 8 },
        { cells: { ...pcm, stuck: stuck! }, array: { rows: 5 } },
        { chip: 1, layer: 1 },
      );
    const [plain, map] = [make({ kind: "none" }), make({ kind: "map", devices: [...devices] })];
    const different = plain.conductances().flatMap((array, a) =>
      [...array.siemens].flatMap((g, i) => {
        const h = map.conductances()[a]!.siemens[i]!;
        return g === h ? [] : [[array.tile, array.polarity, i, Math.round(h * 1e9)]];
      }),
    );
    expect(different).toEqual([
      [0, "plus", 0, 25_000],
      [1, "minus", 2 * 8 + 3, 12_000],
    ]);
    plain.dispose();
    map.dispose();
    for (const [where, path] of [
      [{ tile: 2, row: 0, column: 0, conductance: 0 }, "cells.stuck.devices[0].tile"],
      [{ row: 5, column: 0, conductance: 0 }, "cells.stuck.devices[0].row"],
      [{ row: 0, column: 8, conductance: 0 }, "cells.stuck.devices[0].column"],
      [{ row: 0, column: 0, conductance: 1 }, "cells.stuck.devices[0].conductance"],
    ] as const) {
      expect(() => make({ kind: "map", devices: [where] })).toThrow(path);
    }
    expect(engine.memoryInUse()).toBe(0);
  });
});
