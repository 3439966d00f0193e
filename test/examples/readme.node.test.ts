import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type CrossbarConfigInput, ERROR_CODES, resolveConfig } from "../../src/index.js";
import { runScript } from "./run-script.js";

const readme = readFileSync("README.md", "utf8");
/** Programs, each with the output that stands right below it, if any does. */
const programs = Array.from(readme.matchAll(/```js\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs), ([, text, output]) => ({
  text: text as string,
  output: output ?? "",
}));

it("the changelog's programs run", async () => {
  for (const [, text] of readFileSync("CHANGELOG.md", "utf8").matchAll(/```js\n(.*?)```/gs)) {
    expect(await runScript([], text)).toMatchObject({ code: 0, stderr: "" });
  }
});

describe("the README", () => {
  it("opens with a program that prints what it says", async () => {
    const [program] = programs;
    const ended = await runScript([], program?.text);
    expect(ended.stderr).toBe("");
    expect(ended.stdout).toBe(program?.output);
  });

  it("goes on with a tour that is one program, and prints what it says", async () => {
    const tour = programs.slice(1);
    const end = "-- end of block --";
    const ended = await runScript(
      [],
      tour.map(({ text }) => `${text}\nconsole.log(${JSON.stringify(end)});\n`).join(""),
    );
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout.split(`${end}\n`).slice(0, -1)).toEqual(tour.map(({ output }) => output));
  });

  it("shows a configuration that resolves", () => {
    const text = programs.find((program) => program.text.startsWith("const config ="))?.text;
    const config = new Function(`${text} return config;`)() as CrossbarConfigInput;
    expect(resolveConfig(config)).toMatchObject(config);
  });

  it("lists every example", () => {
    const listed = Array.from(readme.matchAll(/^\| `examples\/([^`]+)`/gm), ([, name]) => name);
    expect(listed).toEqual(readdirSync("examples").sort());
  });

  it("has a heading for every error code, and for nothing else", () => {
    const chapter = /\n## Errors\n(.*?)\n## /s.exec(readme)?.[1] ?? "";
    expect(Array.from(chapter.matchAll(/^### (.*)$/gm), ([, code]) => code)).toEqual(ERROR_CODES);
  });
});
