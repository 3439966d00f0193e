import { CrossbarError, rebuildError } from "../config/errors.js";
import type { Share } from "./shared-batch.js";

/**
 * What a worker answers. Errors are values here: a thrown one would lose its class and fields on the way.
 * `ms` is the time the worker computed.
 */
export type Reply<Value = unknown> =
  | { readonly ok: true; readonly value: Value; readonly ms: number }
  | { readonly ok: false; readonly error: PackedError; readonly ms: number };

export interface PackedError {
  readonly code: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function packError(error: unknown): PackedError {
  if (error instanceof CrossbarError) {
    return { code: error.code, name: error.name, message: error.message, stack: error.stack, fields: error.fields() };
  }
  if (error instanceof Error) {
    return { code: "", name: error.name, message: error.message, stack: error.stack, fields: {} };
  }
  return { code: "", name: "Error", message: String(error), stack: undefined, fields: {} };
}

/** The error as it was thrown: same class, fields and message. Its stack is the worker's, where the cause is. */
export function unpackError(packed: PackedError): Error {
  const error = rebuildError(packed.code, packed.fields, packed.message);
  if (packed.code === "") hide(error, "name", packed.name);
  if (packed.stack !== undefined) hide(error, "stack", packed.stack);
  return error;
}

/** Sets a property as errors have them: an assigned `stack` shows up in loops and comparisons in Firefox. */
function hide(error: Error, property: "name" | "stack", value: string): void {
  Object.defineProperty(error, property, { value, writable: true, configurable: true, enumerable: false });
}

/**
 * What a layer is, for a worker that does not have it: the arguments of the engine's method with its address pinned, and
 * the calls that have changed it since. Nothing else may exist: its cells are drawn again, not sent.
 */
export interface LayerSource {
  readonly kind: "tile" | "linear" | "network" | "restore";
  readonly args: readonly unknown[];
  /** In order. One that threw threw everywhere and changed nothing. */
  readonly changes: readonly LayerChange[];
}

export interface LayerChange {
  readonly method: string;
  readonly args: readonly unknown[];
}

/** A call of a layer's method. */
export interface LayerCall {
  readonly layer: number;
  /** How many of its changes the layer must have seen before this call. */
  readonly version: number;
  /** Sent along where the worker may lack the layer or some changes. */
  readonly source: LayerSource | undefined;
  /** None: only build. */
  readonly method: string | undefined;
  readonly args: readonly unknown[];
  /** This call is the change that follows `version`. */
  readonly changes: boolean;
  /** Of a forward whose vectors lie in shared memory; it has no arguments. */
  readonly share?: Share;
}

/** A task of `src/pool/task.ts`. */
export interface TaskCall {
  readonly job: number;
  readonly task: string;
  readonly payload: unknown;
  /** Names in `TaskContext.shared` to numbers of values sent before. */
  readonly shared: Readonly<Record<string, number>>;
}

/** What a worker offers; comlink carries it. Every method answers, none throws. */
export interface Host {
  /** First call. `module` is compiled once, by the pool. */
  start(module: WebAssembly.Module): Promise<Reply<void>>;
  callLayer(call: LayerCall): Promise<Reply>;
  dropLayer(layer: number): Promise<Reply<void>>;
  memoryInUse(): Promise<Reply<number>>;
  runTask(call: TaskCall): Promise<Reply>;
  abortTask(job: number): Promise<void>;
  share(id: number, value: unknown): Promise<Reply<void>>;
  unshare(id: number): Promise<void>;
  /** Answered between two steps of a task: a sign of life. */
  pulse(): Promise<void>;
}
