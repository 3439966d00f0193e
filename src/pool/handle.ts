import type { Endpoint } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { builtin, type NodeWorker } from "./runtime.js";

/** A running worker of either kind, seen from the thread that started it. */
export interface WorkerHandle {
  readonly endpoint: Endpoint;
  /** At most one call. In browsers a worker that was killed from outside gives no sign; only a timeout finds it. */
  onDeath(tell: (reason: string) => void): void;
  /** Whether this worker keeps a Node process alive. */
  ref(): void;
  unref(): void;
  terminate(): Promise<void>;
}

/** Starts one worker. Throws, or its worker dies before it answers, where workers are not allowed. */
export type Spawn = () => WorkerHandle;

/** The worker program at an address of its own. */
export function spawnFrom(url: string | URL): Spawn {
  return () => {
    const threads = builtin("node:worker_threads");
    if (threads !== undefined) return nodeHandle(new threads.Worker(new URL(url)));
    return webHandle(new Worker(url, { type: "module", name: "sliced-crossbar" }));
  };
}

/** The worker program as text. */
export function spawnSource(source: string): Spawn {
  return () => {
    const threads = builtin("node:worker_threads");
    if (threads !== undefined) {
      return nodeHandle(new threads.Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`)));
    }
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    // Classic: Chromium starts no module worker from a blob in a page of opaque origin.
    const worker = new Worker(url, { name: "sliced-crossbar" });
    const revoke = () => URL.revokeObjectURL(url);
    worker.addEventListener("message", revoke, { once: true });
    worker.addEventListener("error", revoke, { once: true });
    return webHandle(worker);
  };
}

export function nodeHandle(worker: NodeWorker): WorkerHandle {
  return {
    endpoint: nodeEndpoint(worker),
    onDeath(tell) {
      const once = onlyOnce(tell);
      worker.on("error", (error: Error) => once(`failed: ${error.message}`));
      worker.on("messageerror", () => once("sent a message that cannot be read"));
      worker.on("exit", (code: number) => once(`ended with exit code ${code}`));
    },
    ref: () => worker.ref(),
    unref: () => worker.unref(),
    terminate: async () => void (await worker.terminate()),
  };
}

export function webHandle(worker: Worker): WorkerHandle {
  return {
    endpoint: worker,
    onDeath(tell) {
      const once = onlyOnce(tell);
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        once(`failed: ${event.message || "its script could not be loaded"}`);
      });
      worker.addEventListener("messageerror", () => once("sent a message that cannot be read"));
    },
    ref() {},
    unref() {},
    terminate: async () => worker.terminate(),
  };
}

function onlyOnce(tell: (reason: string) => void): (reason: string) => void {
  let told = false;
  return (reason) => {
    if (told) return;
    told = true;
    tell(reason);
  };
}
