import { afterAll, describe, expect, it, vi } from "vitest";
import { createEngine, createPool, type EnginePool } from "../../src/index.js";
import { analogReads, IN, matrix, network, noisy, numbers } from "./cases.js";

const engine = await createEngine();
const pools = new Map<string, EnginePool>();
for (const [workers, chunkVectors] of [
  [1, undefined],
  [2, undefined],
  [2, 1],
  [3, 5],
] as const) {
  const cut = chunkVectors === undefined ? "measured chunks" : `chunks of ${chunkVectors}`;
  pools.set(`${workers} workers, ${cut}`, await createPool({ workers, chunkVectors }));
}
// As in a page that is not cross-origin isolated.
vi.stubGlobal("SharedArrayBuffer", undefined);
pools.set("2 workers, chunks of 3 in messages", await createPool({ workers: 2, chunkVectors: 3 }));
vi.unstubAllGlobals();
afterAll(async () => {
  engine.dispose();
  await Promise.all([...pools.values()].map((pool) => pool.close()));
});

describe.each([...pools])("a pool of %s", (_, pool) => {
  it.each(Object.entries({ noisy, analogReads, idealised: {} }))(
    "reads a layer with the engine's bits: %s",
    async (_, config) => {
      const here = engine.linear(matrix, config, { chip: 3, layer: 4, read: 5 });
      const there = await pool.linear(matrix, config, { chip: 3, layer: 4, read: 5 });
      for (const vectors of [0, 13, 1, 2, 40]) {
        const x = numbers(vectors * IN, vectors);
        expect(await there.forward(x)).toEqual(here.forward(x));
      }
      expect(there.samples).toBe(here.samples);
      here.dispose();
      await there.dispose();
    },
  );

  it("cuts a batch anywhere without a trace", async () => {
    const there = await pool.linear(matrix, noisy, { chip: 1, layer: 0 });
    const x = numbers(24 * IN, 9);
    const whole = await there.forward(x);
    const parts: number[] = [];
    for (const [first, last] of [
      [0, 1],
      [1, 8],
      [8, 21],
      [21, 24],
    ] as const) {
      const part = await there.forward(x.subarray(first * IN, last * IN), { read: 0, firstSample: first });
      parts.push(...part);
    }
    expect(Float32Array.from(parts)).toEqual(whole);
    expect(there.samples).toBe(24);
    await there.dispose();
  });

  it("numbers layers and samples in the order of the calls, whatever is awaited when", async () => {
    const x = numbers(6 * IN, 4);
    const fresh = await createEngine();
    const chip = 77;
    const a = fresh.linear(matrix, noisy, { chip, layer: 100 + pools.size });
    const wanted = [a.forward(x), a.forward(x), a.forward(x, { firstSample: 2 }), a.forward(x)];
    const b = await pool.linear(matrix, noisy, { chip, layer: 100 + pools.size });
    expect(await Promise.all([b.forward(x), b.forward(x), b.forward(x, { firstSample: 2 }), b.forward(x)])).toEqual(
      wanted,
    );

    const made = [fresh.linear(matrix, noisy, { chip }), fresh.linear(matrix, noisy, { chip })];
    const twins = await Promise.all([pool.linear(matrix, noisy, { chip }), pool.linear(matrix, noisy, { chip })]);
    expect(twins.map((layer) => layer.address)).toEqual(made.map((layer) => layer.address));
    await Promise.all([b, ...twins].map((layer) => layer.dispose()));
    fresh.dispose();
  });

  it("runs a network and a tile with the engine's bits", async () => {
    const config = { default: noisy, layers: [{ match: "second", config: analogReads }] };
    const here = engine.network(network, config, { chip: 6, read: 7 });
    const there = await pool.network(network, config, { chip: 6, read: 7 });
    const x = numbers(17 * IN, 5);
    expect(await there.forward(x)).toEqual(here.forward(x));
    expect(await there.forward(x)).toEqual(here.forward(x));
    expect(await there.describe()).toEqual(here.describe());
    expect(there.nodes).toEqual(here.nodes);
    await there.dispose();
    here.dispose();

    const { bias: _, ...plain } = matrix;
    const tile = engine.tile(plain, analogReads, { chip: 8, layer: 9 });
    const twin = await pool.tile(plain, analogReads, { chip: 8, layer: 9 });
    expect(await twin.forward(x)).toEqual(tile.forward(x));
    await twin.dispose();
    tile.dispose();
  });

  it("sees conductances set by hand in later calls only", async () => {
    const here = engine.linear(matrix, noisy, { chip: 2, layer: 3 });
    const there = await pool.linear(matrix, noisy, { chip: 2, layer: 3 });
    const x = numbers(11 * IN, 6);
    const halved = here.conductances().map((array) => ({ ...array, siemens: array.siemens.map((g) => g / 2) }));
    const before = there.forward(x);
    const change = there.setConductances(halved);
    const after = there.forward(x);
    expect(await before).toEqual(here.forward(x));
    await change;
    here.setConductances(halved);
    expect(await after).toEqual(here.forward(x));
    expect(await there.conductances()).toEqual(here.conductances());
    expect(await there.state()).toEqual(here.state());

    const again = await pool.restore(here.state());
    expect(await (again as typeof there).forward(x)).toEqual(here.forward(x));
    await Promise.all([there.dispose(), again.dispose()]);
    here.dispose();
  });

  it("gives its memory back", async () => {
    const before = await pool.memoryInUse();
    const layers = await Promise.all([1, 2, 3].map((layer) => pool.linear(matrix, noisy, { chip: 9, layer })));
    await Promise.all(layers.map((layer) => layer.forward(numbers(9 * IN, 1))));
    expect(await pool.memoryInUse()).toBeGreaterThan(before);
    await Promise.all(layers.map((layer) => layer.dispose()));
    expect(await pool.memoryInUse()).toBe(before);
  });
});
