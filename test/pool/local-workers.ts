import { expose } from "comlink";
import { createEngine } from "../../src/index.js";
import type { Spawn } from "../../src/pool/handle.js";
import { createHost } from "../../src/pool/host.js";
import type { Task } from "../../src/pool/task.js";

/**
 * Workers that live in this thread behind a message channel: everything crosses as between threads, and tests may bring
 * their own tasks and cut the wire.
 */
export function localWorkers(tasks: Readonly<Record<string, Task>> = {}) {
  const wires: { mute: boolean; die(reason: string): void }[] = [];
  const spawn: Spawn = () => {
    const { port1, port2 } = new MessageChannel();
    expose(
      createHost((module) => createEngine({ wasm: module }), tasks),
      port2,
    );
    const wire = { mute: false, die: (_reason: string) => {} };
    wires.push(wire);
    const post = port1.postMessage.bind(port1) as (message: unknown, moved?: Transferable[]) => void;
    port1.postMessage = ((message: unknown, moved?: Transferable[]) => {
      if (!wire.mute) post(message, moved);
    }) as typeof port1.postMessage;
    return {
      endpoint: port1,
      onDeath: (tell) => {
        wire.die = (reason) => {
          wire.mute = true;
          tell(reason);
        };
      },
      ref() {},
      unref() {},
      async terminate() {
        port1.close();
        port2.close();
      },
    };
  };
  return { spawn, wires };
}
