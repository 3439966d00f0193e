import { afterAll, describe, expect, it } from "vitest";
import { ConfigError } from "../../src/index.js";
import { openPool } from "../../src/pool/pool.js";
import type { Task } from "../../src/pool/task.js";
import { localWorkers } from "./local-workers.js";

const tasks: Readonly<Record<string, Task>> = {
  sum: (_engine, payload, context) => {
    const values = context.shared<Float32Array>("data");
    return values.reduce((sum, value) => sum + value, payload as number);
  },
  weigh: (engine, payload) => {
    const layer = engine.linear({ weights: [payload as number], inFeatures: 1, outFeatures: 1 });
    const y = layer.forward([2]);
    layer.dispose();
    return y;
  },
  refuse: () => {
    throw new ConfigError("plan.axes[0]", 3, "a path");
  },
  break: () => {
    throw new RangeError("too deep");
  },
  same: (_engine, _payload, context) => context.shared<object>("data") === context.shared<object>("again"),
};
const pool = await openPool(localWorkers(tasks).spawn, { workers: 2 });
afterAll(() => pool.close());

describe("a task", () => {
  it("computes with an engine of its worker", async () => {
    const all = [1, 2, 3, 4, 5].map((weight) => pool.run<Float32Array>("weigh", weight));
    expect((await Promise.all(all)).map((y) => y[0])).toEqual([2, 4, 6, 8, 10]);
    expect(await pool.memoryInUse()).toBe(0);
  });

  it("finds large data that was sent once", async () => {
    const data = new Float32Array(1000).fill(1);
    const sums = [0, 1, 2, 3].map((start) => pool.run("sum", start, { shared: { data } }));
    expect(await Promise.all(sums)).toEqual([1000, 1001, 1002, 1003]);
    expect(await pool.run("same", null, { shared: { data, again: data } })).toBe(true);
    await expect(pool.run("sum", 0)).rejects.toThrow('task sum: no shared value "data"');
  });

  it("throws with class and fields", async () => {
    await expect(pool.run("refuse", null)).rejects.toEqual(new ConfigError("plan.axes[0]", 3, "a path"));
    await expect(pool.run("break", null)).rejects.toMatchObject({ name: "RangeError", message: "too deep" });
    await expect(pool.run("nothing", null)).rejects.toThrow('task "nothing" is not one of this worker\'s');
  });

  it("that cannot be sent is rejected, and the pool goes on", async () => {
    await expect(pool.run("weigh", () => 1)).rejects.toMatchObject({ name: "DataCloneError" });
    await expect(pool.run("sum", 1, { shared: { data: { f: () => 1 } } })).rejects.toMatchObject({
      name: "DataCloneError",
    });
    expect(await pool.run<Float32Array>("weigh", 3)).toEqual(new Float32Array([6]));
  });
});
