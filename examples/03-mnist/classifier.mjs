import { readFileSync } from "node:fs";

/** Widths of the fully connected network, input to output. */
export const WIDTHS = [784, 128, 10];
const TOP = 32767;

/**
 * A trained network in JSON: per layer 16-bit codes in base64 with the real value of the largest code, biases as numbers.
 *
 * @param {{ weights: Float32Array, bias: Float32Array }[]} layers
 */
export function packClassifier(layers, meta) {
  return {
    format: 1,
    widths: WIDTHS,
    meta,
    layers: layers.map(({ weights, bias }) => {
      const max = weights.reduce((top, w) => Math.max(top, Math.abs(w)), 0);
      const bytes = Buffer.alloc(weights.length * 2);
      for (const [i, w] of weights.entries()) bytes.writeInt16LE(Math.round((w / max) * TOP), i * 2);
      return { max, codes: bytes.toString("base64"), bias: Array.from(bias, (b) => Number(b.toPrecision(7))) };
    }),
  };
}

/**
 * The stored network: `weights` [out × in] and `bias` [out] per layer.
 *
 * @param {{ layers: { max: number, codes: string, bias: number[] }[] }} packed
 */
export function unpackClassifier(packed) {
  return packed.layers.map(({ max, codes, bias }, l) => {
    const bytes = Buffer.from(codes, "base64");
    const weights = Float32Array.from({ length: bytes.length / 2 }, (_, i) => (bytes.readInt16LE(i * 2) / TOP) * max);
    return { inFeatures: WIDTHS[l], outFeatures: WIDTHS[l + 1], weights, bias: Float32Array.from(bias) };
  });
}

/** The network trained by train.mjs and committed beside it. */
export function loadClassifier() {
  return unpackClassifier(JSON.parse(readFileSync(new URL("weights.json", import.meta.url), "utf8")));
}

/**
 * Scores before softmax, in f64: the float reference.
 *
 * @param {ReturnType<typeof unpackClassifier>} layers
 * @param {Float32Array} image one input vector
 */
export function scores(layers, image) {
  let x = image;
  for (const [l, { weights, bias, inFeatures, outFeatures }] of layers.entries()) {
    const y = new Float64Array(outFeatures);
    for (let o = 0; o < outFeatures; o++) {
      let sum = bias[o];
      for (let i = 0; i < inFeatures; i++) sum += weights[o * inFeatures + i] * x[i];
      y[o] = l < layers.length - 1 ? Math.max(sum, 0) : sum;
    }
    x = y;
  }
  return x;
}

/** Share of images whose largest score is at their label. */
export function floatAccuracy(layers, { images, labels, count }) {
  let right = 0;
  for (let i = 0; i < count; i++) {
    const y = scores(layers, images.subarray(i * WIDTHS[0], (i + 1) * WIDTHS[0]));
    if (y.indexOf(Math.max(...y)) === labels[i]) right++;
  }
  return right / count;
}
