import { IDEAL, REAL_CELLS } from "./workloads.mjs";

const BATCH = 64;
const SIZES = [64, 128, 256, 512, 1024, 2048];
/** Slices of 8-bit weights and the bits of each. */
const SLICES = [
  [1, 7],
  [2, 4],
  [4, 2],
  [7, 1],
];
const INPUT_BITS = [1, 2, 4, 8];

const forward = (series, at, size, config) => ({
  name: "scaling",
  variant: `${series}: ${at}`,
  kind: "forward",
  rows: size,
  columns: size,
  batch: BATCH,
  config,
});

const sliced = ([count, bitsPerSlice]) => ({
  ...REAL_CELLS,
  weights: { ...REAL_CELLS.weights, slices: { kind: "positional", bitsPerSlice, count } },
});

/** The same layer larger and larger along every axis of the work: cells, slices, input slices. */
export const SCALING = [
  ...SIZES.map((size) => forward("ideal cells, rows and columns", size, size, IDEAL)),
  ...SIZES.map((size) => forward("real cells, rows and columns", size, size, REAL_CELLS)),
  ...SLICES.map((slices) => forward("real cells, slices", slices[0], 512, sliced(slices))),
  ...INPUT_BITS.map((bits) =>
    forward("real cells, input slices", bits, 512, { ...REAL_CELLS, input: { ...REAL_CELLS.input, bits } }),
  ),
];

/**
 * How time grows with the work along every series: the p of time = c work^p that fits best over its rows (least squares
 * of the logarithms). 1 is linear; less, while what every call costs still counts.
 */
export function growth(rows) {
  const series = new Map();
  for (const { variant, medianMs, gmacPerS } of rows) {
    const name = variant.slice(0, variant.indexOf(":"));
    const point = [Math.log(medianMs * gmacPerS), Math.log(medianMs)];
    series.set(name, [...(series.get(name) ?? []), point]);
  }
  return [...series].map(([name, points]) => ({ name, power: slope(points) }));
}

function slope(points) {
  const mean = (i) => points.reduce((sum, p) => sum + p[i], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const products = points.reduce((sum, p) => sum + (p[0] - x) * (p[1] - y), 0);
  return products / points.reduce((sum, p) => sum + (p[0] - x) ** 2, 0);
}
