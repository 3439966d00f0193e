import * as Plot from "@observablehq/plot";
import { spreadOf } from "./measure.mjs";

const WIDTH = 470;
const HEIGHT = 255;
const TITLE = 46;
/** Targets shown where not all can be: low, half way, full. */
const SHOWN = [2, 10, 20];
const COLOURS = ["#2a78d6", "#c2570c", "#1d8a63"];

/** One SVG: spread after programming, drift exponents, distributions, and conductance over time. */
export function deviceFigure({ name, model }, measured, document) {
  const panels = [
    spreadPanel(measured, document),
    exponentPanel(measured, document),
    distributionPanel(measured, document),
    driftPanel(measured, document),
  ];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("viewBox", `0 0 ${2 * WIDTH} ${2 * HEIGHT + TITLE}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${model.title}: spread, drift exponents, distributions and drift`);
  svg.setAttribute("font-family", "system-ui, sans-serif");
  const style = document.createElementNS(svg.namespaceURI, "style");
  style.textContent =
    "svg{color:#1c1c1a;background:#fff}.source{opacity:.7}@media(prefers-color-scheme:dark){svg{color:#e8e8e4;background:#191918}}";
  svg.append(style);
  svg.append(text(document, 12, 20, `${model.title}  ·  ${name}`, 15, "600"));
  const source = text(document, 12, 38, model.source, 11, "400");
  source.setAttribute("class", "source");
  svg.append(source);
  panels.forEach((panel, i) => {
    panel.setAttribute("x", String((i % 2) * WIDTH));
    panel.setAttribute("y", String(Math.floor(i / 2) * HEIGHT + TITLE));
    svg.append(panel);
  });
  return svg.outerHTML;
}

function text(document, x, y, content, size, weight) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "text");
  for (const [key, value] of Object.entries({ x, y, "font-size": size, "font-weight": weight, fill: "currentColor" })) {
    node.setAttribute(key, String(value));
  }
  node.textContent = content;
  return node;
}

function panel(document, title, options) {
  return Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 52,
    marginRight: 54,
    marginTop: 36,
    marginBottom: 38,
    style: { background: "none", fontSize: "11px", overflow: "visible" },
    ...options,
    marks: [
      ...options.marks,
      Plot.text([title], { frameAnchor: "top-left", dx: -40, dy: -28, fontWeight: 600, fontSize: 12 }),
    ],
  });
}

function spreadPanel({ targets, programmed }, document) {
  const points = programmed.map((list, i) => ({ target: targets[i], ...spreadOf(list) }));
  return panel(document, "spread after programming, σ (µS)", {
    x: { label: "target conductance (µS)" },
    y: { label: null, grid: true, domain: [0, Math.max(...points.map((p) => p.sd)) * 1.15 || 1], ticks: 5 },
    marks: [
      Plot.line(points, { x: "target", y: "sd", stroke: COLOURS[0], strokeWidth: 1.5 }),
      Plot.dot(points, { x: "target", y: "sd", fill: COLOURS[0], r: 2.5 }),
    ],
  });
}

function exponentPanel({ targets, nu }, document) {
  if (nu === null) return emptyPanel(document, "drift exponent", "no power law in time");
  const points = nu.map((list, i) => ({ target: targets[i], ...spreadOf(list) }));
  return panel(document, "drift exponent ν, mean ± σ", {
    x: { label: "target conductance (µS)" },
    y: { label: null, grid: true, zero: true, ticks: 5 },
    marks: [
      Plot.areaY(points, {
        x: "target",
        y1: (p) => Math.max(p.mean - p.sd, 0),
        y2: (p) => p.mean + p.sd,
        fill: COLOURS[1],
        fillOpacity: 0.18,
      }),
      Plot.line(points, { x: "target", y: "mean", stroke: COLOURS[1], strokeWidth: 1.5 }),
      Plot.dot(points, { x: "target", y: "mean", fill: COLOURS[1], r: 2.5 }),
    ],
  });
}

function distributionPanel({ targets, programmed }, document) {
  const most = Math.max(...SHOWN.map((i) => spreadOf(programmed[i]).sd));
  const bins = SHOWN.flatMap((i, s) => histogram(programmed[i], targets[i], most).map((bin) => ({ ...bin, s })));
  return panel(document, "devices after programming, share per bin (%)", {
    x: { label: "G − target (µS)" },
    y: { label: null, percent: true, grid: true, ticks: 5 },
    marks: [
      ...SHOWN.map((_, s) =>
        Plot.line(
          bins.filter((bin) => bin.s === s),
          { x: "x", y: "share", stroke: COLOURS[s], strokeWidth: 1.5, curve: "step" },
        ),
      ),
      ...legend(targets, "right"),
    ],
  });
}

function legend(targets, anchor) {
  return SHOWN.map((i, s) =>
    Plot.text([`${targets[i].toPrecision(3)} µS`], {
      frameAnchor: `top-${anchor}`,
      fill: COLOURS[s],
      fontWeight: 600,
      dx: anchor === "right" ? 46 : 0,
      dy: 4 + s * 14,
    }),
  );
}

function histogram(values, target, sd) {
  const [low, width, count] = [-4 * sd, sd / 4, 32];
  const shares = new Array(count).fill(0);
  for (const v of values) {
    const bin = Math.floor((v - target - low) / width);
    if (bin >= 0 && bin < count) shares[bin] += 1 / values.length;
  }
  return shares.map((share, i) => ({ x: low + (i + 0.5) * width, share }));
}

function driftPanel({ drifted }, document) {
  if (drifted.length === 0) return emptyPanel(document, "conductance over time", "the source says nothing about time");
  const points = SHOWN.flatMap((i, s) =>
    drifted.map(({ t, devices }) => {
      const sorted = devices[i].slice().sort();
      const at = (p) => sorted[Math.floor(p * (sorted.length - 1))];
      return { t: Math.max(t, 0.5), s, low: at(0.159), median: at(0.5), high: at(0.841) };
    }),
  );
  return panel(document, "conductance over time (µS), median and the middle 68 %", {
    x: { type: "log", axis: null },
    y: { label: null, grid: true, zero: true, ticks: 5 },
    marks: [
      timeAxis(drifted.map(({ t }) => Math.max(t, 0.5))),
      SHOWN.map((_, s) => {
        const own = points.filter((p) => p.s === s);
        return [
          Plot.areaY(own, { x: "t", y1: "low", y2: "high", fill: COLOURS[s], fillOpacity: 0.18 }),
          Plot.line(own, { x: "t", y: "median", stroke: COLOURS[s], strokeWidth: 1.5 }),
          Plot.dot(own, { x: "t", y: "median", fill: COLOURS[s], r: 2.5 }),
        ];
      }),
    ].flat(2),
  });
}

const NAMED = [
  [0.5, "0"],
  [1, "1 s"],
  [60, "1 min"],
  [3600, "1 h"],
  [86_400, "1 d"],
  [2 * 86_400, "2 d"],
  [5 * 86_400, "5 d"],
  [30 * 86_400, "1 month"],
  [365 * 86_400, "1 year"],
];

/** A logarithmic axis with names people use in place of powers of ten. */
function timeAxis(times) {
  const [first, last] = [Math.min(...times), Math.max(...times)];
  // Names closer than a factor of three would stand on each other on long axes.
  const named = NAMED.filter(([t]) => t >= first && t <= last).filter(
    ([t], i, list) => i === 0 || last / first < 1e3 || t / list[i - 1][0] >= 3 || t === last,
  );
  const place = { x: ([t]) => t, frameAnchor: "bottom" };
  return [
    Plot.tickX(named, { x: ([t]) => t, strokeOpacity: 0.12 }),
    Plot.text(named, { ...place, text: ([, name]) => name, dy: 14 }),
    Plot.text(["time since programming →"], { frameAnchor: "bottom-right", dy: 34 }),
  ];
}

function emptyPanel(document, title, reason) {
  return panel(document, title, {
    x: { axis: null },
    y: { axis: null },
    marks: [Plot.text([reason], { frameAnchor: "middle", fillOpacity: 0.6 })],
  });
}

/** Measurements of one's own device, the fit, and what the fit leaves. */
export function fitFigure(fit, document) {
  const points = fit.targets.map((t) => ({
    target: t.target * 1e6,
    sigma: t.sigma * 1e6,
    fitted: t.fittedSigma * 1e6,
    residual: (t.sigma - t.fittedSigma) * 1e6,
    exponent: t.exponent,
    fittedExponent: t.fittedExponent,
  }));
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("viewBox", `0 0 ${2 * WIDTH} ${HEIGHT}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", "measured spread, the fitted polynomial, and its residuals");
  svg.setAttribute("font-family", "system-ui, sans-serif");
  const left = panel(document, "measured spread and the fit, σ (µS)", {
    x: { label: "target conductance (µS)" },
    y: { label: null, grid: true, zero: true, ticks: 5 },
    marks: [
      Plot.line(points, { x: "target", y: "fitted", stroke: COLOURS[0], strokeWidth: 1.5 }),
      Plot.dot(points, { x: "target", y: "sigma", stroke: COLOURS[1], r: 3.5 }),
    ],
  });
  const right = panel(document, "what the fit leaves, measured − fitted σ (µS)", {
    x: { label: "target conductance (µS)" },
    y: { label: null, grid: true, ticks: 5 },
    marks: [
      Plot.ruleY([0]),
      Plot.ruleX(points, { x: "target", y1: 0, y2: "residual", stroke: COLOURS[1] }),
      Plot.dot(points, { x: "target", y: "residual", fill: COLOURS[1], r: 3 }),
    ],
  });
  right.setAttribute("x", String(WIDTH));
  svg.append(left, right);
  return svg.outerHTML;
}
