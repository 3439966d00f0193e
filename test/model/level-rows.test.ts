import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../src/config/resolve.js";
import type { CrossbarConfigInput } from "../../src/config/schema.js";
import { compileKernels, createMachine } from "../../src/engine/load.js";
import { CellStore } from "../../src/model/cells.js";
import { planLayer } from "../../src/model/plan.js";
import { weightFullScale } from "../../src/model/scale.js";

// Layers are programmed, and drift, row by row straight into their panels; side by side over whole arrays when somebody asks for
// their levels. Both must give the same devices, at shapes on either side of what is taken at a time.

const machine = createMachine(await compileKernels());
const bits = { bits: 4, signed: false, sliceBits: 1 } as const;

const CONFIGS: Record<string, CrossbarConfigInput> = {
  "pairs of phase-change devices": { cells: { programming: { kind: "pcm" } } },
  "pairs on a grid, errors in proportion": {
    cells: { gMin: 2e-6, programming: { kind: "proportional", sigma: 0.3 } },
    input: bits,
  },
  "both sides kept, errors of a table": {
    weights: { representation: { kind: "pair", subtract: "digital", sides: 2 } },
    cells: { programming: { kind: "uniform", halfWidth: 0.2, of: "conductance" } },
    input: bits,
  },
  "single lines, clipped, several slices": {
    weights: { representation: { kind: "offset" }, slices: { kind: "proportional", count: 2 } },
    cells: { clip: true, programming: { kind: "independent", sigma: 0.2 } },
  },
  "pairs that drift, on a grid": {
    cells: { programming: { kind: "pcm" }, drift: { kind: "pcm" } },
    input: bits,
  },
  "lines that drift without noise": {
    weights: { representation: { kind: "offset" } },
    cells: { drift: { kind: "constant", exponent: 0.05, deviation: 0.01 } },
  },
  "ideal devices, arrays with scales of their own": {
    weights: { scale: { kind: "absMax", per: "array" } },
    array: { rows: 100, columns: 30 },
  },
};

describe("layers stored row by row", () => {
  for (const [name, input] of Object.entries(CONFIGS)) {
    it.each([
      [3, 5],
      [129, 37],
      [300, 130],
    ])(`hold what their sides hold: ${name}, %i x %i`, (inputs, outputs) => {
      const config = resolveConfig(input);
      const plan = planLayer(config, inputs, outputs);
      const weights = Float32Array.from({ length: inputs * outputs }, (_, i) =>
        Math.fround(((i * 7919) % 2003) / 1001 - 1),
      );
      const scale = weightFullScale(machine, weights, inputs, outputs, config, plan.split);
      const store = new CellStore(machine, plan, config, weights, scale, { chip: 5, layer: 2 });
      for (const seconds of [null, 3600, 5]) {
        if (seconds !== null) store.drift(seconds);
        for (const tile of plan.tiles) {
          plan.slicing.slices.forEach((_, slice) => {
            const plus = store.levels(tile, slice, 0);
            const minus = plan.reading === "single" ? null : store.levels(tile, slice, 1);
            const { limit } = tile.grids[slice]!;
            const net = store.netLevels(tile, slice);
            const held = Float32Array.from(plus, (_, i) =>
              net(Math.floor(i / tile.columns.size), i % tile.columns.size),
            );
            const wanted = plus.map((level, i) => (minus === null ? level : level - minus[i]!));
            expect(held).toEqual(wanted.map((level) => Math.min(Math.max(level, -limit), limit)));
          });
        }
      }
      store.free();
    });
  }
});

describe("variances of devices stored row by row", () => {
  const laws = { programming: { kind: "pcm" }, read: { kind: "pcm" }, gMin: 0, gMax: 25e-6 } as const;
  // One device that is stuck sends its array the other way, over whole sides in host memory.
  const stuck = {
    kind: "map",
    devices: [{ tile: 0, polarity: "plus", row: 0, column: 0, conductance: 5e-6 }],
  } as const;

  it.each([
    ["as programmed", { kind: "none" }],
    ["drifting", { kind: "pcm" }],
  ] as const)("are what they are over whole sides: %s", (_, drift) => {
    const [inputs, outputs] = [300, 130];
    const weights = Float32Array.from({ length: inputs * outputs }, (_, i) =>
      Math.fround(((i * 7919) % 2003) / 1001 - 1),
    );
    const stores = [{}, { stuck }].map((more) => {
      const config = resolveConfig({ cells: { ...laws, drift, ...more } });
      const plan = planLayer(config, inputs, outputs);
      const scale = weightFullScale(machine, weights, inputs, outputs, config, plan.split);
      return { plan, store: new CellStore(machine, plan, config, weights, scale, { chip: 5, layer: 2 }) };
    });
    for (const seconds of [null, 3600, 5]) {
      const [rowwise, whole] = stores.map(({ plan, store }) => {
        if (seconds !== null) store.drift(seconds);
        const tile = plan.tiles[0]!;
        const { plus, minus } = store.variancesAt(tile, 0)!;
        const floats = Math.ceil(outputs / 16) * 16 * 304;
        return [plus, minus].map((at) => machine.f32.slice(at >>> 2, (at >>> 2) + floats));
      });
      expect(rowwise![0]!.subarray(1)).toEqual(whole![0]!.subarray(1));
      expect(rowwise![1]).toEqual(whole![1]);
      expect(rowwise![0]!.some((variance) => variance > 0)).toBe(true);
    }
    for (const { store } of stores) store.free();
  });
});
