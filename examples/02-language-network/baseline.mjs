/**
 * The ideal quantised network in plain JavaScript integers: what the crossbars must compute when no device errs and no
 * converter rounds. Written without the library, so that both can be held against each other text by text.
 *
 * Weights: one scale per output, Q = rint(qm·w/max). Inputs: one scale per vector, X = rint(top·x/max). Then
 * y = Q·X·(max_w/qm)·(max_x/top) + bias, rounded once to f32.
 */

/** Magnitude bits of an input code. */
export const INPUT_BITS = 8;

/**
 * Integer weights of a layer: `codes` [out × in] and what one code is worth, per output.
 *
 * @param {{ weights: Float32Array, inFeatures: number, outFeatures: number }} layer
 * @param {number} bits of a weight, its sign included
 */
export function quantise({ weights, inFeatures, outFeatures }, bits) {
  const top = 2 ** (bits - 1) - 1;
  const codes = new Int32Array(weights.length);
  const worth = new Float64Array(outFeatures);
  for (let o = 0; o < outFeatures; o++) {
    const row = weights.subarray(o * inFeatures, (o + 1) * inFeatures);
    const max = row.reduce((most, w) => Math.max(most, Math.abs(w)), 0) || 1;
    worth[o] = max / top;
    row.forEach((w, i) => {
      codes[o * inFeatures + i] = toEven((top * w) / max);
    });
  }
  return { codes, worth };
}

/**
 * Input codes of one vector, 0…255, and what one code is worth.
 *
 * @param {Float32Array} x non-negative
 */
export function drive(x) {
  const top = 2 ** INPUT_BITS - 1;
  const max = x.reduce((most, v) => Math.max(most, v), 0);
  const scale = max === 0 ? 0 : Math.fround(top / max);
  return { codes: Int32Array.from(x, (v) => toEven(Math.min(Math.fround(v * scale), top))), worth: max / top };
}

/**
 * Hidden and final scores of one text.
 *
 * @param layers     the float network
 * @param quantised  `quantise` of each layer
 * @returns {{ driven: { codes: Int32Array, worth: number }[], scores: Float32Array }} what drives each layer, and the outputs
 */
export function idealForward(layers, quantised, input) {
  const driven = [];
  let x = input;
  for (const [l, { inFeatures, outFeatures, bias }] of layers.entries()) {
    const { codes, worth } = quantised[l];
    const drives = drive(x);
    driven.push(drives);
    const y = new Float32Array(outFeatures);
    for (let o = 0; o < outFeatures; o++) {
      let total = 0;
      for (let i = 0; i < inFeatures; i++) total += codes[o * inFeatures + i] * drives.codes[i];
      y[o] = total * worth[o] * drives.worth + bias[o];
    }
    x = l < layers.length - 1 ? y.map((v) => Math.max(v, 0)) : y;
  }
  return { driven, scores: x };
}

/** Class of every text. */
export function idealLabels(layers, inputs, bits) {
  const quantised = layers.map((layer) => quantise(layer, bits));
  return inputs.map((input) => {
    const { scores } = idealForward(layers, quantised, input);
    return scores.indexOf(Math.max(...scores));
  });
}

function toEven(x) {
  const near = Math.round(x);
  return Math.abs(x - Math.trunc(x)) === 0.5 && near % 2 !== 0 ? near - 1 : near;
}
