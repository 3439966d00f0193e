import { afterEach, describe, expect, it } from "vitest";
import { createEngine, type EnginePool, WorkerLostError } from "../../src/index.js";
import { openPool } from "../../src/pool/pool.js";
import { IN, matrix, noisy, numbers } from "./cases.js";
import { localWorkers } from "./local-workers.js";

let pool: EnginePool;
afterEach(() => pool.close());

const engine = await createEngine();
const x = numbers(40 * IN, 1);

describe("a worker that is lost", () => {
  it("is replaced, and its chunk is computed again with the same bits", async () => {
    const { spawn, wires } = localWorkers();
    pool = await openPool(spawn, { workers: 2, chunkVectors: 3 });
    const here = engine.linear(matrix, noisy, { chip: 1, layer: 0 });
    const there = await pool.linear(matrix, noisy, { chip: 1, layer: 0 });
    await there.setConductances((await there.conductances()).slice(0, 1));
    here.setConductances(here.conductances().slice(0, 1));
    const y = there.forward(x);
    await Promise.resolve();
    wires[0]?.die("killed by the test");
    expect(await y).toEqual(here.forward(x));
    expect(await there.forward(x)).toEqual(here.forward(x));
    wires[1]?.die("killed while idle");
    expect(await there.forward(x)).toEqual(here.forward(x));
    expect(wires.length).toBeGreaterThan(2);
  });

  it("twice on the same work ends that work, not the pool", async () => {
    const { spawn, wires } = localWorkers({ deadly: () => wires.at(-1)?.die("killed by its task"), quick: () => 1 });
    pool = await openPool(spawn, { workers: 1 });
    await expect(pool.run("deadly", null)).rejects.toEqual(new WorkerLostError(1, "killed by its task"));
    expect(await pool.run("quick", null)).toBe(1);
    expect(wires).toHaveLength(3);
  });

  it("is noticed by its silence where there is no other sign", async () => {
    const { spawn, wires } = localWorkers();
    pool = await openPool(spawn, { workers: 1 });
    const here = engine.linear(matrix, noisy, { chip: 2, layer: 0 });
    const there = await pool.linear(matrix, noisy, { chip: 2, layer: 0 });
    for (let i = 0; i < 3; i++) expect(await there.forward(x)).toEqual(here.forward(x));
    const wire = wires[0];
    if (wire !== undefined) wire.mute = true;
    expect(await there.forward(x)).toEqual(here.forward(x));
    expect(wires).toHaveLength(2);
  });

  it("before its first answer fails the pool", async () => {
    const { spawn, wires } = localWorkers();
    pool = await openPool(spawn, { workers: 1 });
    let started = 0;
    const stillborn = () => {
      started += 1;
      const handle = spawn();
      const wire = wires.at(-1);
      if (wire !== undefined) wire.mute = true;
      setTimeout(() => wire?.die("died at once"), 0);
      return handle;
    };
    await expect(openPool(stillborn, { workers: 2 })).rejects.toBeInstanceOf(WorkerLostError);
    expect(started).toBe(2);
  });
});
