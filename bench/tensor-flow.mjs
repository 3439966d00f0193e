import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** TensorFlow.js on its wasm backend in Node, one thread; null where it is not installed. */
export async function tensorFlow() {
  const require = createRequire(import.meta.url);
  try {
    const tf = require("@tensorflow/tfjs-core");
    const backend = require("@tensorflow/tfjs-backend-wasm");
    backend.setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")), "/"));
    backend.setThreadsCount(1);
    await tf.setBackend("wasm");
    await tf.ready();
    return tf;
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    return null;
  }
}
