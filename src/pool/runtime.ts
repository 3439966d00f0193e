/** The few things of Node that a pool needs, asked for at run time: no bundler ever sees an import of them. */
export interface NodeWorker {
  postMessage(message: unknown, transfer?: unknown[]): void;
  on(type: string, listener: (...args: never[]) => void): void;
  off(type: string, listener: (...args: never[]) => void): void;
  ref(): void;
  unref(): void;
  terminate(): Promise<number>;
}

interface Builtins {
  "node:worker_threads": { Worker: new (url: URL) => NodeWorker; parentPort: NodeWorker | null };
  "node:os": { availableParallelism(): number };
  "node:fs/promises": { readFile(url: URL): Promise<Uint8Array<ArrayBuffer>> };
}

interface NodeProcess {
  getBuiltinModule?(name: string): unknown;
}

/** A module of Node, Deno or Bun; undefined in browsers, also where a bundler gives them a `process`. */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  const scope = globalThis as { process?: NodeProcess; window?: { document?: unknown } };
  if (scope.window?.document !== undefined) return undefined;
  return scope.process?.getBuiltinModule?.(name) as Builtins[Name] | undefined;
}

/** Workers to start when nobody says: one per core. */
export function coreCount(): number {
  const cores = builtin("node:os")?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
  return Math.max(1, cores);
}

/** Lets waiting messages in. `setTimeout(0)` would do, but browsers stretch it to milliseconds. */
export function breathe(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (then: () => void) => void };
  return new Promise((resume) => {
    if (setImmediate !== undefined) {
      setImmediate(resume);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resume();
    };
    port2.postMessage(0);
  });
}
