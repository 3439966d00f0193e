import { DisposedError, WorkerLostError } from "../config/errors.js";
import type { Slot } from "./slot.js";

/** One question to one worker. */
export interface Job {
  /** @throws {WorkerLostError} the worker is gone; every other outcome is the job's own to deliver */
  run(slot: Slot): Promise<void>;
  /** Better done by this worker than by another, for what it holds already. */
  suits(slot: Slot): boolean;
  fail(error: Error): void;
}

/** Jobs of one call, handed out one after another. */
export interface Work {
  /** The next job, undefined when none is left. `idle` workers are waiting. */
  next(idle: number): Job | undefined;
  fail(error: Error): void;
}

export function single(job: Job): Work {
  let left: Job | undefined = job;
  return {
    next() {
      const taken = left;
      left = undefined;
      return taken;
    },
    fail: (error) => job.fail(error),
  };
}

/**
 * The workers of a pool and the queue before them. Work starts in order of the calls; a job whose worker is lost runs
 * once more, before everything else, on another one.
 */
export class Crew {
  readonly #queue: Work[] = [];
  readonly #running = new Set<Job>();
  readonly #retried = new WeakSet<Job>();
  readonly #slots: Slot[];
  readonly #startSlot: (index: number) => Promise<Slot>;
  #starting = 0;
  #wanted: number;
  #nextIndex: number;
  #closing: Promise<void> | undefined;
  /** Why no worker is left and none can be started. */
  #broken: Error | undefined;

  constructor(slots: readonly Slot[], startSlot: (index: number) => Promise<Slot>) {
    this.#slots = [];
    this.#startSlot = startSlot;
    this.#wanted = slots.length;
    this.#nextIndex = slots.length;
    for (const slot of slots) this.#admit(slot);
  }

  get slots(): readonly Slot[] {
    return this.#slots;
  }

  /** How many workers there are when none is being replaced. */
  get size(): number {
    return this.#wanted;
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  add(work: Work): void {
    const refusal = this.closed ? new DisposedError("pool") : this.#broken;
    if (refusal !== undefined) {
      work.fail(refusal);
      return;
    }
    this.#queue.push(work);
    this.#dispatch();
  }

  /** Takes work back that has not been handed out whole. Its running jobs end by themselves. */
  remove(work: Work): void {
    const at = this.#queue.indexOf(work);
    if (at >= 0) this.#queue.splice(at, 1);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#failAll(new DisposedError("pool"));
    await Promise.all(this.#slots.splice(0).map((slot) => slot.end()));
  }

  #failAll(error: Error): void {
    for (const job of this.#running) job.fail(error);
    for (const work of this.#queue.splice(0)) work.fail(error);
  }

  #dispatch(): void {
    for (let work = this.#queue[0]; work !== undefined && !this.closed; work = this.#queue[0]) {
      const idle = this.#slots.filter((slot) => !slot.busy);
      if (idle.length === 0) break;
      const job = work.next(idle.length);
      if (job === undefined) this.#queue.shift();
      else void this.#start(job, idle.find((slot) => job.suits(slot)) ?? idle[0]!);
    }
    // Lost workers are replaced when there is work for them, so one that keeps dying cannot be started for ever.
    const missing = this.#wanted - this.#slots.length - this.#starting;
    for (let i = 0; i < Math.min(missing, this.#queue.length); i++) void this.#replace();
  }

  async #start(job: Job, slot: Slot): Promise<void> {
    slot.busy = true;
    this.#running.add(job);
    try {
      await job.run(slot);
    } catch (error) {
      this.#onLost(job, error as Error);
    } finally {
      this.#running.delete(job);
      slot.busy = false;
      this.#dispatch();
    }
  }

  #onLost(job: Job, error: Error): void {
    if (this.closed) job.fail(new DisposedError("pool"));
    else if (!(error instanceof WorkerLostError) || this.#retried.has(job)) job.fail(error);
    else {
      this.#retried.add(job);
      this.#queue.unshift(single(job));
    }
  }

  async #replace(): Promise<void> {
    this.#starting += 1;
    try {
      const slot = await this.#startSlot(this.#nextIndex++);
      if (this.closed) await slot.end();
      else this.#admit(slot);
    } catch (error) {
      this.#wanted -= 1;
      if (this.#wanted > 0) return;
      this.#broken = error as Error;
      this.#failAll(this.#broken);
    } finally {
      this.#starting -= 1;
      this.#dispatch();
    }
  }

  #admit(slot: Slot): void {
    this.#slots.push(slot);
    slot.onDeath = () => {
      const at = this.#slots.indexOf(slot);
      if (at >= 0) this.#slots.splice(at, 1);
    };
  }
}
