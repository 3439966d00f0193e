import ts from "typescript";
import { describe, expect, it } from "vitest";
import { parse, parseFolder, place, visit } from "./sources.js";

/** What every engine computes alike to the last bit. Everything else comes from the kernels. */
const EXACT = ["sqrt", "abs", "min", "max", "floor", "ceil", "trunc", "fround", "imul", "clz32"];
const POWERS = [ts.SyntaxKind.AsteriskAsteriskToken, ts.SyntaxKind.AsteriskAsteriskEqualsToken];

function inexact(file: ts.SourceFile): string[] {
  const found: string[] = [];
  visit(file, (node) => {
    if (ts.isBinaryExpression(node) && POWERS.includes(node.operatorToken.kind)) {
      found.push(`${place(file, node)} uses ${node.operatorToken.getText(file)}`);
    }
    if (ts.isIdentifier(node) && node.text === "Math" && !namesExactFunction(node)) {
      found.push(`${place(file, node)} uses ${node.parent.getText(file)}`);
    }
  });
  return found;
}

function namesExactFunction(math: ts.Identifier): boolean {
  const { parent } = math;
  return ts.isPropertyAccessExpression(parent) && parent.expression === math && EXACT.includes(parent.name.text);
}

describe("arithmetic on the host", () => {
  it("is what every engine computes alike", () => {
    expect(["src", "workers"].flatMap(parseFolder).flatMap(inexact)).toEqual([]);
  });

  it("is noticed when it is not", () => {
    const file = parse(
      "src/x.ts",
      "a ** 2; a **= 2; Math.exp(1); const { log } = Math; Math['pow'](1, 2); Math.sqrt(2);",
    );
    expect(inexact(file)).toHaveLength(5);
  });
});
