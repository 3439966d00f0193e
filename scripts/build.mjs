import { spawn } from "node:child_process";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// node scripts/build.mjs             everything: kernels, TypeScript, bundles, types
// node scripts/build.mjs --kernels   only the wasm
// node scripts/build.mjs --if-missing  everything, unless dist/ is newer than all sources
const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);
const require = createRequire(import.meta.url);

const ASC = join(dirname(require.resolve("assemblyscript/package.json")), "bin/asc.js");
const TSC = require.resolve("typescript/bin/tsc");
const ROLLUP = require.resolve("rollup/dist/bin/rollup");

function run(script, ...args) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: "inherit" });
    child.on("error", fail);
    child.on("exit", (code) => (code === 0 ? done() : fail(new Error(`${script} ended with code ${code}`))));
  });
}

function newest(...paths) {
  let latest = 0;
  for (const path of paths.filter((p) => existsSync(p))) {
    const found = statSync(path);
    const inside = found.isDirectory() ? readdirSync(path).map((name) => newest(join(path, name))) : [found.mtimeMs];
    latest = Math.max(latest, ...inside);
  }
  return latest;
}

export async function buildKernels() {
  const outputs = ["build/kernels.wasm", "build/kernels.debug.wasm"];
  const made = Math.min(...outputs.map((path) => (existsSync(path) ? statSync(path).mtimeMs : 0)));
  if (made > newest("assembly", "asconfig.json")) return;
  await Promise.all(["release", "debug"].map((target) => run(ASC, "--config", "asconfig.json", "--target", target)));
}

export async function buildAll() {
  await buildKernels();
  rmSync("build/js", { recursive: true, force: true });
  await run(TSC, "-p", "tsconfig.build.json");
  rmSync("dist", { recursive: true, force: true });
  await run(ROLLUP, "-c", "--silent");
}

const SOURCES = ["src", "workers", "assembly", "scripts", "asconfig.json", "tsconfig.json", "rollup.config.js"];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--kernels")) await buildKernels();
  else if (!process.argv.includes("--if-missing") || newest("dist/index.d.ts") < newest(...SOURCES)) await buildAll();
}
