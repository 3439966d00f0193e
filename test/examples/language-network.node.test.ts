import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { runScript } from "./run-script.js";

const RUN = "examples/02-language-network/run.mjs";
const part = (name: string) => import(pathToFileURL(resolve("examples/02-language-network", name)).href);
const folder = mkdtempSync(join(tmpdir(), "sliced-crossbar-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the language network", () => {
  it("answers like lande on every one of the 2,861 texts, right on 89.7 % of them", async () => {
    const { LANGUAGES, features, floatLabel, landeLabel, loadLayers } = await part("classifier.mjs");
    const { loadParagraphs } = await part("paragraphs.mjs");
    const layers = loadLayers();
    const texts: { text: string; label: number }[] = loadParagraphs(LANGUAGES);
    expect(texts).toHaveLength(2861);
    const answers = texts.map(({ text }) => floatLabel(layers, features(text)));
    expect(answers).toEqual(texts.map(({ text }) => landeLabel(text)));
    expect(answers.filter((answer, i) => answer === texts[i]?.label)).toHaveLength(2566);
    expect(loadParagraphs(LANGUAGES, 10)).toHaveLength(500);
  });
});

describe("the main job on a small grid", () => {
  const [out, rows] = [join(folder, "new", "report.html"), join(folder, "rows.jsonl")];
  const args = [RUN, "--small", "--workers", "2", "--out", out, "--rows", rows];

  it("equals the integer network text by text, prints a table and writes a report", async () => {
    const { code, stdout, stderr } = await runScript(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("our copy answers like lande on 100 of 100");
    expect(stdout).toContain("identical text by text in 4 of 4 mappings");
    expect(stdout).toContain("sweep: 24 of 24 points");
    expect(stdout.split("\n").filter((line) => /^ +[48] +[18] /.test(line))).toHaveLength(8);
    const html = readFileSync(out, "utf8");
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(|src=|href=/);
    expect(html.match(/<svg/g)?.length).toBeGreaterThanOrEqual(4);
    expect(html).not.toMatch(/NaN|undefined|\[object/);
  });

  it("goes on from the rows of an earlier run, with the same table", async () => {
    const known = readFileSync(rows, "utf8");
    expect(known.trimEnd().split("\n")).toHaveLength(24);
    const table = (stdout: string) => stdout.slice(stdout.indexOf("weight bits"), stdout.indexOf("report:"));
    const whole = await runScript([RUN, "--small", "--workers", "1", "--out", out]);
    const again = await runScript(args);
    expect(again.code).toBe(0);
    expect(table(again.stdout)).toBe(table(whole.stdout));
    expect(readFileSync(rows, "utf8")).toBe(known);
  });

  it.each([
    [["--huge"], "'--huge'"],
    [["--workers", "0"], "--workers: expected a whole number in 1..256"],
    [["--full", "--small"], "expected one of them"],
  ])("refuses %j", async (given, message) => {
    const { code, stderr } = await runScript([RUN, ...given]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain("--full ");
  });

  it("tells its options", async () => {
    const { code, stdout } = await runScript([RUN, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--workers N");
  });
});
