import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type CrossbarConfigInput, ERROR_CODES, resolveConfig } from "../../src/index.js";
import { runScript } from "./run-script.js";

const readme = readFileSync("README.md", "utf8");
const blocks = Array.from(readme.matchAll(/```(\w+)\n(.*?)```/gs), ([, language, text]) => ({
  language,
  text: text as string,
}));

describe("the README", () => {
  it("opens with a program that prints what it says", async () => {
    const [program, output] = blocks;
    expect([program?.language, output?.language]).toEqual(["js", "text"]);
    const ended = await runScript([], program?.text);
    expect(ended.stderr).toBe("");
    expect(ended.stdout).toBe(output?.text);
  });

  it("shows a configuration that resolves", () => {
    const text = blocks.find((block) => block.text.startsWith("const config ="))?.text;
    const config = new Function(`${text} return config;`)() as CrossbarConfigInput;
    expect(resolveConfig(config)).toMatchObject(config);
  });

  it("has a heading for every error code, and for nothing else", () => {
    const chapter = /\n## Errors\n(.*?)\n## /s.exec(readme)?.[1] ?? "";
    expect(Array.from(chapter.matchAll(/^### (.*)$/gm), ([, code]) => code)).toEqual(ERROR_CODES);
  });
});
