/** The release kernels, base64. Filled in by the bundler; empty where the module arrives from elsewhere. */
declare module "virtual:wasm" {
  const base64: string;
  export default base64;
}

/** The worker program as one classic script. Filled in by the bundler; empty where it has an address of its own. */
declare module "virtual:worker" {
  const source: string;
  export default source;
}

declare module "comlink/dist/esm/node-adapter.mjs" {
  import type { Endpoint } from "comlink";
  interface NodeEndpoint {
    postMessage(message: unknown, transfer?: unknown[]): void;
    on(type: string, listener: (...args: never[]) => void): void;
    off(type: string, listener: (...args: never[]) => void): void;
    start?: () => void;
  }
  export default function nodeEndpoint(port: NodeEndpoint): Endpoint;
}
