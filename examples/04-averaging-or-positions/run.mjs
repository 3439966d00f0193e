/**
 * Le Gallo et al., Neuromorph. Comput. Eng. 2 (2022) 014009, asked whether a weight on several noisy devices should be cut
 * into positions (digits of rising significance) or shared out evenly (averaging). Their answer for devices whose error
 * dominates: averaging. Is it so here?
 *
 * An 8-bit matrix is held by 1 to 7 pairs per weight both ways, on devices with two kinds of error; everything else is
 * ideal. The error is that of the output relative to the exact product of the 8-bit weights, over 10 chips.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { JSDOM } from "jsdom";
import { createEngine, lawVersion } from "sliced-crossbar";
import { renderPage, seriesFigure, textTable } from "sliced-crossbar/report";

const INPUTS = 256;
const OUTPUTS = 64;
const VECTORS = 8;
const CHIPS = 10;
const out = resolve(process.argv[2] ?? "reports/averaging-or-positions.html");

// A fixed pseudo-random matrix: the golden ratio's multiples are spread evenly.
const spread = (i) => ((i * 0.6180339887498949) % 1) * 2 - 1;
const weights = Float32Array.from({ length: OUTPUTS * INPUTS }, (_, i) => spread(i) * spread(3 * i + 1));
const source = { weights, inFeatures: INPUTS, outFeatures: OUTPUTS };
const x = Float32Array.from({ length: VECTORS * INPUTS }, (_, i) => Math.abs(spread(7 * i + 2)));

// A floor under the conductances: no device can go below zero, and cut-off errors have a mean that nothing averages out.
const FLOOR = { gMin: 5e-6, gMax: 25e-6 };
const ERRORS = {
  "3 % of gMax": { kind: "independent", sigma: 0.03 },
  "phase-change memory": { kind: "pcm" },
};
// The 7 bits of a magnitude as digits that use their devices' whole range, least significant first.
const DIGITS = { 1: [7], 2: [4, 3], 3: [3, 2, 2], 4: [2, 2, 2, 1], 7: [1, 1, 1, 1, 1, 1, 1] };

const engine = await createEngine();

function read(config, chip) {
  const layer = engine.linear(source, config, { chip, layer: 0 });
  const y = layer.forward(x);
  layer.dispose();
  return y;
}

const exact = read({ weights: { bits: 8 } }, 0);
const relative = (y) => Math.hypot(...y.map((value, i) => value - exact[i])) / Math.hypot(...exact);

function measure(slices, programming, range = FLOOR) {
  const errors = Array.from({ length: CHIPS }, (_, chip) =>
    relative(read({ weights: { bits: 8, slices }, cells: { ...range, programming } }, chip)),
  );
  const mean = errors.reduce((a, b) => a + b) / CHIPS;
  return { mean, sd: Math.sqrt(errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / (CHIPS - 1)) };
}

const rows = Object.entries(ERRORS).flatMap(([device, programming]) =>
  Object.entries(DIGITS).flatMap(([count, bits]) => [
    {
      device,
      pairs: count,
      slicing: "averaged",
      ...measure({ kind: "proportional", count: Number(count) }, programming),
    },
    {
      device,
      pairs: count,
      slicing: "positional",
      ...measure({ kind: "positional", bitsPerSlice: bits }, programming),
    },
  ]),
);

// The finding has a condition: devices that stop at zero conductance.
const stopped = Object.entries(ERRORS).map(([device, programming]) => {
  const noFloor = { gMin: 0, gMax: FLOOR.gMax };
  const averaged = measure({ kind: "proportional", count: 7 }, programming, noFloor).mean;
  const positional = measure({ kind: "positional", bitsPerSlice: DIGITS[7] }, programming, noFloor).mean;
  return { device, averaged, positional };
});
engine.dispose();

const at = (device, pairs, slicing) =>
  rows.find((row) => row.device === device && row.pairs === pairs && row.slicing === slicing).mean;
const percent = (share) => `${(100 * share).toFixed(2)} %`;
const findings = Object.keys(ERRORS).map((device) => {
  const [averaged, positional] = [at(device, "7", "averaged"), at(device, "7", "positional")];
  const won = Object.keys(DIGITS).every((n) => n === "1" || at(device, n, "averaged") < at(device, n, "positional"));
  return (
    `${device}: seven averaged pairs miss by ${percent(averaged)}, seven positions by ${percent(positional)}; ` +
    `averaging is ${won ? "better at every number of pairs, as the paper found" : "NOT better at every number of pairs, against the paper"}.`
  );
});

for (const { device, averaged, positional } of stopped) {
  findings.push(
    `Without the floor of ${FLOOR.gMin * 1e6} µS, ${device}: seven averaged pairs miss by ${percent(averaged)}, seven positions by ` +
      `${percent(positional)}. A device cannot go below zero, so the error of an empty one has a mean, which averaging keeps.`,
  );
}

console.log(
  textTable(rows, [
    { title: "device error", cell: (row) => row.device },
    { title: "pairs", cell: (row) => row.pairs, align: "right" },
    { title: "slicing", cell: (row) => row.slicing },
    { title: "relative error", cell: (row) => `${percent(row.mean)} ± ${percent(row.sd)}`, align: "right" },
  ]),
);
for (const finding of findings) console.log(finding);

const { document } = new JSDOM("").window;
const most = Math.max(...rows.map((row) => row.mean + row.sd));
const figure = seriesFigure(
  {
    data: rows,
    x: "pairs",
    series: "slicing",
    across: "device",
    titles: { mean: "relative error (%)", pairs: "pairs per weight" },
    top: Math.ceil(110 * most),
    height: 340,
    caption: "Error of the output relative to the exact product, mean ± standard deviation over 10 chips.",
  },
  document,
);
const page = renderPage({
  title: "Averaging or positions?",
  question: "Should a weight on several noisy devices be cut into digits, or shared out evenly?",
  findings,
  sections: [
    {
      title: "Error against the number of pairs",
      text: [
        `An 8-bit ${OUTPUTS} x ${INPUTS} matrix, real inputs, no ADC: the devices are all that errs. Cut into positions, the error ` +
          "of the most significant slice counts most and more slices hardly help; averaged, independent errors cancel.",
      ],
      html: figure,
    },
  ],
  colophon: [
    "After M. Le Gallo et al., Precision of bit slicing with in-memory computing based on analog phase-change memory crossbars, " +
      "Neuromorphic Computing and Engineering 2 (2022) 014009.",
    `Law version ${lawVersion}; chips 0 to ${CHIPS - 1}.`,
  ],
});
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, page);
console.log(`report: ${out}`);
