import { summarise } from "sliced-crossbar";
import { features, floatLabel, LANGUAGES, loadLayers } from "../02-language-network/classifier.mjs";
import { loadParagraphs } from "../02-language-network/paragraphs.mjs";
import { FACTORS, TIMES } from "./variants.mjs";

const inputsOf = (texts) => Float32Array.from(texts.flatMap(({ text }) => Array.from(features(text))));
const shareRight = (answers, labels) => labels.filter((label, i) => answers[i] === label).length / labels.length;

/** The language network of example 2, its texts, and one text of each language to set the converters' ranges by. */
export function loadTask(perLanguage) {
  const [hidden, output] = loadLayers();
  const texts = loadParagraphs(LANGUAGES, perLanguage);
  const x = inputsOf(texts);
  const labels = texts.map(({ label }) => label);
  const { inFeatures } = hidden;
  const float = labels.map((_, i) => floatLabel([hidden, output], x.subarray(i * inFeatures, (i + 1) * inFeatures)));
  return {
    nodes: [
      { kind: "linear", name: "hidden", ...hidden },
      { kind: "relu" },
      { kind: "linear", name: "output", ...output },
      { kind: "argmax" },
    ],
    x,
    labels,
    float: shareRight(float, labels),
    inLowPair: [hidden, output].map(shareInLowPair),
    calibration: inputsOf(loadParagraphs(LANGUAGES, 1)),
  };
}

/** Share of a layer's weights that the low pair can hold by itself. */
function shareInLowPair({ weights, inFeatures, outFeatures }) {
  const [low, high] = FACTORS;
  let held = 0;
  for (let o = 0; o < outFeatures; o++) {
    const row = weights.subarray(o * inFeatures, (o + 1) * inFeatures);
    const most = row.reduce((max, w) => Math.max(max, Math.abs(w)), 0);
    held += row.filter((w) => Math.abs(w) <= (most * low) / (low + high)).length;
  }
  return held / weights.length;
}

/**
 * Accuracy of configurations over time: mean and spread over chips. A configuration that stands in two lists is measured
 * once.
 */
export function ageing(engine, task, { chips, times }) {
  const known = new Map();
  const measure = (config) => {
    const key = JSON.stringify(config);
    if (!known.has(key)) known.set(key, ageNetwork(engine, task, config, chips, times));
    return known.get(key);
  };
  return (variants) =>
    variants.flatMap(({ config, ...names }) =>
      summarise(measure(config), ["time", "conversions"]).map((summary) => ({ ...names, ...summary })),
    );
}

/** A row per chip and time. */
function ageNetwork(engine, { nodes, x, labels, calibration }, config, chips, times) {
  // ADC ranges as the first chip shows them right after programming; nobody sets them again later.
  const first = engine.network(nodes, config, { chip: chips[0] });
  const calibrated = first.calibrate(calibration, { inputs: false });
  first.dispose();
  return chips.flatMap((chip) => {
    const network = engine.network(nodes, calibrated, { chip });
    const conversions = Object.values(network.describe()).reduce((sum, layer) => sum + layer.conversionsPerVector, 0);
    const rows = times.map((time) => {
      network.drift(TIMES[time]);
      return { time, conversions, chip, accuracy: shareRight(network.forward(x), labels), error: null };
    });
    network.dispose();
    return rows;
  });
}
