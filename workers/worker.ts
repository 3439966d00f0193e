import type { Endpoint } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { builtin } from "../src/pool/runtime.js";
import { serve } from "./host.js";

// One file for threads of Node, Deno and Bun and for workers of a page.
const port = builtin("node:worker_threads")?.parentPort;
serve(port ? nodeEndpoint(port) : (globalThis as unknown as Endpoint));
