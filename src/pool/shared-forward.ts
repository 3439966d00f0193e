import type { Job } from "./crew.js";
import { type Batch, ForwardWork } from "./forward.js";
import { CHUNK_MS } from "./pace.js";
import { type Share, SharedBatch } from "./shared-batch.js";
import type { SharedBuffers } from "./shared-buffers.js";
import type { Slot } from "./slot.js";
import { type Reply, unpackError } from "./wire.js";

/** Has one worker compute a share; answers how many vectors it became. */
export type AskShare = (slot: Slot, share: Share) => Promise<Reply>;

/**
 * A batch in shared memory: every worker is told once, with the first vectors it shall compute, and helps itself to more.
 * Where nothing else runs, two workers take 1.0 of the time that equal shares in messages take (W1, W2, 1024 vectors);
 * beside a third busy process 0.76 (W1) and 0.87 (W2); for W3, whose shares are more than one chunk of messages, 0.83.
 */
export class SharedForward extends ForwardWork {
  readonly #shared: SharedBatch;
  /** Shares that were claimed and have no answer yet. */
  #unanswered = 0;
  /** A worker that was given up may still write. */
  #lost = false;
  #out: Float32Array | undefined;
  /** All vectors before this one are in `#out`. */
  #open = 0;

  constructor(
    batch: Batch,
    readonly workers: number,
    readonly buffers: SharedBuffers,
    readonly ask: AskShare,
  ) {
    super(batch);
    this.#shared = SharedBatch.of(batch.x, batch, buffers);
  }

  next(): Job | undefined {
    const share = this.#claim();
    return share === undefined ? undefined : this.#job(share);
  }

  override fail(error: Error): void {
    super.fail(error);
    if (!this.#complete) this.#shared.withdraw();
  }

  /** From then on its memory may be another batch's. */
  get #complete(): boolean {
    return this.#open === this.batch.vectors;
  }

  #claim(): Share | undefined {
    if (this.failed || this.#complete) return undefined;
    const { vectors, reading, chunkVectors, pace } = this.batch;
    // Nobody computes now: what is claimed was claimed by workers that were lost.
    if (this.#lost && this.#unanswered === 0) this.#shared.release();
    const most = chunkVectors ?? pace.piece(vectors, this.workers);
    const start = this.#shared.claim(this.#open, most);
    const milliseconds = pace.known ? CHUNK_MS : 0;
    if (start === undefined) return undefined;
    this.#unanswered += 1;
    return { memory: this.#shared.memory, reading, start, most, milliseconds };
  }

  #job(first: Share): Job {
    let share: Share | undefined = first;
    return {
      suits: this.batch.holds,
      fail: (error) => this.fail(error),
      run: async (slot) => {
        share ??= this.#claim(); // of a job whose worker was lost
        while (share !== undefined && !this.failed) {
          const asked: Share = share;
          share = undefined;
          await this.#compute(slot, asked);
          // Nobody else will look whether something was left.
          if (this.#unanswered === 0) share = this.#claim();
        }
        if (!this.failed) this.#place();
      },
    };
  }

  /** Takes out what is finished: what the first worker to end leaves time for need not be done after the last. */
  #place(): void {
    const { outFeatures } = this.batch;
    const { y, memory } = this.#shared;
    if (!this.#complete) {
      const first = this.#open;
      this.#open = this.#shared.firstOpen(first);
      this.#out ??= new Float32Array(y.length);
      this.#out.set(y.subarray(first * outFeatures, this.#open * outFeatures), first * outFeatures);
      if (this.#complete) this.resolve(this.#out);
    }
    if (this.#complete && this.#unanswered === 0 && !this.#lost) this.buffers.give(memory.buffer);
  }

  async #compute(slot: Slot, share: Share): Promise<void> {
    const { batch } = this;
    const known = batch.holds(slot);
    try {
      const reply = await this.ask(slot, share);
      if (!reply.ok) this.fail(unpackError(reply.error));
      else if (known) batch.pace.learn(reply.value as number, reply.ms);
    } catch (lost) {
      this.#lost = true;
      throw lost;
    } finally {
      this.#unanswered -= 1;
    }
  }
}
