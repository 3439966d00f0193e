import { createEngine as engineFrom, type Engine, type EngineOptions } from "./layers/engine.js";
import type { EnginePool } from "./pool/async.js";
import { type Spawn, spawnFrom, webHandle } from "./pool/handle.js";
import { openPool, type PoolOptions } from "./pool/pool.js";
import { builtin } from "./pool/runtime.js";

// The package with kernels.wasm and worker.js as files of their own, for pages whose policy forbids blob workers.
// Bundlers find the two by the literal `new URL(…, import.meta.url)`, so keep those expressions as they are.
export * from "./index.js";

/** As in the main entry; the kernels are loaded from `kernels.wasm` beside this file. */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  return engineFrom({ ...options, wasm: options.wasm ?? (await kernels()) });
}

/** As in the main entry; workers are started from `worker.js` beside this file, and nothing else is tried. */
export async function createPool(options: PoolOptions = {}): Promise<EnginePool> {
  const spawn = options.workerUrl === undefined ? spawnBeside : spawnFrom(options.workerUrl);
  return openPool(spawn, { ...options, wasm: options.wasm ?? (await kernels()) });
}

const spawnBeside: Spawn = () =>
  builtin("node:worker_threads") === undefined
    ? webHandle(new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "sliced-crossbar" }))
    : spawnFrom(new URL("./worker.js", import.meta.url))();

async function kernels(): Promise<BufferSource> {
  const url = new URL("./kernels.wasm", import.meta.url);
  const files = url.protocol === "file:" ? builtin("node:fs/promises") : undefined;
  if (files !== undefined) return files.readFile(url);
  const response = await fetch(url);
  const bytes = await response.arrayBuffer();
  // A server that answers with its start page is the usual mistake, and the engine's own message hides it.
  if (new Uint32Array(bytes.slice(0, 4))[0] !== 0x6d736100) {
    throw new TypeError(`${url}: expected WebAssembly, got ${response.status} ${response.headers.get("content-type")}`);
  }
  return bytes;
}
