import { DisposedError } from "../config/errors.js";
import type { Engine } from "../layers/engine.js";
import type { Linear } from "../layers/linear.js";
import type { Network } from "../layers/network.js";
import { computeShare } from "./shared-batch.js";
import type { LayerCall, LayerChange } from "./wire.js";

type Layer = Linear | Network;
type Methods = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/** The layers a worker has built for its pool. */
export class HostedLayers {
  readonly #held = new Map<number, { layer: Layer; version: number }>();

  constructor(readonly engine: Engine) {}

  call(call: LayerCall): unknown {
    const held = this.#bring(call);
    if (call.changes) held.version += 1;
    if (call.share !== undefined) return computeShare(call.share, held.layer);
    return call.method === undefined ? undefined : invoke(held.layer, call.method, call.args);
  }

  drop(id: number): void {
    this.#held.get(id)?.layer.dispose();
    this.#held.delete(id);
  }

  /** The layer as it was after `call.version` changes: kept, brought forward, or built again from its source. */
  #bring({ layer: id, version, source }: LayerCall) {
    let held = this.#held.get(id);
    if (held !== undefined && held.version > version) {
      this.drop(id);
      held = undefined;
    }
    if (held === undefined) {
      if (source === undefined) throw new DisposedError("layer");
      held = { layer: invoke(this.engine, source.kind, source.args) as Layer, version: 0 };
      this.#held.set(id, held);
    }
    for (; held.version < version; held.version++) repeat(held.layer, source?.changes[held.version]);
    return held;
  }
}

function repeat(layer: Layer, change: LayerChange | undefined): void {
  if (change === undefined) throw new DisposedError("layer");
  try {
    invoke(layer, change.method, change.args);
  } catch {
    // It threw the first time too, was reported then, and changed nothing.
  }
}

function invoke(target: object, method: string, args: readonly unknown[]): unknown {
  return (target as Methods)[method]?.(...args);
}
