import type { Engine } from "../layers/engine.js";
import type { Linear } from "../layers/linear.js";
import type { Network } from "../layers/network.js";
import type { SweepPlan } from "../sweep/plan.js";
import type { SweepRow } from "../sweep/row.js";
import type { SweepOptions } from "../sweep/sweep.js";
import type { TaskPool } from "./task.js";

/** What every call that computes for long takes beside its own options. */
export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The twin of a class of the engine: the same names and arguments, every method a promise, every layer a twin itself.
 * `forward` also takes a `signal`. Plain properties stay what they are.
 */
export type Async<T> = {
  readonly [K in Exclude<keyof T, "restoreByHand" | "checkTime">]: T[K] extends (...args: infer A) => infer R
    ? (...args: WithSignal<K, A>) => Promise<Crossing<R>>
    : T[K];
};

type WithSignal<K, A> = K extends "forward"
  ? A extends [infer X, (infer O)?]
    ? [x: X, options?: O & Abortable]
    : A
  : A;
type Crossing<R> = R extends Linear | Network ? Async<R> : R;

/** A layer whose methods return promises. */
export type AsyncLinear = Async<Linear>;
/** A network whose methods return promises. */
export type AsyncNetwork = Async<Network>;

/** An engine's twin whose work is shared out over workers. Made by `createPool`. */
export interface EnginePool extends Async<Engine>, TaskPool {
  /** `inThread` where no worker may be started: everything runs in the calling thread, with the same bits. */
  readonly mode: "workers" | "inThread";
  /** Measures every point of a plan over the workers, one row each; see `sweep`. */
  sweep(plan: SweepPlan, options?: SweepOptions): AsyncGenerator<SweepRow, void, void>;
  /**
   * Ends all workers; what is still open is rejected with a DisposedError. Calling it again does nothing more.
   * `dispose()` is the same.
   */
  close(): Promise<void>;
}
