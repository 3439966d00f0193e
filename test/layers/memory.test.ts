import { beforeAll, describe, expect, it } from "vitest";
import { resolveConfig } from "../../src/config/resolve.js";
import type { CrossbarConfigInput } from "../../src/config/schema.js";
import { compileKernels, createMachine } from "../../src/engine/load.js";
import type { ArrayConductances } from "../../src/layers/conductances.js";
import { Linear } from "../../src/layers/linear.js";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileKernels();
});

const bits = { bits: 8, slices: { kind: "positional", bitsPerSlice: 2, count: 4 } } as const;
const input = { bits: 8, signed: false, sliceBits: 1 } as const;
const readout = { adc: { kind: "uniform", bits: 8 } } as const;
const programming = { kind: "proportional", sigma: 0.05 } as const;
const read = { kind: "proportional", sigma: 0.02 } as const;

/** Configurations, how many devices of each weight are kept, and the most bytes that one takes. */
const CASES: Record<string, [kept: number, config: CrossbarConfigInput, bytes?: number]> = {
  "slices of ideal pairs": [4, { weights: bits, input, readout }, 1.1],
  "slices of ideal pairs, whole codes": [4, { weights: bits, input: { ...input, sliceBits: null }, readout }, 1.1],
  "ideal pairs in one device": [1, { weights: { bits: 8 }, input: { bits: 8, signed: true }, readout }, 1.1],
  "both sides of ideal pairs": [
    8,
    { weights: { ...bits, representation: { kind: "pair", subtract: "digital" } }, input, readout },
    1.1,
  ],
  "pairs that err keep their difference": [4, { weights: bits, input, readout, cells: { programming } }],
  "noisy reads keep both devices": [8, { weights: bits, input, readout, cells: { programming, read } }],
  "offset codes": [4, { weights: { ...bits, representation: { kind: "offset" } }, input, readout }, 1.1],
  "one analog pair": [1, { readout: { adc: { kind: "uniform", bits: 9, range: { kind: "full" } } } }],
  "devices drawn one by one": [8, { weights: bits, input, readout, cells: { read, sampling: "cell" } }],
};

function layerOf(size: number, config: CrossbarConfigInput) {
  const machine = createMachine(module);
  const weights = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i));
  const source = { weights, inFeatures: size, outFeatures: size, bias: null };
  const layer = new Linear(machine, source, resolveConfig(config), { chip: 1, layer: 0, read: 0 });
  return { machine, layer };
}

const vectors = (count: number, size: number) =>
  Float32Array.from({ length: count * size }, (_, i) => Math.abs(Math.sin(i * 1.3)));

it("levels on a grid take two bytes in arrays that are large enough, until one does not fit", () => {
  const x = vectors(9, 512);
  for (const name of ["pairs that err keep their difference", "noisy reads keep both devices"]) {
    const [kept, config] = CASES[name] as [number, CrossbarConfigInput];
    const { machine, layer } = layerOf(512, config);
    const { bytesInUse } = machine.arena;
    expect(bytesInUse).toBeLessThanOrEqual(1.1 * 2 * kept * 512 * 512);
    const before = layer.forward(x, { read: 1 });
    const [first] = layer.conductances() as [ArrayConductances];
    // As far as a level may go: four levels of two bits over a range of three.
    const most = first.siemens.map((g, i) => (i === 5 ? 25e-6 * (8 / 3) : g));
    layer.setConductances([{ ...first, siemens: most }]);
    expect(machine.arena.bytesInUse).toBe(2 * bytesInUse);
    expect(layer.forward(x, { read: 1 })).not.toEqual(before);
    layer.setConductances([first]);
    expect(layer.forward(x, { read: 1 })).toEqual(before);
    layer.dispose();
    expect(machine.arena.bytesInUse).toBe(0);
  }
});

describe.each(Object.entries(CASES))("memory: %s", (_, [kept, config, bytes = 1.3 * 4]) => {
  it(`devices take at most ${bytes} bytes each, from 64 to 512 rows and columns`, () => {
    for (const size of [64, 200, 512]) {
      const { machine, layer } = layerOf(size, config);
      expect(machine.arena.bytesInUse).toBeLessThanOrEqual(bytes * kept * size * size);
      layer.dispose();
      expect(machine.arena.bytesInUse).toBe(0);
    }
  });

  it("the first forward takes its room, later ones take none", () => {
    const size = 40;
    const { machine, layer } = layerOf(size, config);
    layer.forward(vectors(9, size));
    const { bytesInUse, scratchBytes } = machine.arena;
    const { buffer } = machine.u8;
    for (const batch of [9, 1, 5, 9]) layer.forward(vectors(batch, size));
    expect(machine.arena.bytesInUse).toBe(bytesInUse);
    expect(machine.arena.scratchBytes).toBe(scratchBytes);
    expect(machine.u8.buffer).toBe(buffer);
  });
});

it("cells set between whole levels take four bytes from then on, and no forward notices", () => {
  const size = 40;
  const x = vectors(9, size);
  const [, config] = CASES["slices of ideal pairs"] as [number, CrossbarConfigInput];
  const { machine, layer } = layerOf(size, config);
  const before = layer.forward(x);
  const cells = machine.arena.bytesInUse;
  const [first, ...others] = layer.conductances() as [ArrayConductances, ...ArrayConductances[]];
  layer.setConductances([first]);
  expect(machine.arena.bytesInUse).toBe(cells);
  layer.setConductances([{ ...first, siemens: first.siemens.map((g) => 0.9 * g) }]);
  expect(machine.arena.bytesInUse).toBe(4 * cells);
  expect(layer.conductances().slice(1)).toEqual(others);
  expect(layer.forward(x)).not.toEqual(before);
  layer.setConductances([first]);
  expect(layer.forward(x)).toEqual(before);
  layer.dispose();
  expect(machine.arena.bytesInUse).toBe(0);
});

it("scratch follows the batch up to a chunk, not beyond", () => {
  const { machine, layer } = layerOf(64, CASES["slices of ideal pairs"]?.[1] ?? {});
  layer.forward(vectors(64, 64));
  const { scratchBytes } = machine.arena;
  layer.forward(vectors(2000, 64));
  expect(machine.arena.scratchBytes).toBe(scratchBytes);
});

it("tens of thousands of small forwards and layers leave the memory as it was", () => {
  const { machine, layer } = layerOf(8, CASES["slices of ideal pairs"]?.[1] ?? {});
  const x = vectors(1, 8);
  layer.forward(x);
  const { bytesInUse } = machine.arena;
  const { buffer } = machine.u8;
  for (let n = 0; n < 30_000; n++) layer.forward(x);
  for (let n = 0; n < 500; n++) {
    const address = { chip: 1, layer: 1, read: 0 };
    new Linear(machine, layer.state().source, layer.config, address).dispose();
  }
  expect(machine.arena.bytesInUse).toBe(bytesInUse);
  expect(machine.u8.buffer).toBe(buffer);
});
