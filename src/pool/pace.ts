/** No chunk is expected to compute longer: a chunk can neither be stopped nor show progress. */
export const CHUNK_MS = 100;
/** Vectors of a layer whose speed is not known yet. */
const FIRST_CHUNK = 8;
/**
 * Vectors from which on a layer's kernels take no less time for each: two workers take 1.2 times as long for W2 in pieces of
 * 32 as of 64, and 1.4 times for W3 in pieces of 21 as of 32.
 */
const FULL_SPEED = 64;
/** Most pieces of an equal share: at the end, one worker waits for another as long as a piece takes at most. */
const PIECES = 8;

/** How fast a layer has been: milliseconds per vector, a running mean. */
export class Pace {
  #ms: number | undefined;

  get known(): boolean {
    return this.#ms !== undefined;
  }

  /** Most vectors of one chunk. */
  get limit(): number {
    return this.#ms === undefined ? FIRST_CHUNK : Math.max(1, Math.floor(CHUNK_MS / this.#ms));
  }

  /** Vectors a worker claims at a time where workers help themselves: an equal share, or one of its even parts. */
  piece(vectors: number, workers: number): number {
    const share = Math.ceil(vectors / workers);
    const parts = Math.max(1, Math.min(PIECES, Math.floor(share / FULL_SPEED)));
    return Math.min(this.limit, Math.ceil(share / parts));
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
