import { readFile } from "node:fs/promises";
import { build } from "vite";
import { buildKernels } from "../build.mjs";

/** A vite plugin with which tests run the sources as they stand: kernels and worker are made afresh when asked for. */
export function sources() {
  return {
    name: "sources",
    enforce: "pre",
    resolveId: (id) => (id === "virtual:wasm" || id === "virtual:worker" ? `\0${id}` : null),
    async load(id) {
      if (id === "\0virtual:wasm") {
        await kernels();
        return `export default ${JSON.stringify((await readFile("build/kernels.wasm")).toString("base64"))};`;
      }
      if (id === "\0virtual:worker") return `export default ${JSON.stringify(await worker())};`;
      return null;
    },
  };
}

let kernelsMade;
const kernels = () => (kernelsMade ??= buildKernels());

let workerMade;
const worker = () => (workerMade ??= bundleWorker());

async function bundleWorker() {
  const nothing = {
    name: "nothing",
    resolveId: (id) => (id === "virtual:wasm" || id === "virtual:worker" ? `\0${id}` : null),
  };
  const result = await build({
    configFile: false,
    logLevel: "warn",
    plugins: [
      { ...nothing, enforce: "pre", load: (id) => (id.startsWith("\0virtual:") ? `export default "";` : null) },
    ],
    build: { write: false, minify: false, lib: { entry: "workers/worker.ts", formats: ["iife"], name: "worker" } },
  });
  return [result].flat()[0].output[0].code;
}
