import * as library from "../dist/index.js";
import { runList } from "./list.mjs";

const bytes = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());

/** TensorFlow.js on its wasm backend, one thread; null where its scripts were not found. */
async function tensorFlow() {
  const { tf } = globalThis;
  if (tf?.wasm === undefined) return null;
  tf.wasm.setWasmPaths("/tfjs-backend-wasm/");
  tf.wasm.setThreadsCount(1);
  await tf.setBackend("wasm");
  await tf.ready();
  return tf;
}

globalThis.runBench = async (options) => {
  const [kernels, roof] = await Promise.all([bytes("../dist/kernels.wasm"), bytes("/roof.wasm")]);
  return runList({ library, kernels, roof, tf: await tensorFlow() }, options);
};
