/**
 * What do the devices do? One picture per published device, measured on simulated ones: spread after programming, drift
 * exponents, distributions, conductance over time, with the citation; and a device of one's own, fitted to measurements.
 *
 *     node examples/06-device-gallery/run.mjs [FOLDER]     default reports/devices: index.html and one SVG per device
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { JSDOM } from "jsdom";
import { createEngine, fitDevice, lawVersion } from "sliced-crossbar";
import { htmlCode, renderPage } from "sliced-crossbar/report";
import { DEVICES } from "./devices.mjs";
import { deviceFigure, fitFigure } from "./figure.mjs";
import { measureDevice } from "./measure.mjs";

const folder = resolve(process.argv[2] ?? "reports/devices");
const { document } = new JSDOM("").window;
const engine = await createEngine();
mkdirSync(folder, { recursive: true });

const sections = [];
for (const device of DEVICES) {
  const svg = deviceFigure(device, measureDevice(engine, device), document);
  writeFileSync(join(folder, `${device.name}.svg`), `${svg}\n`);
  const { title, source, remark, typical, validity } = device.model;
  const range = validity.conductance?.map((g) => `${(g * 1e6).toPrecision(4)} µS`).join(" to ");
  sections.push({
    title,
    text: [
      `${source}. ${range === undefined ? "Scales with the device's own gMax." : `Measured from ${range}.`}${remark === undefined ? "" : ` ${remark}`}`,
    ],
    html: `<figure>${svg}</figure>${htmlCode(JSON.stringify({ cells: { ...typical, ...device.cells } }, null, 2))}`,
  });
  console.log(`${device.name.padEnd(14)} ${title}`);
}

// A device of one's own: these stand for measurements.
const { targets, programmed } = measureDevice(engine, DEVICES[0]);
const rows = targets.flatMap((target, i) =>
  i % 2 === 0 ? [...programmed[i]].slice(0, 200).map((g) => ({ target: target * 1e-6, measured: g * 1e-6 })) : [],
);
const fit = await fitDevice(rows, { kind: "polynomial", degree: 2 });
const figure = fitFigure(fit, document);
writeFileSync(join(folder, "fitted.svg"), `${figure}\n`);
sections.push({
  title: "Your own device",
  text: [
    "fitDevice makes a configuration from measurements: 200 devices at each of eleven targets here. It refuses conductances that were not measured.",
  ],
  html: `<figure>${figure}</figure>${htmlCode(JSON.stringify({ cells: fit.cells }, null, 2))}`,
});
engine.dispose();

const page = renderPage({
  title: "Device gallery",
  question: "What do devices do after programming, and over time?",
  sections,
  colophon: [`Law version ${lawVersion}; 3,000 simulated devices per target, chip 1.`],
});
writeFileSync(join(folder, "index.html"), page);
console.log(`\n${join(folder, "index.html")}`);
