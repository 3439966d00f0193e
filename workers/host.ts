import { type Endpoint, expose } from "comlink";
import { createEngine } from "../src/layers/engine.js";
import { createHost } from "../src/pool/host.js";
import { TASKS } from "../src/pool/tasks.js";

/** The program every worker runs: answers the questions of a pool that arrive at `endpoint`. */
export function serve(endpoint: Endpoint): void {
  expose(
    createHost((module) => createEngine({ wasm: module }), TASKS),
    endpoint,
  );
}
