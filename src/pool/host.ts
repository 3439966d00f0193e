import { transfer } from "comlink";
import { AbortedError, DisposedError } from "../config/errors.js";
import type { Engine } from "../layers/engine.js";
import { HostedLayers } from "./hosted-layers.js";
import { breathe } from "./runtime.js";
import type { Task, TaskContext } from "./task.js";
import { type Host, packError, type Reply, type TaskCall } from "./wire.js";

/**
 * The program of a worker: an engine of its own, the layers the pool asked for, and named tasks.
 *
 * @param makeEngine  builds the engine of this thread from compiled kernels
 * @param tasks       what `runTask` finds by name
 */
export function createHost(
  makeEngine: (module: WebAssembly.Module) => Promise<Engine>,
  tasks: Readonly<Record<string, Task>>,
): Host {
  let engine: Engine | undefined;
  let layers: HostedLayers | undefined;
  const values = new Map<number, unknown>();
  const aborted = new Set<number>();

  const started = <T>(part: T | undefined): T => {
    if (part === undefined) throw new DisposedError("worker");
    return part;
  };

  const contextOf = ({ job, task, shared }: TaskCall): TaskContext => ({
    aborted: () => aborted.has(job),
    async breathe() {
      await breathe();
      if (aborted.has(job)) throw new AbortedError(task);
    },
    shared: <T>(key: string) => {
      const id = shared[key];
      if (id === undefined || !values.has(id)) throw new Error(`task ${task}: no shared value ${JSON.stringify(key)}`);
      return values.get(id) as T;
    },
  });

  return {
    start: (module) =>
      answer(async () => {
        engine = await makeEngine(module);
        layers = new HostedLayers(engine);
      }),
    callLayer: (call) => answer(() => started(layers).call(call)),
    dropLayer: (layer) => answer(() => started(layers).drop(layer)),
    memoryInUse: () => answer(() => started(engine).memoryInUse()),
    runTask: (call) =>
      answer(async () => {
        const task = tasks[call.task];
        if (task === undefined) throw new Error(`task ${JSON.stringify(call.task)} is not one of this worker's`);
        try {
          return await task(started(engine), call.payload as never, contextOf(call));
        } finally {
          aborted.delete(call.job);
        }
      }),
    abortTask: async (job) => void aborted.add(job),
    share: (id, value) => answer(() => void values.set(id, value)),
    unshare: async (id) => void values.delete(id),
    pulse: async () => {},
  };
}

async function answer<T>(work: () => T | Promise<T>): Promise<Reply<T>> {
  const begin = performance.now();
  try {
    const value = await work();
    return transfer({ ok: true, value, ms: performance.now() - begin }, ownBuffers(value));
  } catch (error) {
    return { ok: false, error: packError(error), ms: performance.now() - begin };
  }
}

/** The memory of a typed array that has it for itself: it can move to the caller instead of being copied. */
function ownBuffers(value: unknown): ArrayBuffer[] {
  if (!ArrayBuffer.isView(value) || !(value.buffer instanceof ArrayBuffer)) return [];
  return value.byteLength === value.buffer.byteLength ? [value.buffer] : [];
}
