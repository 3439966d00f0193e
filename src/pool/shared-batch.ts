import type { BatchSize, Reading } from "./forward.js";
import type { SharedBuffers } from "./shared-buffers.js";

/** States of a vector. */
const FREE = 0;
const CLAIMED = 1;
const DONE = 2;
const WITHDRAWN = 3;

/** Neighbouring vectors. */
export interface Range {
  readonly first: number;
  readonly count: number;
}

/** A batch as it travels: memory that all threads see. */
export interface SharedMemory extends BatchSize {
  readonly buffer: SharedArrayBuffer;
}

/**
 * A batch of vectors in memory that all threads see, and who computes which of them. Workers help themselves until none is
 * left: a slow one takes fewer, and only the first and the last message of each wait for the pool's thread.
 */
export class SharedBatch {
  /** Inputs [vectors × inFeatures]. */
  readonly x: Float32Array;
  /** Outputs [vectors × outFeatures]. */
  readonly y: Float32Array;
  /** [vectors] */
  readonly #states: Int32Array<SharedArrayBuffer>;

  constructor(readonly memory: SharedMemory) {
    const { buffer, vectors, inFeatures, outFeatures } = memory;
    this.x = new Float32Array(buffer, 0, vectors * inFeatures);
    this.y = new Float32Array(buffer, this.x.byteLength, vectors * outFeatures);
    this.#states = new Int32Array(buffer, this.y.byteOffset + this.y.byteLength, vectors);
  }

  /** A new batch of these inputs, which are copied: the caller may write into them afterwards. */
  static of(x: Float32Array, { vectors, inFeatures, outFeatures }: BatchSize, buffers: SharedBuffers): SharedBatch {
    const size = { vectors, inFeatures, outFeatures };
    const batch = new SharedBatch({ ...size, buffer: buffers.take(size) });
    batch.x.set(x);
    batch.#states.fill(FREE);
    return batch;
  }

  /** Takes the first free vectors at or after `from`, at most `most` neighbours; undefined where none is free. */
  claim(from: number, most: number): Range | undefined {
    const { vectors } = this.memory;
    let first = from;
    while (first < vectors && !this.#take(first)) first++;
    if (first >= vectors) return undefined;
    let end = first + 1;
    while (end < vectors && end - first < most && this.#take(end)) end++;
    return { first, count: end - first };
  }

  #take(vector: number): boolean {
    // Looked at first: an exchange that fails would still take its cache line from whoever uses it.
    return this.#states[vector] === FREE && this.#change(vector, FREE, CLAIMED);
  }

  #change(vector: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#states, vector, from, to) === from;
  }

  /** Marks vectors whose outputs are in place. */
  finish({ first, count }: Range): void {
    for (let vector = first; vector < first + count; vector++) Atomics.store(this.#states, vector, DONE);
  }

  /** Gives back what was claimed and not finished. */
  release(): void {
    for (let vector = 0; vector < this.memory.vectors; vector++) this.#change(vector, CLAIMED, FREE);
  }

  /** Leaves no vector to claim. */
  withdraw(): void {
    for (let vector = 0; vector < this.memory.vectors; vector++) this.#change(vector, FREE, WITHDRAWN);
  }

  /** The first vector at or after `from` that is not finished; the number of vectors where all are. */
  firstOpen(from: number): number {
    let vector = from;
    while (this.#states[vector] === DONE) vector++;
    return vector;
  }
}

/** What one worker is asked to do of a batch: the vectors already claimed for it, and as many more as it has time for. */
export interface Share {
  readonly memory: SharedMemory;
  /** The draws of the batch's first vector. */
  readonly reading: Reading;
  readonly start: Range;
  /** Most vectors of one claim. */
  readonly most: number;
  /** No claim is made later than this after the start, so that the worker can be asked for other things. */
  readonly milliseconds: number;
}

/** Computes a share in a worker; returns how many vectors it became. */
export function computeShare(
  { memory, reading, start, most, milliseconds }: Share,
  layer: { forward(x: Float32Array, reading: Reading): Float32Array },
): number {
  const batch = new SharedBatch(memory);
  const { inFeatures, outFeatures } = memory;
  const end = performance.now() + milliseconds;
  let computed = 0;
  let range: Range | undefined = start;
  while (range !== undefined) {
    const { first, count }: Range = range;
    const x = batch.x.subarray(first * inFeatures, (first + count) * inFeatures);
    const y = layer.forward(x, { read: reading.read, firstSample: reading.firstSample + first });
    batch.y.set(y, first * outFeatures);
    batch.finish(range);
    computed += count;
    range = performance.now() < end ? batch.claim(first + count, most) : undefined;
  }
  return computed;
}
