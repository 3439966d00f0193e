import { transfer } from "comlink";
import { AbortedError, DisposedError } from "../config/errors.js";
import type { Machine } from "../engine/machine.js";
import { checkInputs, type ForwardOptions, type SampleCounter } from "../layers/reading.js";
import type { Numbers } from "../layers/source.js";
import type { Abortable } from "./async.js";
import { type Crew, single } from "./crew.js";
import type { Batch, ForwardWork } from "./forward.js";
import { Pace } from "./pace.js";
import { SentForward } from "./sent-forward.js";
import type { SharedBuffers } from "./shared-buffers.js";
import { SharedForward } from "./shared-forward.js";
import type { Slot } from "./slot.js";
import { type LayerCall, type LayerChange, type LayerSource, type Reply, unpackError } from "./wire.js";

/** Milliseconds a call may take that has never been measured. */
const UNKNOWN_MS = 3_000;

/** A call as it is made, before it is known what its worker lacks. */
type Call = Omit<LayerCall, "layer" | "source">;

let nextId = 0;

/** What all layers of a pool share. */
export interface PoolMeans {
  /** Kernels of this thread, for what is looked at before workers are asked. */
  readonly machine: Machine;
  /** Vectors of every chunk, where the caller fixes it. */
  readonly chunkVectors: number | undefined;
  /** Of memory that all threads see, where there is such. */
  readonly buffers: SharedBuffers | undefined;
}

/**
 * A layer as the pool sees it: what it is, where it is held, and how calls reach it. Samples and changes are counted here,
 * when a call is made; workers only do as they are told, so it never matters which of them does it.
 */
export class RoutedLayer {
  readonly #id = nextId++;
  readonly #changes: LayerChange[] = [];
  readonly #pace = new Pace();
  readonly #open = new Set<Promise<unknown>>();
  /** Seconds since programming that its devices have drifted to; null: as programmed. */
  seconds: number | null = null;
  #buildMs: number | undefined;
  #disposed: Promise<void> | undefined;

  constructor(
    readonly crew: Crew,
    readonly what: "layer" | "network",
    readonly source: Pick<LayerSource, "kind" | "args">,
    readonly inFeatures: number,
    readonly outFeatures: number,
    readonly counter: SampleCounter,
    readonly means: PoolMeans,
  ) {
    if (source.kind === "restore") this.seconds = (source.args[0] as { seconds: number | null }).seconds;
  }

  get disposed(): boolean {
    return this.#disposed !== undefined;
  }

  /** Builds the layer in one worker, so that what cannot be built is known; the others build it when they first need it. */
  async build(): Promise<void> {
    await this.call(undefined);
  }

  async call<T>(method: string | undefined, ...args: readonly unknown[]): Promise<T> {
    this.#check();
    const version = this.#changes.length;
    return this.#track(this.#once<T>({ method, args: structuredClone(args), changes: false, version }));
  }

  /** A call that changes the layer: later calls see it, earlier ones do not, whichever worker serves them. */
  async change<T>(method: string, ...args: readonly unknown[]): Promise<T> {
    this.#check();
    const change = structuredClone({ method, args });
    const version = this.#changes.length;
    this.#changes.push(change);
    return this.#track(this.#once<T>({ ...change, changes: true, version }));
  }

  async forward(x: Numbers, options: ForwardOptions & Abortable = {}): Promise<Float32Array> {
    this.#check();
    const { signal, reading } = splitOptions(options);
    const inputs = checkInputs(x, this.inFeatures, this.means.machine);
    const vectors = inputs.length / this.inFeatures;
    const { read, sample } = this.counter.take(vectors, reading);
    const version = this.#changes.length;
    const batch: Batch = {
      x: inputs,
      inFeatures: this.inFeatures,
      outFeatures: this.outFeatures,
      vectors,
      reading: { read, firstSample: sample },
      pace: this.#pace,
      chunkVectors: this.means.chunkVectors,
      holds: (slot) => slot.layers.get(this.#id) === version,
    };
    const work = this.#workOf(batch, version);
    const done = this.#track(this.#abortable(work, signal));
    // The caller may write into its array as soon as this returns; workers that wait have their share by now.
    if (inputs === x) work.keepInputs();
    return done;
  }

  /** In shared memory where workers can even out what they have to do; where each has one piece, messages are as good. */
  #workOf(batch: Batch, version: number): ForwardWork {
    const { vectors, inFeatures, chunkVectors, pace } = batch;
    const call = { method: "forward", changes: false, version };
    const workers = this.crew.size;
    const { buffers } = this.means;
    const pieces = vectors / (chunkVectors ?? pace.piece(vectors, workers));
    if (buffers?.suit(batch) && workers > 1 && pieces > workers) {
      return new SharedForward(batch, workers, buffers, (slot, share) => {
        const pieceMs = pace.expect(share.most);
        const expectedMs = pieceMs === undefined ? undefined : share.milliseconds + pieceMs;
        return this.#ask(slot, { ...call, args: [], share }, expectedMs, []);
      });
    }
    return new SentForward(batch, (slot, x, reading) =>
      this.#ask(slot, { ...call, args: [x, reading] }, pace.expect(x.length / inFeatures), [x.buffer]),
    );
  }

  /** Frees the layer everywhere, once the calls made before are through. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    await Promise.allSettled(this.#open);
    // A worker that is lost meanwhile has freed everything.
    await Promise.allSettled(this.crew.slots.map((slot) => slot.ask((host) => host.dropLayer(this.#id), UNKNOWN_MS)));
  }

  #check(): void {
    if (this.crew.closed) throw new DisposedError("pool");
    if (this.#disposed !== undefined) throw new DisposedError(this.what);
  }

  async #abortable(work: ForwardWork, signal: AbortSignal | undefined): Promise<Float32Array> {
    const abort = () => {
      this.crew.remove(work);
      work.fail(new AbortedError("forward"));
    };
    if (signal?.aborted) abort();
    else {
      signal?.addEventListener("abort", abort, { once: true });
      this.crew.add(work);
    }
    try {
      return await work.done;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  #once<T>(call: Call): Promise<T> {
    return new Promise((resolve, reject) => {
      const job = {
        suits: (slot: Slot) => slot.layers.get(this.#id) === call.version,
        fail: reject,
        run: async (slot: Slot) => {
          const reply = await this.#ask(slot, call, undefined, []);
          if (reply.ok) resolve(reply.value as T);
          else reject(unpackError(reply.error));
        },
      };
      this.crew.add(single(job));
    });
  }

  async #ask(slot: Slot, call: Call, expectedMs: number | undefined, moved: ArrayBuffer[]): Promise<Reply> {
    const held = slot.layers.get(this.#id) === call.version;
    const source = held ? undefined : { ...this.source, changes: this.#changes.slice(0, call.version) };
    const estimateMs = (expectedMs ?? UNKNOWN_MS) + (held ? 0 : (this.#buildMs ?? UNKNOWN_MS));
    const message = { ...call, layer: this.#id, source };
    const reply = await slot.ask((host) => host.callLayer(transfer(message, moved)), estimateMs);
    // After an error the worker may or may not hold the layer; the source is then sent again.
    if (reply.ok) slot.layers.set(this.#id, call.version + (call.changes ? 1 : 0));
    else slot.layers.delete(this.#id);
    if (reply.ok && call.method === undefined) this.#buildMs = reply.ms;
    return reply;
  }

  #track<T>(promise: Promise<T>): Promise<T> {
    const open = promise.finally(() => this.#open.delete(open));
    this.#open.add(open);
    return open;
  }
}

/** What is not the pool's own is checked by the layer's counter, whatever it is. */
function splitOptions(options: ForwardOptions & Abortable): {
  signal: AbortSignal | undefined;
  reading: ForwardOptions;
} {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    return { signal: undefined, reading: options };
  const { signal, ...reading } = options;
  return { signal, reading };
}
