import { afterEach, describe, expect, it, vi } from "vitest";
import { createEngine, createPool } from "../../src/index.js";
import { IN, matrix, noisy, numbers } from "./cases.js";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

class ForbiddenWorker {
  constructor() {
    throw new DOMException("blocked by the page's policy", "SecurityError");
  }
}

class DeadWorker extends EventTarget {
  postMessage() {
    this.dispatchEvent(new Event("error"));
  }
  terminate() {}
}

describe("a page that forbids workers", () => {
  it.each(Object.entries({ ForbiddenWorker, DeadWorker }))(
    "is computed in this thread with the same bits: %s",
    async (_, Worker) => {
      vi.stubGlobal("Worker", Worker);
      const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
      const pool = await createPool({ workers: 3 });
      expect(pool.mode).toBe("inThread");
      expect(pool.workers).toBe(1);
      expect(warn).toHaveBeenCalledOnce();
      const engine = await createEngine();
      const here = engine.linear(matrix, noisy);
      const there = await pool.linear(matrix, noisy);
      const x = numbers(20 * IN, 1);
      const stop = new AbortController();
      const aborted = there.forward(x, { signal: stop.signal });
      stop.abort();
      await expect(aborted).rejects.toMatchObject({ code: "ABORTED" });
      here.forward(x);
      expect(await there.forward(x)).toEqual(here.forward(x));
      await pool.close();
      await expect(there.forward(x)).rejects.toMatchObject({ code: "DISPOSED" });
    },
  );

  it("is told when its own worker address does not answer", async () => {
    vi.stubGlobal("Worker", ForbiddenWorker);
    await expect(createPool({ workers: 1, workerUrl: "/nowhere.js" })).rejects.toThrow("blocked by the page's policy");
  });
});
