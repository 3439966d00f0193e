import type { BatchSize } from "./forward.js";

/** A larger batch lasts so long that chunks in messages are many enough to even out what workers do. */
const MOST_BYTES = 0x1000_0000; // 256 MiB
/** No larger buffer is kept. What needs one takes so long that getting it anew takes no share of it. */
const KEPT_BYTES = 0x100_0000; // 16 MiB

const bytesOf = ({ vectors, inFeatures, outFeatures }: BatchSize) => 4 * vectors * (inFeatures + outFeatures + 1);

/**
 * Keeps a buffer from one batch to the next. With a new one for each, two workers take 1.00 to 1.08 times as long (W1, 1024
 * vectors): what is forgotten is collected by threads that the workers' processors have to serve.
 */
export class SharedBuffers {
  #kept: SharedArrayBuffer | undefined;

  /** None where threads share no memory: in pages that are not cross-origin isolated. */
  static open(): SharedBuffers | undefined {
    const possible = typeof SharedArrayBuffer === "function" && globalThis.crossOriginIsolated !== false;
    return possible ? new SharedBuffers() : undefined;
  }

  suit(size: BatchSize): boolean {
    return bytesOf(size) <= MOST_BYTES;
  }

  /** A buffer that is large enough, with anything in it. */
  take(size: BatchSize): SharedArrayBuffer {
    const bytes = bytesOf(size);
    const kept = this.#kept;
    if (kept === undefined || kept.byteLength < bytes) return new SharedArrayBuffer(bytes);
    this.#kept = undefined;
    return kept;
  }

  /** Takes a buffer back that no worker can still write into. */
  give(buffer: SharedArrayBuffer): void {
    if (buffer.byteLength <= KEPT_BYTES && buffer.byteLength > (this.#kept?.byteLength ?? 0)) this.#kept = buffer;
  }
}
