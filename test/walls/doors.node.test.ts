import { posix } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { parse, parseFolder, place, visit } from "./sources.js";

/** Which rooms a room may import from, beside itself and config. `import type` counts: a type is knowledge too. */
const OPEN: Readonly<Record<string, readonly string[]>> = {
  assembly: [],
  "src/config": [],
  "src/engine": [],
  "src/model": ["src/engine"],
  "src/layers": ["src/engine", "src/model"],
  "src/compat": ["src/layers"],
  "src/io": ["src/layers"],
  "src/sweep": ["src/engine", "src/model", "src/layers", "src/pool"],
  "src/pool": ["src/engine", "src/model", "src/layers", "src/sweep"],
  "src/report": ["src/sweep"],
  workers: ["src/engine", "src/model", "src/layers", "src/sweep", "src/pool"],
  src: ["src/engine", "src/model", "src/layers", "src/sweep", "src/pool", "src/io", "src/compat", "src/report"],
};

const room = (path: string) => /^(src\/[^/]+(?=\/)|[^/]+)/.exec(path)?.[0] ?? path;

function wrongDoors(file: ts.SourceFile): string[] {
  const here = room(file.fileName);
  const wrong: string[] = [];
  visit(file, (node) => {
    const specifier = importedFrom(node);
    if (specifier === undefined || !specifier.startsWith(".")) return;
    const there = room(posix.join(posix.dirname(file.fileName), specifier));
    const allowed = there === here || (there === "src/config" && here !== "assembly") || OPEN[here]?.includes(there);
    if (!allowed) wrong.push(`${place(file, node)} opens ${there} from ${here}`);
  });
  return wrong;
}

function importedFrom(node: ts.Node): string | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
    return (node.moduleSpecifier as ts.StringLiteral).text;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return (node.argument.literal as ts.StringLiteral).text;
  }
  const dynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return dynamic && ts.isStringLiteral(node.arguments[0]!) ? node.arguments[0].text : undefined;
}

describe("doors between rooms", () => {
  it("open one way only", () => {
    expect(["assembly", "src", "workers"].flatMap(parseFolder).flatMap(wrongDoors)).toEqual([]);
  });

  it("are noticed when they open the wrong way", () => {
    const wrong = `import type { Engine } from "../layers/engine.js"; export * from "../engine/arena.js";`;
    expect(wrongDoors(parse("src/model/plan.ts", wrong))).toHaveLength(1);
    expect(wrongDoors(parse("src/config/schema.ts", wrong))).toHaveLength(2);
    expect(wrongDoors(parse("src/engine/load.ts", `type A = import("../model/plan.js").Plan;`))).toHaveLength(1);
    expect(wrongDoors(parse("src/pool/pool.ts", wrong))).toEqual([]);
  });

  it("of src lead to no package that loads Node's modules by name", () => {
    const named = ["src", "workers"].flatMap(parseFolder).flatMap((file) => {
      const found: string[] = [];
      visit(file, (node) => {
        if (importedFrom(node)?.startsWith("node:")) found.push(place(file, node));
      });
      return found;
    });
    expect(named).toEqual([]);
  });
});
