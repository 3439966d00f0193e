/**
 * The digit classifier trained by train.mjs on crossbars: a small sweep over bits per device and programming error.
 *
 * 500 held-out digits, 4-bit weights, 8-bit inputs read bit by bit, an 8-bit ADC over the full range, 3 chips.
 * `node examples/03-mnist/run.mjs [--all]`; --all takes all 2,004 held-out digits.
 */
import { parseArgs } from "node:util";
import { createPool, summarise } from "sliced-crossbar";
import { percent, percentSpread, textTable } from "sliced-crossbar/report";
import { floatAccuracy, loadClassifier } from "./classifier.mjs";
import { loadDigits, PIXELS } from "./digits.mjs";

const { all } = parseArgs({ options: { all: { type: "boolean", default: false } } }).values;

const layers = loadClassifier();
const { heldOut } = loadDigits();
console.log(`float, ${heldOut.count} held-out digits: ${percent(floatAccuracy(layers, heldOut), 2)} %`);

// The held-out digits lie in order of their class; a stride takes all classes alike.
const stride = all ? 1 : 4;
const chosen = Array.from({ length: Math.floor(heldOut.count / stride) }, (_, i) => i * stride);
const inputs = Float32Array.from(
  chosen.flatMap((i) => Array.from(heldOut.images.subarray(i * PIXELS, (i + 1) * PIXELS))),
);
const labels = chosen.map((i) => heldOut.labels[i]);

const plan = {
  network: [
    { kind: "linear", name: "hidden", ...layers[0] },
    { kind: "relu" },
    { kind: "linear", name: "output", ...layers[1] },
  ],
  data: { inputs, labels },
  config: {
    weights: { bits: 4, scale: { kind: "absMax", per: "output" }, slices: { kind: "positional", bitsPerSlice: 1 } },
    cells: { gMin: 0.25e-6, gMax: 25e-6, programming: { kind: "proportional", sigma: 0 } },
    array: { rows: 512, columns: 512 },
    input: { bits: 8, signed: false, range: { kind: "absMax" }, sliceBits: 1 },
    readout: { adc: { kind: "signMagnitude", bits: 8, range: { kind: "full" } } },
  },
  axes: [
    { path: "weights.slices.bitsPerSlice", name: "deviceBits", values: [1, 2, 3] },
    { path: "cells.programming.sigma", name: "sigma", values: [0, 0.05, 0.1, 0.2] },
  ],
  chips: [1, 2, 3],
};

const pool = await createPool();
const rows = [];
for await (const row of pool.sweep(plan)) rows.push(row);
await pool.close();

console.log(`4-bit weights on crossbars, ${labels.length} of them:\n`);
console.log(
  textTable(summarise(rows, ["deviceBits", "sigma"]), [
    { title: "bits per device", cell: (row) => row.deviceBits, align: "right" },
    { title: "error", cell: (row) => `${100 * row.sigma} %`, align: "right" },
    { title: "accuracy %", cell: (row) => percentSpread(row.mean, row.sd), align: "right" },
  ]),
);
