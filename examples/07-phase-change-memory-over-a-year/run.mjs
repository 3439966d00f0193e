/**
 * aihwkit issue 287 asks for several devices per weight, a noise model under each, summed in analog or in digital. Here:
 * two pairs of phase-change devices per weight, significance 1 and 4, under the language network of example 2, from one
 * second after programming to a year, with and without drift compensation.
 *
 *     node examples/07-phase-change-memory-over-a-year/run.mjs [--small] [FILE]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { JSDOM } from "jsdom";
import { createEngine, lawVersion } from "sliced-crossbar";
import {
  htmlCode,
  htmlTable,
  percent,
  percentSpread,
  renderPage,
  seriesFigure,
  textTable,
} from "sliced-crossbar/report";
import { findings as findingsOf } from "./findings.mjs";
import { ageing, loadTask } from "./measure.mjs";
import { DEVICES, READINGS, SLICINGS, TIMES } from "./variants.mjs";

const small = process.argv.includes("--small");
const out = resolve(
  process.argv.slice(2).find((a) => !a.startsWith("--")) ?? "reports/phase-change-memory-over-a-year.html",
);
const chips = small ? [1, 2] : [1, 2, 3, 4, 5];
const times = small ? ["1 s", "1 day", "1 year"] : Object.keys(TIMES);

const engine = await createEngine();
const task = loadTask(small ? 2 : 10);
const measure = ageing(engine, task, { chips, times });
const [readings, slicings, devices] = [READINGS, SLICINGS, DEVICES].map(measure);
engine.dispose();

/** One line per variant, one column per time. */
function table(rows, title) {
  const lines = new Map();
  for (const row of rows) {
    const key = row.sum === undefined ? row.variant : `${row.sum}: ${row.variant}`;
    lines.set(key, { ...lines.get(key), name: key, [row.time]: percentSpread(row.mean, row.sd) });
  }
  const columns = times.map((time) => ({ title: time, cell: (line) => line[time], align: "right" }));
  return [[...lines.values()], [{ title, cell: (line) => line.name }, ...columns]];
}
const TABLES = [
  table(readings, "sum: compensation"),
  table(slicings, "how a weight is shared out"),
  table(devices, "better devices in"),
];

const findings = findingsOf({ readings, slicings, devices, float: task.float, times, inLowPair: task.inLowPair });
console.log(
  `accuracy in per cent, mean ± standard deviation over ${chips.length} chips; float ${percent(task.float)}\n`,
);
for (const parts of TABLES) console.log(`${textTable(...parts)}\n`);
for (const finding of findings) console.log(finding);

const { document } = new JSDOM("").window;
const spread = `Mean ± standard deviation over ${chips.length} chips, ${task.labels.length} texts.`;
const figure = (data, legend, caption, across) =>
  seriesFigure(
    {
      data,
      x: "time",
      series: "variant",
      across,
      titles: { time: "time since programming", variant: legend },
      references: [{ y: task.float, label: `float ${percent(task.float)} %`, side: "below" }],
      height: 380,
      caption: `${caption} ${spread}`,
    },
    document,
  );
const page = renderPage({
  title: "Phase-change memory over a year",
  question:
    "Two devices per weight with significance 1 and 4, a noise model each: summed in analog or in digital, how long does a network last?",
  findings,
  sections: [
    {
      title: "Analog sum, digital sum, and compensation",
      text: [
        "The language classifier 620-120-50 of example 2. A weight is held by two differential pairs of phase-change devices that " +
          "count once and fourfold; the low pair is filled first. Both sums read the same devices: programming errors, drift " +
          "exponents and long-term noise are drawn per device of a chip, whatever reads it.",
      ],
      html: figure(
        readings,
        "drift compensation",
        "Accuracy since programming; 8-bit ADCs, their ranges set once on the fresh first chip.",
        "sum",
      ),
    },
    {
      title: "How a weight is shared out between the two pairs",
      text: [
        "Summed in digital, compensated per output. Filled first means that a pair holds as much of a weight as it can before the " +
          "other gets the rest; both alike, that they hold the same share; read back, that the high pair is programmed and " +
          "measured first and the low one holds what it missed.",
      ],
      html: figure(slicings, "sharing", "Accuracy since programming."),
    },
    {
      title: "A noise model under each: where does a better device pay?",
      text: [
        "One of the pairs, or both, on devices with half the programming error, half the drift exponent and half the long-term noise.",
      ],
      html: figure(devices, "better devices in", "Accuracy since programming; low pair first."),
    },
    { title: "Numbers", html: TABLES.map((parts) => htmlTable(...parts)).join("\n"), folded: true },
    {
      title: "Configuration",
      html: htmlCode(READINGS.find(({ config }) => config.readout.weightSlices === "analog").config),
      folded: true,
    },
  ],
  colophon: [
    "The question: aihwkit issue 287. Device: S. R. Nandakumar et al., Precision of synaptic weights programmed in phase-change memory " +
      "devices for deep learning inference, ICECS 2019; constants as in aihwkit 1.1.",
    `Law version ${lawVersion}; chips ${chips[0]} to ${chips.at(-1)}.`,
  ],
});
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, page);
console.log(`report: ${out}`);
