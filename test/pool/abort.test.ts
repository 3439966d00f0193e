import { afterEach, describe, expect, it } from "vitest";
import { AbortedError, createEngine, createPool, type EnginePool } from "../../src/index.js";
import { openPool } from "../../src/pool/pool.js";
import type { Task } from "../../src/pool/task.js";
import { IN, matrix, noisy, numbers } from "./cases.js";
import { localWorkers } from "./local-workers.js";

let pool: EnginePool;
afterEach(() => pool.close());

describe("an aborted call", () => {
  it("is rejected at once, and the next one has the samples it would have had", async () => {
    pool = await createPool({ workers: 2, chunkVectors: 1 });
    const engine = await createEngine();
    const here = engine.linear(matrix, noisy);
    const there = await pool.linear(matrix, noisy);
    const x = numbers(200 * IN, 1);
    const stop = new AbortController();
    const long = there.forward(x, { signal: stop.signal });
    stop.abort();
    await expect(long).rejects.toBeInstanceOf(AbortedError);
    await expect(there.forward(x, { signal: stop.signal })).rejects.toMatchObject({ code: "ABORTED", what: "forward" });
    here.forward(x);
    here.forward(x);
    expect(await there.forward(x)).toEqual(here.forward(x));
  });

  it("stops a task where it breathes", async () => {
    const seen: string[] = [];
    const endless: Task = async (_engine, _payload, context) => {
      try {
        for (;;) await context.breathe();
      } finally {
        seen.push(context.aborted() ? "stopped" : "still wanted");
      }
    };
    pool = await openPool(localWorkers({ endless, quick: () => "done" }).spawn, { workers: 1 });
    const stop = new AbortController();
    const task = pool.run("endless", null, { signal: stop.signal });
    const behind = pool.run("quick", null);
    setTimeout(() => stop.abort(), 20);
    await expect(task).rejects.toBeInstanceOf(AbortedError);
    expect(await behind).toBe("done");
    expect(seen).toEqual(["stopped"]);
  });

  it("that has not begun is never begun", async () => {
    let begun = 0;
    const count: Task = async (_engine, _payload, context) => {
      begun += 1;
      await context.breathe();
    };
    pool = await openPool(localWorkers({ count }).spawn, { workers: 1 });
    const stop = new AbortController();
    const first = pool.run("count", null);
    const second = pool.run("count", null, { signal: stop.signal });
    stop.abort();
    await expect(second).rejects.toBeInstanceOf(AbortedError);
    await first;
    expect(begun).toBe(1);
  });
});
