import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import * as shipped from "sliced-crossbar";
import { describe, expect, it } from "vitest";
import * as sources from "../../src/index.js";
import { IN, matrix, noisy, numbers } from "../pool/cases.js";

const run = promisify(execFile);
const { exports, files } = JSON.parse(readFileSync("package.json", "utf8"));
const entries = Object.values<string | Record<string, string>>(exports).flatMap((entry) =>
  typeof entry === "string" ? [entry] : Object.values(entry),
);

describe("the package", () => {
  it("has every file that its exports name, and packs them", async () => {
    for (const entry of entries) expect(existsSync(entry), entry).toBe(true);
    expect(files).toEqual(["dist"]);
    const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"]);
    const packed = JSON.parse(stdout)[0].files.map((file: { path: string }) => `./${file.path}`);
    expect(packed).toEqual(expect.arrayContaining([...entries, "./LICENSE", "./README.md", "./dist/NOTICES.txt"]));
    expect(packed.filter((path: string) => /^\.\/(src|test|assembly|bench|examples)\//.test(path))).toEqual([]);
  });

  it("needs no other package and no address when it runs", () => {
    for (const entry of entries.filter((path) => path.endsWith(".js"))) {
      const from = readFileSync(entry, "utf8").matchAll(/^(?:import|export) .*from ["'](.+)["'];?$/gm);
      for (const [, specifier] of from) expect(specifier, entry).toMatch(/^\.\//);
    }
  });

  it("exports what the sources do, and computes the same bits", async () => {
    expect(Object.keys(shipped).sort()).toEqual(Object.keys(sources).sort());
    const x = numbers(15 * IN, 1);
    const wanted = (await sources.createEngine()).linear(matrix, noisy).forward(x);
    expect((await shipped.createEngine()).linear(matrix, noisy).forward(x)).toEqual(wanted);
    const split = await import("sliced-crossbar/split");
    expect(Object.keys(split).sort()).toEqual(Object.keys(sources).sort());
    for (const { createPool } of [shipped, split]) {
      const pool = await createPool({ workers: 2, chunkVectors: 4 });
      expect(await (await pool.linear(matrix, noisy)).forward(x)).toEqual(wanted);
      await pool.close();
    }
  });

  it("shares one set of error classes between its entries", async () => {
    const { fromCrossSim } = await import("sliced-crossbar/compat");
    expect(() => fromCrossSim(5 as never)).toThrow(shipped.CrossbarError);
  });
});
