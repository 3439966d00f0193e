import * as Plot from "@observablehq/plot";
import { cellText, escapeHtml } from "./format.js";

type Datum = { readonly [column: string]: unknown };

/** A horizontal mark for comparison, over all facets or those its record names. */
export interface Reference {
  readonly y: number;
  readonly label: string;
  /** Side of the mark where its label stands; "above" by default. */
  readonly side?: "above" | "below" | undefined;
  /** Entries of the facet columns where it stands; everywhere if absent. */
  readonly at?: Datum | undefined;
}

/** Lines with a spread, one per series, in small multiples. */
export interface SeriesPlot {
  /** Records, one per point of a line, for example of `summarise`. Those without a mean are left out. */
  readonly data: readonly Datum[];
  /** Column of the horizontal axis; entries keep the order in which they appear. */
  readonly x: string;
  /** Column that makes a line. */
  readonly series: string;
  /** Columns of the small multiples: across and down. */
  readonly across?: string | undefined;
  readonly down?: string | undefined;
  readonly references?: readonly Reference[] | undefined;
  /** Names shown for columns; facets go without a name unless they are given one, for their entries usually suffice. */
  readonly titles?: Readonly<Record<string, string>> | undefined;
  /** Caption under the plot, and what a screen reader says. */
  readonly caption: string;
  /** CSS pixels; the drawing scales with the page. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Upper end of the vertical axis in per cent, default 100. */
  readonly top?: number | undefined;
}

/** Colours of the page (see page.ts), so that drawings follow light and dark. */
const PALETTE = ["var(--s1)", "var(--s2)", "var(--s3)", "var(--s4)", "var(--s5)", "var(--s6)"];

/**
 * Draws means as lines and dots, ±1 standard deviation as bars, and dashed marks for comparison, as a `<figure>` with its
 * legend. Values are shares 0…1, shown in per cent.
 *
 * @param document  what makes elements: the page's, or jsdom's in Node
 * @returns HTML that stands alone: SVG, no scripts
 */
export function seriesFigure(plot: SeriesPlot, document: Document = globalThis.document): string {
  const { x, series, across, down, titles = {} } = plot;
  const data = plot.data.filter((d) => typeof d["mean"] === "number");
  const names = entries(data, series);
  const spread = data.filter((d) => typeof d["sd"] === "number");
  const facets = { ...(across && { fx: across }), ...(down && { fy: down }) };
  // Series stand beside each other, or their bars would hide one another.
  const shift = (name: unknown) => (names.indexOf(name) - (names.length - 1) / 2) * 5;
  const marks = names.flatMap((name) => {
    const own = (list: readonly Datum[]) => list.filter((d) => d[series] === name);
    const place = { x, stroke: PALETTE[names.indexOf(name) % PALETTE.length]!, dx: shift(name), ...facets };
    return [
      Plot.ruleX(own(spread), { ...place, y1: below, y2: above, strokeOpacity: 0.55, strokeWidth: 1.5 }),
      Plot.line(own(data), { ...place, y: "mean", strokeWidth: 1.75 }),
      Plot.dot(own(data), { ...place, fill: place.stroke, y: "mean", r: 2.6 }),
    ];
  });
  const rows = down ? entries(data, down).length : 1;
  const svg = Plot.plot({
    document,
    width: plot.width ?? 960,
    height: plot.height ?? 130 + 170 * rows,
    marginLeft: 46,
    marginRight: down ? 78 : 20,
    marginTop: across ? 44 : 24,
    marginBottom: 42,
    style: { background: "none", fontSize: "12px", overflow: "visible" },
    x: { type: "point", domain: entries(data, x), label: titles[x] ?? x, tickFormat: cellText, padding: 0.6 },
    y: { domain: [0, plot.top ?? 100], percent: true, label: titles["mean"] ?? "accuracy (%)", grid: true, ticks: 5 },
    ...(across && {
      fx: { domain: entries(data, across), label: titles[across] ?? null, tickFormat: cellText, padding: 0.08 },
    }),
    ...(down && {
      fy: { domain: entries(data, down), label: titles[down] ?? null, tickFormat: cellText, padding: 0.12 },
    }),
    marks: [Plot.frame({ stroke: "var(--rule)" }), referenceMarks(plot, data), marks],
  });
  return figure(svg, legend(titles[series] ?? series, names), plot.caption);
}

/** Shares of categories side by side: a row each, a dot per series. */
export interface BreakdownPlot {
  /** Records with `value`, a share 0…1. */
  readonly data: readonly Datum[];
  /** Column of the rows, in order of appearance. */
  readonly category: string;
  /** Column of the dots. */
  readonly series: string;
  readonly caption: string;
  readonly titles?: Readonly<Record<string, string>> | undefined;
  readonly width?: number | undefined;
}

/**
 * Draws one row per category with a dot per series, joined by a rule from the lowest to the highest.
 *
 * @param document  what makes elements: the page's, or jsdom's in Node
 */
export function breakdownFigure(plot: BreakdownPlot, document: Document = globalThis.document): string {
  const { data, category, series, titles = {} } = plot;
  const names = entries(data, series);
  const categories = entries(data, category);
  const svg = Plot.plot({
    document,
    width: plot.width ?? 960,
    height: 70 + 15 * categories.length,
    // Room for the longest name at 12 px; letters of the page's sans are about 6.6 px wide.
    marginLeft: 20 + 6.6 * Math.max(...categories.map((name) => cellText(name).length)),
    marginTop: 34,
    style: { background: "none", fontSize: "12px", overflow: "visible" },
    x: { domain: [0, 100], percent: true, axis: "top", grid: true, label: titles["value"] ?? "recognised (%)" },
    y: { type: "point", domain: categories, label: null, tickSize: 0 },
    marks: [
      Plot.ruleY(
        data,
        Plot.groupY({ x1: "min", x2: "max" }, { x: "value", y: category, stroke: "var(--rule)", strokeWidth: 3 }),
      ),
      names.map((name, i) => {
        const own = data.filter((d) => d[series] === name);
        return Plot.dot(own, { x: "value", y: category, fill: PALETTE[i % PALETTE.length]!, r: 3.6, fillOpacity: 0.9 });
      }),
    ],
  });
  return figure(svg, legend(titles[series] ?? series, names), plot.caption);
}

function figure(svg: Element, legendHtml: string, caption: string): string {
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", caption);
  return `<figure>\n${legendHtml}\n${svg.outerHTML}\n<figcaption>${escapeHtml(caption)}</figcaption>\n</figure>`;
}

const below = (d: Datum) => Math.max((d["mean"] as number) - (d["sd"] as number), 0);
const above = (d: Datum) => Math.min((d["mean"] as number) + (d["sd"] as number), 1);

/** Distinct entries of a column in order of appearance. */
function entries(data: readonly Datum[], column: string): unknown[] {
  return Array.from(new Set(data.map((d) => d[column])));
}

function referenceMarks({ references = [], across, down }: SeriesPlot, data: readonly Datum[]) {
  const placed = references.flatMap(({ at = {}, ...mark }) => {
    const fits = (d: Datum) => Object.entries(at).every(([column, entry]) => d[column] === entry);
    const cells = new Map(data.filter(fits).map((d) => [JSON.stringify([d[across ?? ""], d[down ?? ""]]), d]));
    return Array.from(cells.values(), (d) => ({ ...d, ...mark }));
  });
  const facets = { ...(across && { fx: across }), ...(down && { fy: down }) };
  const text = {
    ...facets,
    y: "y",
    text: "label",
    frameAnchor: "left",
    textAnchor: "start",
    dx: 5,
    fontSize: 10.5,
  } as const;
  const isBelow = ({ side }: { side?: string | undefined }) => side === "below";
  return [
    Plot.ruleY(placed, { ...facets, y: "y", stroke: "var(--muted)", strokeDasharray: "4 3", strokeWidth: 1 }),
    Plot.text(
      placed.filter((mark) => !isBelow(mark)),
      { ...text, dy: -6, fill: "var(--muted)" },
    ),
    Plot.text(placed.filter(isBelow), { ...text, dy: 7, fill: "var(--muted)" }),
  ];
}

function legend(title: string, names: readonly unknown[]): string {
  const items = names.map((name, i) => {
    const swatch = `<i style="background:${PALETTE[i % PALETTE.length]}"></i>`;
    return `<span>${swatch}${escapeHtml(cellText(name))}</span>`;
  });
  return `<div class="legend"><b>${escapeHtml(title)}</b>${items.join("")}</div>`;
}
