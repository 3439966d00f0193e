import type { Slot } from "./slot.js";
import { unpackError } from "./wire.js";

/** Milliseconds a large value may take to arrive. */
const TRANSPORT_MS = 1_000;

/**
 * Numbers for large values, so that a worker is sent each of them once. Values are known by identity; when the caller lets
 * go of one, so do the workers.
 */
export class SharedValues {
  readonly #ids = new WeakMap<object, number>();
  readonly #gone: FinalizationRegistry<number>;
  #next = 0;

  constructor(slots: () => readonly Slot[]) {
    this.#gone = new FinalizationRegistry((id) => {
      for (const slot of slots()) if (slot.shared.delete(id)) slot.tell((host) => host.unshare(id));
    });
  }

  idOf(value: object): number {
    const known = this.#ids.get(value);
    if (known !== undefined) return known;
    const id = this.#next++;
    this.#ids.set(value, id);
    this.#gone.register(value, id);
    return id;
  }

  /** Sends what the worker lacks. */
  async bring(slot: Slot, values: readonly object[]): Promise<void> {
    for (const value of values) {
      const id = this.idOf(value);
      if (slot.shared.has(id)) continue;
      const reply = await slot.ask((host) => host.share(id, value), TRANSPORT_MS);
      if (!reply.ok) throw unpackError(reply.error);
      slot.shared.add(id);
    }
  }
}
