import { floats } from "./data.mjs";

/**
 * The dense product by XNNPACK in wasm, one thread, SIMD; `tf` is TensorFlow.js with its wasm backend in use.
 * One run makes the product and brings it back to JavaScript, as ours leaves it in memory that JavaScript sees.
 */
export function denseByTensorFlow(tf, { rows, columns, reads }) {
  const cells = tf.tensor2d(floats(rows * columns, -1, 1, 1), [rows, columns]);
  const drives = tf.tensor2d(floats(rows * reads, -1, 1, 3), [reads, rows]);
  let output = new Float32Array();
  return {
    run() {
      const product = tf.matMul(drives, cells);
      output = product.dataSync();
      product.dispose();
    },
    output: () => output,
    macs: rows * columns * reads,
    peer: true,
    suffix: "tfjs-backend-wasm 4.22",
  };
}
