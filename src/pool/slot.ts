import { wrap } from "comlink";
import { WorkerLostError } from "../config/errors.js";
import type { Spawn, WorkerHandle } from "./handle.js";
import { type Host, type Reply, unpackError } from "./wire.js";

/** Time a worker has to load its program and answer for the first time. */
const START_LIMIT_MS = 30_000;
/** No worker is given up before it was silent for this long. */
const LEAST_SILENCE_MS = 5_000;
const SILENCE_PER_ESTIMATE = 20;
/** Signs of life asked for in that time. */
const SILENT_ROUNDS = 4;

/** One place for a worker: its life, its one running job, and what it is known to hold. */
export class Slot {
  /** Layers this worker has built, with the number of changes they have seen. */
  readonly layers = new Map<number, number>();
  /** Shared values this worker has. */
  readonly shared = new Set<number>();
  busy = false;
  #dead: string | undefined;
  #onDeath: () => void = () => {};
  readonly #open = new Set<(error: Error) => void>();

  constructor(
    readonly index: number,
    /** A comlink proxy, or the host itself where it lives in this thread. */
    readonly host: Host,
    readonly handle: WorkerHandle | undefined,
  ) {
    handle?.onDeath((reason) => this.#die(reason));
  }

  /**
   * Starts a worker and waits for its first answer.
   *
   * @throws {WorkerLostError} it ended or stayed silent before that; do not simply start another
   */
  static async start(index: number, spawn: Spawn, module: WebAssembly.Module): Promise<Slot> {
    const handle = spawn();
    const slot = new Slot(index, wrap<Host>(handle.endpoint) as unknown as Host, handle);
    try {
      const reply = await slot.ask((host) => host.start(module), START_LIMIT_MS / SILENCE_PER_ESTIMATE);
      if (!reply.ok) throw unpackError(reply.error);
    } catch (error) {
      await slot.end();
      throw error;
    }
    return slot;
  }

  get alive(): boolean {
    return this.#dead === undefined;
  }

  /** Called once when the worker is gone and nobody asked it to go. */
  set onDeath(tell: () => void) {
    this.#onDeath = tell;
  }

  /**
   * One question to the worker.
   *
   * @param estimateMs  expected silence; after max(5 s, 20 × this) without a sign of life the worker is given up
   * @throws {WorkerLostError} the worker ended or was given up
   */
  async ask<T>(question: (host: Host) => Promise<Reply<T>>, estimateMs: number): Promise<Reply<T>> {
    if (this.#dead !== undefined) throw new WorkerLostError(this.index, this.#dead);
    this.handle?.ref();
    const silenceMs = Math.max(LEAST_SILENCE_MS, SILENCE_PER_ESTIMATE * estimateMs);
    const stopListening = this.handle === undefined ? () => {} : this.#listenForLife(silenceMs);
    let give = (_error: Error) => {};
    try {
      return await new Promise<Reply<T>>((answer, reject) => {
        give = reject;
        this.#open.add(give);
        question(this.host).then(answer, reject);
      });
    } finally {
      stopListening();
      this.#open.delete(give);
      // A worker that is being ended keeps Node alive until it has.
      if (this.#open.size === 0 && this.alive) this.handle?.unref();
    }
  }

  /** A message whose answer nobody waits for; a worker that dies first has nothing left to be told. */
  tell(message: (host: Host) => Promise<unknown>): void {
    if (this.#dead === undefined) message(this.host).catch(() => {});
  }

  /** Ends the worker. Open questions are rejected. */
  async end(reason = "ended by the pool"): Promise<void> {
    this.#onDeath = () => {};
    this.#die(reason);
    await this.handle?.terminate();
  }

  #die(reason: string): void {
    if (this.#dead !== undefined) return;
    this.#dead = reason;
    for (const give of this.#open) give(new WorkerLostError(this.index, reason));
    this.#open.clear();
    this.#onDeath();
  }

  #listenForLife(silenceMs: number): () => void {
    // Rounds, not the clock: while this thread itself is busy or the machine sleeps, an answer may be waiting unread.
    let silentRounds = 0;
    const timer = setInterval(() => {
      silentRounds += 1;
      if (silentRounds >= SILENT_ROUNDS) {
        this.#die(`no sign of life for ${Math.ceil(silenceMs / 1000)} s`);
        // A computing thread cannot be stopped in any other way.
        void this.handle?.terminate();
        return;
      }
      this.tell(async (host) => {
        await host.pulse();
        silentRounds = 0;
      });
    }, silenceMs / SILENT_ROUNDS);
    return () => clearInterval(timer);
  }
}
