import { expect, it } from "vitest";
import { breakdownFigure, renderPage, seriesFigure } from "../../src/report/index.js";

const data = ["a", "b"].flatMap((series) =>
  [5, 6, "none"].flatMap((adc, i) =>
    ["x", "y"].map((facet) => ({ series, adc, facet, mean: 0.2 + 0.3 * i, sd: i === 0 ? null : 0.1 })),
  ),
);
const plot = {
  data: [...data, { series: "a", adc: 5, facet: "x", mean: null, sd: null }],
  x: "adc",
  series: "series",
  across: "facet",
  references: [{ y: 0.9, label: "float & ideal", at: { facet: "x" } }],
  caption: "A <plot> of means",
};

/** The figures are drawn by any document: jsdom's in Node, the page's in a browser. */
export function figureSuite(document: Document): void {
  const parse = (html: string) => {
    const element = document.createElement("div");
    element.innerHTML = html;
    return element;
  };

  it("lines have a dot per mean, a bar per spread and a legend", () => {
    const figure = parse(seriesFigure(plot, document));
    expect(figure.querySelectorAll("circle")).toHaveLength(12);
    expect(figure.querySelectorAll(".legend span")).toHaveLength(2);
    expect(figure.querySelector("svg")?.getAttribute("aria-label")).toBe("A <plot> of means");
    expect(figure.querySelector("figcaption")?.textContent).toBe("A <plot> of means");
    expect(figure.textContent).toContain("none");
    expect(
      Array.from(figure.querySelectorAll("text"), (t) => t.textContent).filter((t) => t === "float & ideal"),
    ).toHaveLength(1);
  });

  it("means lie inside their frames", () => {
    const svg = parse(
      seriesFigure({ ...plot, across: undefined, references: [], height: 200 }, document),
    ).querySelector("svg")!;
    const heights = Array.from(svg.querySelectorAll("circle"), (c) => Number(c.getAttribute("cy")));
    expect(heights.every((y) => y > 0 && y < 200)).toBe(true);
    expect(new Set(heights).size).toBe(3);
  });

  it("a breakdown has a dot per series and category", () => {
    const values = ["ara", "bel"].flatMap((name, i) =>
      ["one", "two"].map((series, j) => ({ name, series, value: (i + j) / 3 })),
    );
    const figure = parse(breakdownFigure({ data: values, category: "name", series: "series", caption: "c" }, document));
    expect(figure.querySelectorAll("circle")).toHaveLength(4);
    expect(figure.textContent).toContain("bel");
  });

  it("a page stands alone: no scripts, nothing to load, escaped text", () => {
    const html = renderPage({
      title: "T <1>",
      question: "why & how?",
      headlines: [{ value: "1 %", label: "<b>" }],
      findings: ["a < b"],
      sections: [
        { title: "S", text: ["t"], html: seriesFigure(plot, document) },
        { title: "F", folded: true },
      ],
      colophon: ["c"],
    });
    expect(html).toContain("<title>T &#60;1&#62;</title>");
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(|src=|href=/);
    expect(html.replaceAll(/http:\/\/www\.w3\.org\/[\w/]+/g, "")).not.toContain("http");
    const page = parse(html);
    expect(page.querySelectorAll("svg")).toHaveLength(1);
    expect(page.querySelector("details summary")?.textContent).toBe("F");
    expect(page.textContent).toContain("a < b");
  });
}
