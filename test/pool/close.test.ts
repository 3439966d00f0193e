import { describe, expect, it } from "vitest";
import { createPool, DisposedError } from "../../src/index.js";
import { IN, matrix, noisy, numbers } from "./cases.js";

const closed = new DisposedError("pool");

describe("a closed pool", () => {
  it("rejects what is open and everything after, and closes once", async () => {
    const pool = await createPool({ workers: 2, chunkVectors: 1 });
    const layer = await pool.linear(matrix, noisy);
    const open = [layer.forward(numbers(300 * IN, 1)), layer.describe(), pool.linear(matrix)];
    const outcomes = Promise.allSettled(open);
    await Promise.all([pool.close(), pool.close(), pool.dispose()]);
    expect(await outcomes).toEqual(open.map(() => ({ status: "rejected", reason: closed })));
    await expect(layer.forward(numbers(IN, 1))).rejects.toEqual(closed);
    await expect(pool.linear(matrix)).rejects.toEqual(closed);
    await expect(pool.memoryInUse()).rejects.toEqual(closed);
    await expect(pool.run("sweepPoint", {})).rejects.toEqual(closed);
    await layer.dispose();
  });
});

describe("a disposed layer", () => {
  it("finishes the calls made before and refuses the rest", async () => {
    const pool = await createPool({ workers: 2, chunkVectors: 2 });
    const layer = await pool.linear(matrix, noisy);
    const x = numbers(20 * IN, 1);
    const before = layer.forward(x);
    const disposed = layer.dispose();
    expect(layer.disposed).toBe(true);
    await expect(layer.forward(x)).rejects.toEqual(new DisposedError("layer"));
    expect((await before).length).toBe(20 * layer.outFeatures);
    await disposed;
    await layer.dispose();
    expect(await pool.memoryInUse()).toBe(0);
    await pool.close();
  });
});

describe("a pool's options", () => {
  it("are checked before anything is started", async () => {
    await expect(createPool({ workers: 0 })).rejects.toThrow("options.workers: expected integer in 1..1024, got 0");
    await expect(createPool({ threads: 2 } as never)).rejects.toThrow("options.threads");
  });
});
