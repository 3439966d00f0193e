/**
 * The founding question: a weight needs 4 bits, a device holds 2. How do devices share it, and what does that cost?
 *
 * Four ways to hold the same 4-bit weights, first on ideal devices, then with 5 % programming error (mean ± standard
 * deviation over 20 chips), then with an 8-bit ADC behind every slice as well. Everything is compared with the exact
 * product of the 4-bit weights.
 */
import { createEngine } from "sliced-crossbar";
import { textTable } from "sliced-crossbar/report";

const INPUTS = 128;
const OUTPUTS = 16;
const CHIPS = 20;

const source = {
  weights: Float32Array.from({ length: OUTPUTS * INPUTS }, (_, i) => ((i * 37) % 101) / 50 - 1),
  inFeatures: INPUTS,
  outFeatures: OUTPUTS,
};
const x = Float32Array.from({ length: INPUTS }, (_, j) => ((j * 29) % 64) / 63);
const input = { bits: 8, signed: false, sliceBits: 1 };

const two = { kind: "positional", bitsPerSlice: 2 };
const ways = [
  { name: "one 4-bit device, offset", weights: { bits: 4, representation: { kind: "offset" } } },
  { name: "2-bit devices, offset", weights: { bits: 4, representation: { kind: "offset" }, slices: two } },
  { name: "one 3-bit pair", weights: { bits: 4, representation: { kind: "pair" } } },
  { name: "2-bit devices, pairs", weights: { bits: 4, representation: { kind: "pair" }, slices: two } },
];
const error = { programming: { kind: "proportional", sigma: 0.05 } };
const adc = { kind: "uniform", bits: 8, range: { kind: "full" } };

const engine = await createEngine();

/** Output of one chip. */
function read(config, chip) {
  const layer = engine.linear(source, config, { chip, layer: 0 });
  const [y, description] = [layer.forward(x), layer.describe()];
  layer.dispose();
  return { y, description };
}

// The digital product of the 4-bit weights: an ideal single device per weight computes it exactly.
const exact = read({ weights: ways[0].weights, input }, 1).y;
const size = Math.hypot(...exact);
const missed = (y) => (100 * Math.hypot(...y.map((value, m) => value - exact[m]))) / size;

function spread(config) {
  const errors = Array.from({ length: CHIPS }, (_, i) => missed(read(config, i + 1).y));
  const mean = errors.reduce((a, b) => a + b) / CHIPS;
  const sd = Math.sqrt(errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / (CHIPS - 1));
  return `${mean.toFixed(2)} ± ${sd.toFixed(2)}`;
}

const rows = ways.map(({ name, weights }) => {
  const { y, description } = read({ weights, input }, 1);
  return {
    name,
    devices: description.devicesPerWeight,
    slices: description.slices.map(({ bits }) => bits).join(" + "),
    ideal: missed(y).toFixed(2),
    error: spread({ weights, input, cells: error }),
    adc: spread({ weights, input, cells: error, readout: { adc } }),
  };
});

console.log("4-bit weights, 128 inputs, 16 outputs: error of the output in per cent of its length\n");
console.log(
  textTable(rows, [
    { title: "weights held by", cell: (row) => row.name },
    { title: "devices", cell: (row) => row.devices, align: "right" },
    { title: "bits", cell: (row) => row.slices, align: "right" },
    { title: "ideal", cell: (row) => row.ideal, align: "right" },
    { title: "5 % error", cell: (row) => row.error, align: "right" },
    { title: "and 8-bit ADC", cell: (row) => row.adc, align: "right" },
  ]),
);
engine.dispose();
