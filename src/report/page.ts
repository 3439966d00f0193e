import { escapeHtml } from "./format.js";

/** A number worth a place at the top. */
export interface Headline {
  readonly value: string;
  readonly label: string;
}

/** A part of the page under its own title. `html` is trusted: build it with this module's figures and tables. */
export interface PageSection {
  readonly title: string;
  /** Paragraphs before the content, escaped. */
  readonly text?: readonly string[] | undefined;
  readonly html?: string | undefined;
  /** Shown closed, with the title as its handle: for what few readers need. */
  readonly folded?: boolean | undefined;
}

/** A report as data. */
export interface Page {
  readonly title: string;
  /** The question the numbers answer. */
  readonly question: string;
  readonly headlines?: readonly Headline[] | undefined;
  /** What the numbers say, one sentence each. */
  readonly findings?: readonly string[] | undefined;
  readonly sections: readonly PageSection[];
  /** Last lines of the page: versions, seeds. */
  readonly colophon?: readonly string[] | undefined;
}

/** One self-contained HTML file: inline style, light and dark, no scripts, nothing to load. */
export function renderPage(page: Page): string {
  const list = (items: readonly string[], render: (item: string) => string) => items.map(render).join("\n");
  const headlines = (page.headlines ?? []).map(
    ({ value, label }) => `<div><strong>${escapeHtml(value)}</strong><span>${escapeHtml(label)}</span></div>`,
  );
  const findings = page.findings ?? [];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(page.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${escapeHtml(page.title)}</h1>
<p class="question">${escapeHtml(page.question)}</p>
${headlines.length > 0 ? `<div class="headlines">${headlines.join("")}</div>` : ""}
</header>
${findings.length > 0 ? `<section class="findings">\n<h2>Findings</h2>\n<ul>\n${list(findings, (f) => `<li>${escapeHtml(f)}</li>`)}\n</ul>\n</section>` : ""}
${page.sections.map(renderSection).join("\n")}
<footer>
${list(page.colophon ?? [], (line) => `<p>${escapeHtml(line)}</p>`)}
</footer>
</main>
</body>
</html>
`;
}

function renderSection({ title, text = [], html = "", folded = false }: PageSection): string {
  const content = [...text.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`), html].join("\n");
  if (folded) return `<details>\n<summary>${escapeHtml(title)}</summary>\n${content}\n</details>`;
  return `<section>\n<h2>${escapeHtml(title)}</h2>\n${content}\n</section>`;
}

/** Plain data, printed as it would be written down. */
export function htmlCode(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return `<pre><code>${escapeHtml(text)}</code></pre>`;
}

// Series colours: blue, orange, green, magenta, brown, grey; told apart by the usual colour-blind eyes (after Okabe and Ito).
const STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --muted: #667079; --paper: #fdfdfb; --card: #f3f3ee; --rule: #d9dad3;
  --accent: #0b6e4f; --s1: #0072b2; --s2: #d55e00; --s3: #009e73; --s4: #b0508e; --s5: #8c6d1f; --s6: #777; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e7e3; --muted: #9aa3ab; --paper: #15181a; --card: #1e2225; --rule: #363c40;
  --accent: #5fd0a8; --s1: #56b4e9; --s2: #f0803c; --s3: #2fc79a; --s4: #e08ac0; --s5: #d8b84a; --s6: #aaa; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.55;
  font: 16px/1.55 "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", Georgia, serif; }
main { max-width: 1040px; margin: 0 auto; padding: 56px 28px 72px; }
h1 { font-size: 2.1rem; line-height: 1.15; margin: 0 0 .4em; letter-spacing: -.01em; font-weight: 600; }
h2 { font-size: 1.25rem; margin: 0 0 .5em; font-weight: 600; }
section, details { margin-top: 44px; padding-top: 20px; border-top: 1px solid var(--rule); }
p, li { max-width: 46em; margin: 0 0 .7em; }
ul { padding-left: 1.15em; margin: 0; }
.question { font-size: 1.18rem; color: var(--muted); font-style: italic; }
.headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-top: 26px; }
.headlines div { background: var(--card); border-radius: 6px; padding: 14px 16px; }
.headlines strong { display: block; font-size: 1.6rem; line-height: 1.2; font-weight: 600; color: var(--accent); font-variant-numeric: tabular-nums; }
.headlines span { color: var(--muted); font: 13px/1.35 system-ui, sans-serif; }
figure { margin: 14px 0 6px; }
figure svg { display: block; max-width: 100%; height: auto; color: var(--ink); font-family: system-ui, sans-serif; --plot-background: var(--paper); }
figcaption { color: var(--muted); font: 13px/1.45 system-ui, sans-serif; max-width: 62em; margin-top: 6px; }
.legend { font: 13px/1.4 system-ui, sans-serif; display: flex; flex-wrap: wrap; gap: 4px 18px; margin-bottom: 8px; }
.legend b { font-weight: 600; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 50%; margin-right: 6px; vertical-align: -1px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font: 13px/1.4 system-ui, sans-serif; font-variant-numeric: tabular-nums; min-width: 50%; }
th, td { text-align: left; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th { font-weight: 600; color: var(--muted); vertical-align: bottom; }
.number { text-align: right; padding-left: 14px; }
tbody tr:hover { background: var(--card); }
summary { cursor: pointer; font-size: 1.1rem; font-weight: 600; }
details > :not(summary) { margin-top: 14px; }
pre { background: var(--card); border-radius: 6px; padding: 14px 16px; overflow-x: auto; font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; margin: 10px 0; }
footer { margin-top: 52px; padding-top: 16px; border-top: 1px solid var(--rule); color: var(--muted); font: 13px/1.5 system-ui, sans-serif; }
footer p { margin: 0 0 .25em; }
@media print { body { background: #fff; } details { break-inside: avoid; } }
`;
