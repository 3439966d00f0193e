/**
 * The pretrained language classifier of npm `lande` (MIT): 620 n-gram frequencies → 120 (ReLU) → 50 languages.
 *
 * Its weights ship as 8-bit codes, one step size per neuron; this file decodes them and computes the features in its own
 * words. `lande` itself, called by `landeLabel`, is the float reference.
 */
import lande from "lande";

const beside = (name) => import(new URL(name, import.meta.resolve("lande")).href).then((module) => module.default);
const options = await beside("./t50-options.js");
const { unigrams, bigrams, trigrams, quadgrams } = await beside("./t50-ngrams.js");
const VOCABULARY = [unigrams, bigrams, trigrams, quadgrams];

/** ISO 639-3 codes in the order of the network's outputs. */
export const LANGUAGES = await beside("./t50-langs.js");
export const FEATURES = VOCABULARY.reduce((count, grams) => count + grams.length, 0);

/** The dense layers: `weights` [out × in] row-major, `bias` [out]. */
export function loadLayers() {
  let inFeatures = FEATURES;
  return options.layers
    .filter((layer) => layer.type === "dense")
    .map(({ _filters, _biases }) => {
      const weights = Float32Array.from(_filters.flatMap((row) => decode(row)));
      const layer = { inFeatures, outFeatures: _filters.length, weights, bias: Float32Array.from(decode(_biases)) };
      inFeatures = layer.outFeatures;
      return layer;
    });
}

/** `1<codes per unit>|<base64>`: one byte per value, 127 is zero. */
function decode(text) {
  const [, perUnit, base64] = /^1([\d.]+)\|(.*)$/.exec(text) ?? [];
  if (base64 === undefined) throw new Error(`lande: unknown weight coding ${JSON.stringify(text.slice(0, 12))}`);
  return Array.from(atob(base64), (byte) => (byte.charCodeAt(0) - 127) / Number(perUnit));
}

/**
 * The network's input for a text: the share of each known n-gram among all n-grams of its length, 0…1.
 *
 * @param {string} text
 * @returns {Float32Array} 620 frequencies
 */
export function features(text) {
  const letters = normalise(text);
  return Float32Array.from(
    VOCABULARY.flatMap((grams, n) => {
      const { counts, total } = countGrams(letters, n + 1);
      return grams.map((gram) => (counts.get(gram) ?? 0) / total);
    }),
  );
}

/** Lower-case letters and marks between single blanks, with one blank at each end. */
function normalise(text) {
  const letters = text
    .replace(/-+/g, " ")
    .replace(/[^\p{L}\p{M}\s]/gu, "")
    .replace(/\s{2,}/g, " ");
  return ` ${letters.toLowerCase().trim()} `;
}

/** UTF-16 windows of length n and how often each occurs. */
function countGrams(letters, n) {
  const counts = new Map();
  const total = letters.length - n + 1;
  for (let i = 0; i < total; i++) {
    const gram = letters.slice(i, i + n);
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return { counts, total: Math.max(total, 1) };
}

/** The answer of `lande` itself, as an index into LANGUAGES. */
export function landeLabel(text) {
  return LANGUAGES.indexOf(lande(text)[0][0]);
}

/** Our float evaluation of the decoded network: index of the largest score. */
export function floatLabel(layers, input) {
  let x = input;
  for (const [l, { weights, bias, inFeatures, outFeatures }] of layers.entries()) {
    const y = new Float32Array(outFeatures);
    for (let o = 0; o < outFeatures; o++) {
      let sum = 0;
      for (let i = 0; i < inFeatures; i++) sum += x[i] * weights[o * inFeatures + i];
      sum += bias[o];
      y[o] = l < layers.length - 1 ? Math.max(sum, 0) : sum;
    }
    x = y;
  }
  return x.indexOf(Math.max(...x));
}
