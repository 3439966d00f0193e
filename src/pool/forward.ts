import type { ForwardOptions } from "../layers/reading.js";
import type { Job, Work } from "./crew.js";
import type { Pace } from "./pace.js";
import type { Slot } from "./slot.js";

/** Which draws a vector makes. */
export type Reading = Required<ForwardOptions>;

export interface BatchSize {
  readonly vectors: number;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

/** One `forward` call: which vectors of which layer. */
export interface Batch extends BatchSize {
  /** Inputs [vectors × inFeatures], perhaps still the caller's. */
  readonly x: Float32Array;
  /** The draws of the first vector. */
  readonly reading: Reading;
  readonly pace: Pace;
  /** Vectors of every chunk, where the caller fixes it. */
  readonly chunkVectors: number | undefined;
  readonly holds: (slot: Slot) => boolean;
}

/**
 * A batch on its way through the workers. Every vector's draws have their own addresses, so neither the cut into chunks
 * nor the order in which they end leaves a trace in the result.
 */
export abstract class ForwardWork implements Work {
  readonly done: Promise<Float32Array>;
  protected resolve!: (y: Float32Array) => void;
  protected failed = false;
  #reject!: (error: Error) => void;

  constructor(readonly batch: Batch) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The inputs are the caller's from now on: copies those that no worker has yet. */
  keepInputs(): void {}

  abstract next(idle: number): Job | undefined;

  fail(error: Error): void {
    this.failed = true;
    this.#reject(error);
  }
}
