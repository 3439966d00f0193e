import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as library from "../../src/index.js";
import * as compat from "../../src/compat/index.js";
import * as report from "../../src/report/index.js";

const PLACES = ["config", "layers", "pool", "report", "compat"].flatMap((folder) => {
  const files = readdirSync(join("src", folder), { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".ts")).map((file) => join("src", folder, file));
});
const FILES = [...PLACES, "src/sweep/sweep.ts", "src/sweep/summary.ts"].sort();

/** Code of every `@example` of a file: up to the next tag or the end of the comment. */
function examplesOf(file: string): { name: string; code: string }[] {
  const comments = readFileSync(file, "utf8").matchAll(/\/\*\*(.*?)\*\//gs);
  return Array.from(comments, ([, comment]) => (comment as string).replace(/^ *\* ?/gm, "")).flatMap((comment) =>
    Array.from(comment.matchAll(/@example\s+(.*?)(?=\n@|\n*$)/gs), ([, code]) => ({
      name: `${file}: ${(code as string).split("\n")[0]}`,
      code: (code as string).trim(),
    })),
  );
}

/** What stands behind a one-line example, where it is a value that can be compared. */
function promised(code: string): { value: unknown } | null {
  const text = /^[^\n]*\S {2,}\/\/ (.*)$/.exec(code)?.[1];
  try {
    return text === undefined ? null : { value: new Function(`"use strict"; return (${text});`)() };
  } catch {
    return null;
  }
}

const AsyncFunction = (async () => {}).constructor as new (
  ...args: string[]
) => (...args: unknown[]) => Promise<unknown>;

describe("examples in docstrings", async () => {
  const engine = await library.createEngine();
  const source = { inFeatures: 3, outFeatures: 16, weights: Array.from({ length: 48 }, (_, i) => ((i * 7) % 11) - 5) };
  const config: library.CrossbarConfigInput = {
    weights: { bits: 5, slices: { kind: "positional", bitsPerSlice: 2 } },
    input: { bits: 4, signed: false },
    readout: { adc: { kind: "uniform", bits: 6 } },
  };
  const x = [0.1, 0.5, 1, 1, 0, 0.2];
  const nodes = [{ kind: "linear", name: "only", ...source }] as const;
  const targets = [1e-6, 2e-6, 3e-6].flatMap((target) =>
    [0.9, 1, 1.2].map((by) => ({ target, measured: target * by })),
  );
  const plan: library.SweepPlan = { network: nodes, data: { inputs: Float32Array.from(x), labels: [1, 2] } };
  const names: Record<string, unknown> = {
    ...library,
    ...compat,
    ...report,
    engine,
    pool: engine,
    source,
    nodes,
    x,
    plan,
    layer: engine.linear(source, config, { chip: 1 }),
    network: engine.network(nodes, config),
    rows: targets,
    rowsOfSweep: [],
    text: "{}",
    console: { log: () => {} },
  };

  it.each(FILES.flatMap(examplesOf))("$name", async ({ code }) => {
    // A program of several lines declares its own names.
    const own = Array.from(code.matchAll(/\bconst (\w+) =/g), ([, name]) => name);
    const scope = Object.entries(names).filter(([name]) => !own.includes(name));
    const isExpression = !/^(const|for|await)\b/.test(code) && !code.includes("\n");
    const body = isExpression ? `return (${code.replace(/ {2,}\/\/ .*$/, "")});` : code;
    const run = new AsyncFunction(...scope.map(([name]) => name), `"use strict"; ${body}`);
    const result = await run(...scope.map(([, value]) => value));
    const wanted = promised(code);
    if (isExpression && wanted !== null) expect(result).toEqual(wanted.value);
  });

  it("are there", () => {
    expect(FILES.flatMap(examplesOf).length).toBeGreaterThan(20);
  });
});
