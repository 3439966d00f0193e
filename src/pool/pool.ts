import workerSource from "virtual:worker";
import { ConfigError, CrossbarError, WorkerLostError } from "../config/errors.js";
import { checkOptionKeys } from "../layers/numbers.js";
import { compileKernels, createMachine } from "../engine/load.js";
import { createEngine } from "../layers/engine.js";
import type { EnginePool } from "./async.js";
import { Crew } from "./crew.js";
import { type Spawn, spawnFrom, spawnSource } from "./handle.js";
import { createHost } from "./host.js";
import { RoutingPool } from "./routing-pool.js";
import { breathe, builtin, coreCount } from "./runtime.js";
import { SharedBuffers } from "./shared-buffers.js";
import { Slot } from "./slot.js";
import { TASKS } from "./tasks.js";
import type { Host } from "./wire.js";

/** How a pool is opened. */
export interface PoolOptions {
  /** How many workers; default one per core. */
  readonly workers?: number | undefined;
  /** The kernels, where the built-in ones cannot be used: bytes or a compiled module. */
  readonly wasm?: BufferSource | WebAssembly.Module | undefined;
  /** Address of `sliced-crossbar/worker`, where the built-in worker cannot be used. */
  readonly workerUrl?: string | URL | undefined;
  /** Vectors of every chunk of a forward; default at most as many as take 100 ms. Never changes a result. */
  readonly chunkVectors?: number | undefined;
}

const OPTION_KEYS = ["workers", "wasm", "workerUrl", "chunkVectors"];
const MOST_WORKERS = 1024;

/**
 * An engine whose work is shared out over workers: the same names, the same arguments, the same bits.
 *
 * Where a page forbids the built-in worker (a policy without `blob:`), it says so once and computes in the calling
 * thread. An idle pool does not keep Node alive; call `close()` to free its workers earlier.
 *
 * @throws {ConfigError} an unknown or impossible option
 * @throws {UnsupportedError} no WebAssembly SIMD
 * @throws {WorkerLostError} a worker ended or stayed silent before its first answer
 * @example
 * const pool = await createPool({ workers: 4 });
 * const layer = await pool.linear({ weights: [1, 2], inFeatures: 2, outFeatures: 1 });
 * await layer.forward([3, 4]);   // Float32Array [ 11 ]
 * await pool.close();
 */
export async function createPool(options: PoolOptions = {}): Promise<EnginePool> {
  const { workerUrl } = checked(options);
  if (workerUrl !== undefined) return openPool(spawnFrom(workerUrl), options);
  try {
    return await openPool(spawnSource(workerSource), options);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    console.warn(`sliced-crossbar: workers cannot be started here (${error}); computing in this thread instead`);
    return poolInThread(options);
  }
}

/** A pool over workers that `spawn` starts. All of them must answer, or the pool is not opened. */
export async function openPool(spawn: Spawn, options: PoolOptions = {}): Promise<EnginePool> {
  const { workers = coreCount(), wasm, chunkVectors } = checked(options);
  const module = await compileKernels(wasm);
  const means = { machine: createMachine(module), chunkVectors, buffers: SharedBuffers.open() };
  const start = (index: number) => Slot.start(index, spawn, module);
  const started = await Promise.allSettled(Array.from({ length: workers }, (_, index) => start(index)));
  const slots = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = started.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await Promise.all(slots.map((slot) => slot.end()));
    throw failed.reason;
  }
  return new RoutingPool(new Crew(slots, start), "workers", means);
}

/** The same pool without workers: one host in this thread, which lets other work in between two chunks. */
async function poolInThread({ wasm, chunkVectors }: PoolOptions): Promise<EnginePool> {
  const host = createHost((module) => createEngine({ wasm: module }), TASKS);
  const polite: Host = {
    ...host,
    async callLayer(call) {
      await breathe();
      return host.callLayer(call);
    },
  };
  const module = await compileKernels(wasm);
  await host.start(module);
  const slot = new Slot(0, polite, undefined);
  const means = { machine: createMachine(module), chunkVectors, buffers: undefined };
  return new RoutingPool(new Crew([slot], async () => slot), "inThread", means);
}

/** In a page, a worker that cannot be made or dies before it has run a line was refused by the page's policy. */
function isRefusal(error: unknown): boolean {
  if (builtin("node:worker_threads") !== undefined) return false;
  return error instanceof WorkerLostError || !(error instanceof CrossbarError);
}

function checked(options: PoolOptions): PoolOptions {
  checkOptionKeys("options", options, OPTION_KEYS);
  checkCount("options.workers", options.workers, MOST_WORKERS);
  checkCount("options.chunkVectors", options.chunkVectors, 0xffffffff);
  return options;
}

function checkCount(path: string, value: number | undefined, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)) return;
  throw new ConfigError(path, value, `integer in 1..${most}`);
}
