import { describe, expect, it } from "vitest";
import { CrossbarError, type CrossbarConfigInput, createEngine, createPool, type EnginePool } from "../../src/index.js";
import { openPool } from "../../src/pool/pool.js";
import { IN, matrix, noisy, numbers } from "./cases.js";
import { localWorkers } from "./local-workers.js";

const engine = await createEngine();

/** Numbers from 0 to below `count`, the same in every run. What workers do in between is not. */
function dice(seed: number) {
  let state = seed;
  return (count: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
}

const drifting: CrossbarConfigInput = {
  weights: { representation: { kind: "pair", sides: 1 } },
  cells: { programming: { kind: "pcm" }, drift: { kind: "pcm" } },
};

/**
 * Forwards of all sizes on three layers, one of which drifts now and then, many at once; each fifth is aborted sooner or
 * later, inputs are overwritten at once. Every one must end, with the engine's bits or an error that is allowed.
 */
async function overlap(pool: EnginePool, seed: number, allowed: readonly string[], disturb: (step: number) => void) {
  const roll = dice(seed);
  const layers = await Promise.all(
    [noisy, {}, drifting].map(async (config, layer) => ({
      here: engine.linear(matrix, config, { chip: seed, layer }),
      there: await pool.linear(matrix, config, { chip: seed, layer }),
      drifts: config === drifting,
    })),
  );
  const outcomes = [];
  for (let step = 0; step < 60; step++) {
    const { here, there, drifts } = layers[roll(3)]!;
    if (drifts && roll(4) === 0) {
      here.drift(3600 * step);
      outcomes.push(outcomeOf(there.drift(3600 * step), undefined, allowed));
    }
    const x = numbers(IN * roll([3, 50, 400, 1500][roll(4)]!), step);
    const stop = new AbortController();
    const wanted = here.forward(x);
    const got = there.forward(x, { signal: stop.signal });
    x.fill(Number.NaN);
    if (roll(5) === 0) setTimeout(() => stop.abort(), roll(20));
    outcomes.push(outcomeOf(got, wanted, allowed));
    if (roll(3) === 0) await outcomes[roll(outcomes.length)];
    disturb(step);
  }
  const ended = await Promise.all(outcomes);
  await Promise.all(layers.map(({ there }) => there.dispose()));
  for (const { here } of layers) here.dispose();
  expect(ended.filter((outcome) => outcome === "equal").length).toBeGreaterThan(20);
  expect(await pool.memoryInUse()).toBe(0);
}

async function outcomeOf<Result>(got: Promise<Result>, wanted: Result, allowed: readonly string[]) {
  try {
    expect(await got).toEqual(wanted);
    return "equal";
  } catch (error) {
    if (!(error instanceof CrossbarError) || !allowed.includes(error.code)) throw error;
    return error.code;
  }
}

describe("forwards that overlap", () => {
  it.each([
    [2, undefined],
    [3, 7],
    [4, 64],
  ])("all end, on %i workers with chunks of %s", async (workers, chunkVectors) => {
    const pool = await createPool({ workers, chunkVectors });
    await overlap(pool, workers, ["ABORTED"], () => {});
    await pool.close();
  });

  it("all end, though workers are lost", async () => {
    const { spawn, wires } = localWorkers();
    const pool = await openPool(spawn, { workers: 3, chunkVectors: 16 });
    await overlap(pool, 9, ["ABORTED", "WORKER_LOST"], (step) => {
      if (step % 6 === 5) wires.at(-1 - (step % 2))?.die("killed by the test");
    });
    expect(wires.length).toBeGreaterThan(3);
    await pool.close();
  });
});
