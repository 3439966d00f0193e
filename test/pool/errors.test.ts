import { afterAll, describe, expect, it } from "vitest";
import { CrossbarError, createEngine, createPool } from "../../src/index.js";
import { IN, matrix, network, noisy, numbers } from "./cases.js";

const engine = await createEngine();
const pool = await createPool({ workers: 1 });
afterAll(() => pool.close());

type Target = typeof engine | typeof pool;
const layerOf = async (target: Target) => target.linear(matrix, noisy, { chip: 1, layer: 1 });

/** Wrong calls, made alike to the engine and to the pool. */
const WRONG: Readonly<Record<string, (target: Target) => unknown>> = {
  "weights of the wrong length": (t) => t.linear({ ...matrix, inFeatures: 3 }),
  "a weight that is not finite": (t) =>
    t.linear({ ...matrix, weights: [NaN, 1], inFeatures: 2, outFeatures: 1, bias: null }),
  "an unknown configuration key": (t) => t.linear(matrix, { colour: "red" } as never),
  "an impossible configuration": (t) => t.linear(matrix, { weights: { bits: 99 } }),
  "an unknown option": (t) => t.linear(matrix, {}, { seed: 1 } as never),
  "a matrix too large for a tile": (t) =>
    t.tile({ weights: numbers(40, 1), inFeatures: 20, outFeatures: 2 }, { array: { rows: 8 } }),
  "a tile with a bias": (t) => t.tile(matrix as never),
  "a pattern that matches nothing": (t) => t.network(network, { layers: [{ match: "third", config: {} }] }),
  "a network with a layer number": (t) => t.network(network, {}, { layer: 1 } as never),
  "a state of another law": (t) => t.restore({ lawVersion: -1 } as never),
  "half a vector": async (t) => (await layerOf(t)).forward(numbers(IN + 1, 1)),
  "an input that is not finite": async (t) => (await layerOf(t)).forward([...numbers(IN - 1, 1), Infinity]),
  "options that are none": async (t) => (await layerOf(t)).forward(numbers(IN, 1), null as never),
  "an unknown way to read": async (t) => (await layerOf(t)).forward(numbers(IN, 1), { seed: 1 } as never),
  "conductances of no tile": async (t) => (await layerOf(t)).setConductances([{ tile: 9 } as never]),
};

async function thrownBy(call: () => unknown): Promise<CrossbarError> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(CrossbarError);
    return error as CrossbarError;
  }
  throw new Error("nothing was thrown");
}

describe("an error from the pool", () => {
  it.each(Object.entries(WRONG))("is the engine's own: %s", async (_, call) => {
    const here = await thrownBy(async () => call(engine));
    const there = await thrownBy(async () => call(pool));
    expect(there.constructor).toBe(here.constructor);
    expect(there.fields()).toEqual(here.fields());
    expect(there.message).toBe(here.message);
  });

  it("never leaves a pool with less than it had", async () => {
    const layer = await pool.linear(matrix, noisy, { chip: 2, layer: 2 });
    const twin = engine.linear(matrix, noisy, { chip: 2, layer: 2 });
    for (const bad of [numbers(3, 1), [NaN]]) await expect(layer.forward(bad)).rejects.toBeInstanceOf(CrossbarError);
    await expect(layer.setConductances([{ tile: 9 } as never])).rejects.toBeInstanceOf(CrossbarError);
    const x = numbers(5 * IN, 3);
    expect(await layer.forward(x)).toEqual(twin.forward(x));
  });
});
