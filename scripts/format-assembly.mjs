import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

// Formats assembly/ with biome, or checks that it is formatted (without --write). AssemblyScript decorates functions,
// which biome cannot parse: a decorator line travels through it as a comment.
const BIOME = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
const write = process.argv.includes("--write");
const files = readdirSync("assembly", { recursive: true }).filter((name) => name.endsWith(".ts"));

const unformatted = files.filter((name) => {
  const path = join("assembly", name);
  const source = readFileSync(path, "utf8");
  const formatted = format(path, source);
  if (write && formatted !== source) writeFileSync(path, formatted);
  return formatted !== source;
});

if (unformatted.length > 0) {
  console.log(`assembly/ ${write ? "formatted" : "not formatted (npm run format)"}: ${unformatted.join(", ")}`);
  process.exitCode = write ? 0 : 1;
}

function format(path, source) {
  const hidden = source.replace(/^( *)@(\w+)(\([^)]*\))? */gm, (_, indent, name, args = "") => {
    return `${indent}//@${name}${args}\n${indent}`;
  });
  const tidied = hidden.replace(/^( *\/\/@\w.*)\n\s*\n/gm, "$1\n");
  // Under another name: the real one is on biome's list of files to leave alone.
  const args = ["format", `--stdin-file-path=${path.replace(/^assembly/, "src")}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIOME, ...args], { input: tidied, encoding: "utf8" });
  if (status !== 0) throw new Error(`${path}: ${stderr}`);
  return stdout.replace(/^( *)\/\/@(\w)/gm, "$1@$2");
}
