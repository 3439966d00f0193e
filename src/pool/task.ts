import type { Engine } from "../layers/engine.js";

/**
 * A named piece of work that a worker does with an engine of its own, for example one point of a sweep.
 *
 * Payload and result are plain data (structured clone). A task must not keep anything between calls but what it can
 * rebuild: it may run in any worker, and once more in another one when a worker is lost. It disposes the layers it makes.
 */
export type Task<Payload = never, Result = unknown> = (
  engine: Engine,
  payload: Payload,
  context: TaskContext,
) => Result | Promise<Result>;

/** What a running task may ask its worker. */
export interface TaskContext {
  /** True once the caller has given up. Becomes visible only across a `breathe()`. */
  aborted(): boolean;
  /**
   * Lets messages in, then goes on. Await it about every 100 ms of work: it is how an abort arrives and how the pool
   * knows that the worker is alive.
   *
   * @throws {AbortedError} when the caller has given up
   */
  breathe(): Promise<void>;
  /** A value of `RunOptions.shared`. It is the worker's one copy: do not write into it. */
  shared<T>(key: string): T;
}

/** How a task is run. */
export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds this is expected to compute between two `breathe()`s, default 3000. A worker that shows no life for
   * max(5 s, 20 × this) is replaced and its task is started once more elsewhere.
   */
  readonly estimateMs?: number | undefined;
  /**
   * Large data by name. An object is copied to each worker that needs it once, however many tasks name it, so it must not be
   * changed while the pool is open. At most one copy per worker; dropped when the caller's object is garbage.
   */
  readonly shared?: Readonly<Record<string, object>> | undefined;
}

/** The part of a pool that hands out tasks; a sweep needs no more than this. */
export interface TaskPool {
  /** How many tasks run at once. Start about twice as many to keep all workers busy, more only costs memory. */
  readonly workers: number;
  /**
   * Runs the task of this name (`workers/host.ts` lists them) in the next free worker. Tasks start in order of the calls.
   *
   * @throws whatever the task threw, with its class and fields
   * @throws {AbortedError} `signal` fired
   * @throws {WorkerLostError} two workers in turn died or stayed silent on it
   * @throws {DisposedError} the pool is closed
   */
  run<Result>(task: string, payload: unknown, options?: RunOptions): Promise<Result>;
}
