import type { Job, Work } from "./crew.js";
import type { Slot } from "./slot.js";
import { type Reply, unpackError } from "./wire.js";

/** No chunk is expected to compute longer: a chunk can neither be stopped nor show progress. */
const CHUNK_MS = 100;
/** Vectors of a layer whose speed is not known yet. */
const FIRST_CHUNK = 8;

/** How fast a layer has been: milliseconds per vector, a running mean. */
export class Pace {
  #ms: number | undefined;

  /** Most vectors of one chunk. */
  get limit(): number {
    return this.#ms === undefined ? FIRST_CHUNK : Math.max(1, Math.floor(CHUNK_MS / this.#ms));
  }

  /** Expected milliseconds of a chunk; undefined while nothing is known. */
  expect(vectors: number): number | undefined {
    return this.#ms === undefined ? undefined : this.#ms * vectors;
  }

  learn(vectors: number, ms: number): void {
    // A clock that browsers round to 0.1 ms must not turn a small chunk into an infinitely fast one.
    const seen = Math.max(ms, 0.05) / vectors;
    this.#ms = this.#ms === undefined ? seen : (this.#ms + seen) / 2;
  }
}

/** One `forward` call: which vectors of which layer, and how to ask a worker for some of them. */
export interface Batch {
  /** Inputs [vectors × inFeatures], perhaps still the caller's: see `keepInputs`. */
  readonly x: Float32Array;
  readonly inFeatures: number;
  readonly vectors: number;
  readonly pace: Pace;
  /** Vectors of every chunk, where the caller fixes it. */
  readonly chunkVectors: number | undefined;
  readonly holds: (slot: Slot) => boolean;
  /** Reads `x`, the vectors `first`, `first + 1`, … of the batch, in one worker. Takes `x` away. */
  readonly ask: (slot: Slot, x: Float32Array<ArrayBuffer>, first: number) => Promise<Reply>;
}

/**
 * Cuts a batch into chunks as workers become free and places their outputs. Every vector's draws have their own
 * addresses, so neither the cut nor the order in which chunks end leaves a trace in the result.
 */
export class ForwardWork implements Work {
  readonly done: Promise<Float32Array>;
  #x: Float32Array;
  #resolve!: (y: Float32Array) => void;
  #reject!: (error: Error) => void;
  #out: Float32Array | undefined;
  #handedOut = 0;
  #placed = 0;
  #failed = false;

  constructor(readonly batch: Batch) {
    this.#x = batch.x;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Copies the inputs, for chunks that wait and chunks whose worker is lost. */
  keepInputs(): void {
    this.#x = this.#x.slice();
  }

  next(idle: number): Job | undefined {
    const { vectors, chunkVectors, pace } = this.batch;
    const left = vectors - this.#handedOut;
    // A batch of no vectors is asked for as well: the engine knows what it returns for it.
    if (this.#failed || (left === 0 && this.#handedOut > 0)) return undefined;
    // Equal shares. Chunks that shrink as work runs out even workers out, but every one costs a message that its worker
    // waits for: 1024 vectors of 0.05 ms took two workers 53 ms instead of 44, of 0.13 ms the same.
    const count = chunkVectors ?? Math.min(pace.limit, Math.ceil(left / idle));
    const first = this.#handedOut;
    const taken = Math.min(count, left);
    this.#handedOut = vectors === 0 ? 1 : first + taken;
    return this.#chunk(vectors === 0 ? 0 : first, taken);
  }

  fail(error: Error): void {
    this.#failed = true;
    this.#reject(error);
  }

  #chunk(first: number, count: number): Job {
    const { batch } = this;
    return {
      suits: batch.holds,
      fail: (error) => this.fail(error),
      run: async (slot) => {
        if (this.#failed) return;
        const x = this.#x.slice(
          first * batch.inFeatures,
          (first + count) * batch.inFeatures,
        ) as Float32Array<ArrayBuffer>;
        const known = batch.holds(slot);
        const reply = await batch.ask(slot, x, first);
        if (!reply.ok) this.fail(unpackError(reply.error));
        else {
          if (known && count > 0) batch.pace.learn(count, reply.ms);
          this.#place(reply.value as Float32Array, first, count);
        }
      },
    };
  }

  #place(y: Float32Array, first: number, count: number): void {
    const { vectors } = this.batch;
    if (count === vectors) {
      this.#resolve(y);
      return;
    }
    const width = y.length / count;
    this.#out ??= new Float32Array(width * vectors);
    this.#out.set(y, first * width);
    this.#placed += count;
    if (this.#placed === vectors) this.#resolve(this.#out);
  }
}
