import { idealForward, INPUT_BITS, quantise } from "./baseline.mjs";

const ROWS_OF_AN_ARRAY = 512;

/** What is swept, per size of the job. `errors` are standard deviations of a programmed conductance, relative to it. */
export const GRIDS = {
  full: {
    weightBits: [4, 6, 8],
    deviceBits: [1, 2, 4, 8],
    adcBits: [5, 6, 7, 8, "none"],
    errors: [0, 0.05, 0.1],
    chips: 5,
  },
  default: {
    weightBits: [4, 6, 8],
    deviceBits: [1, 2, 4, 8],
    adcBits: [5, 6, 7, 8, "none"],
    errors: [0, 0.05, 0.1],
    chips: 5,
  },
  small: { weightBits: [4, 8], deviceBits: [1, 8], adcBits: [6, "none"], errors: [0, 0.05], chips: 2 },
};

/** Paragraphs per language. */
export const TEXTS = { full: Number.POSITIVE_INFINITY, default: 10, small: 2 };

/** Nodes of the network, with the names that layer patches use. */
export function networkNodes(layers) {
  const [hidden, output] = layers;
  return [
    { kind: "linear", name: "hidden", ...hidden },
    { kind: "relu", name: "relu" },
    { kind: "linear", name: "output", ...output },
  ];
}

/** What all points share: the arrays, the drives and how a weight is held. */
const BASE = {
  weights: {
    scale: { kind: "absMax", per: "output" },
    // One-sided: a weight's sign chooses the device of the pair that conducts, the other stays at gMin.
    representation: { kind: "pair", sides: 1, subtract: "analog" },
  },
  cells: { gMin: 0, gMax: 25e-6 },
  array: { rows: ROWS_OF_AN_ARRAY, split: "balanced" },
  // Frequencies and ReLU outputs are never negative. The largest entry of a vector uses the whole range of the DAC.
  input: { bits: INPUT_BITS, signed: false, range: { kind: "absMax", per: "layer" }, sliceBits: 1 },
};

/**
 * The plan of the sweep.
 *
 * @param layers   the float network
 * @param inputs   features of each text
 * @param labels   language of each text
 * @param reference  the float network's answers
 * @param calibration  features of the texts that set the converters' ranges
 */
export function makePlan(grid, layers, { inputs, labels, reference, calibration }) {
  const mappings = grid.weightBits.flatMap((weightBits) =>
    grid.deviceBits.map((deviceBits) => mapping(weightBits, deviceBits, layers, calibration)),
  );
  const chips = Array.from({ length: grid.chips }, (_, i) => i + 1);
  return {
    network: networkNodes(layers),
    data: { inputs: Float32Array.from(inputs.flatMap((x) => Array.from(x))), labels, reference },
    config: BASE,
    axes: [
      { name: "mapping", values: mappings },
      { name: "adc", values: grid.adcBits.map(converter) },
      // A chip without errors is like every other: one is enough.
      { name: "sigma", values: grid.errors.map((sigma) => ({ ...error(sigma), ...(sigma === 0 && { chips: [1] }) })) },
    ],
    chips,
    predictions: true,
  };
}

/** Bits a weight needs beside its sign, in slices of what one device holds. */
function mapping(weightBits, deviceBits, layers, calibration) {
  const needed = weightBits - 1;
  const bitsPerSlice = Math.min(deviceBits, needed);
  const slices = Math.ceil(needed / bitsPerSlice);
  const ranges = lineRanges(layers, weightBits, bitsPerSlice, slices, calibration);
  return {
    label: `${weightBits}-bit weights on ${deviceBits}-bit devices`,
    columns: { weightBits, deviceBits, devices: 2 * slices },
    config: {
      default: { weights: { bits: weightBits, slices: { kind: "positional", bitsPerSlice } } },
      layers: ranges.map(({ layer, max }) => {
        const range = { kind: "fixed", min: max.map((block) => block.map((x) => -x)), max };
        return { match: layer, config: { readout: { adc: { kind: "signMagnitude", bits: 8, range } } } };
      }),
    },
  };
}

function converter(bits) {
  const adc = bits === "none" ? { kind: "none" } : { bits };
  return {
    label: bits,
    config: { layers: ["hidden", "output"].map((match) => ({ match, config: { readout: { adc } } })) },
  };
}

function error(sigma) {
  const programming = sigma === 0 ? { kind: "none" } : { kind: "proportional", sigma };
  return { label: sigma, config: { cells: { programming } } };
}

/**
 * The range of each converter: the largest line current that ideal devices show on the calibration texts, per layer,
 * row block and slice, in full devices. Larger currents clip.
 */
function lineRanges(layers, weightBits, bitsPerSlice, slices, calibration) {
  const quantised = layers.map((layer) => quantise(layer, weightBits));
  const driven = calibration.map((input) => idealForward(layers, quantised, input).driven);
  return layers.map(({ inFeatures, outFeatures }, l) => {
    const max = rowBlocks(inFeatures).map(() => new Array(slices).fill(0));
    for (const texts of driven) {
      for (const [b, { start, end }] of rowBlocks(inFeatures).entries()) {
        for (let k = 0; k < slices; k++) {
          const top = largestLine(
            quantised[l].codes,
            texts[l].codes,
            { inFeatures, outFeatures, start, end },
            bitsPerSlice,
            k,
          );
          max[b][k] = Math.max(max[b][k], top);
        }
      }
    }
    return { layer: l === 0 ? "hidden" : "output", max };
  });
}

/** The library's "balanced" split: as few arrays as possible, of sizes as equal as possible. */
function rowBlocks(count) {
  const blocks = Math.ceil(count / ROWS_OF_AN_ARRAY);
  const edges = Array.from(
    { length: blocks + 1 },
    (_, i) => i * Math.floor(count / blocks) + Math.min(i, count % blocks),
  );
  return edges.slice(1).map((end, i) => ({ start: edges[i], end }));
}

/** Largest |Σ ±digit·bit| over outputs and input bits of one text, one row block and slice k, in full devices. */
function largestLine(weights, drives, { inFeatures, outFeatures, start, end }, bitsPerSlice, k) {
  const radix = 2 ** bitsPerSlice;
  const shift = radix ** k;
  const driven = Array.from({ length: end - start }, (_, i) => start + i).filter((j) => drives[j] !== 0);
  let largest = 0;
  for (let o = 0; o < outFeatures; o++) {
    const lines = new Int32Array(INPUT_BITS);
    for (const j of driven) {
      const code = weights[o * inFeatures + j];
      const digit = Math.sign(code) * (Math.trunc(Math.abs(code) / shift) % radix);
      for (let bit = 0; bit < INPUT_BITS; bit++) lines[bit] += digit * ((drives[j] >> bit) & 1);
    }
    largest = lines.reduce((most, line) => Math.max(most, Math.abs(line)), largest);
  }
  return largest / (radix - 1);
}
