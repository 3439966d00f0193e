import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { compileRoof } from "./compile-roof.mjs";
import { runList } from "./list.mjs";
import { print } from "./print.mjs";
import { growth } from "./scaling.mjs";
import { tensorFlow } from "./tensor-flow.mjs";

// npm run bench                        every workload, on this thread and on a pool of two
// npm run bench -- --json FILE         the same as an array of rows
// npm run bench -- --rounds N          samples per row (10)
// npm run bench -- --only W1,W10       some of them
// npm run bench -- --no-pool           this thread alone
// npm run bench -- --scaling            how time grows with rows and columns, slices and input slices
// npm run bench -- --browser           in Chromium (as installed, CHROMIUM_PATH, or playwright's own)
const { values: options } = parseArgs({
  options: {
    json: { type: "string" },
    rounds: { type: "string", default: "10" },
    only: { type: "string" },
    pool: { type: "boolean", default: true },
    scaling: { type: "boolean", default: false },
    browser: { type: "boolean", default: false },
  },
  allowNegative: true,
});
const what = {
  only: options.only?.split(",") ?? null,
  rounds: Number(options.rounds),
  pool: options.pool && !options.scaling,
  scaling: options.scaling,
};
const roof = await compileRoof();
const processor = cpus()[0]?.model ?? "?";

let result;
let engine = `Node ${process.version}, V8 ${process.versions.v8}`;
if (options.browser) {
  // Not loaded otherwise: its 37 MB would be gone through by every collection of garbage in the thread that is timed.
  const { runInBrowser } = await import("./browser.mjs");
  const run = await runInBrowser(roof, what);
  result = run.result;
  engine = run.engine;
} else {
  const library = await import("../dist/index.js");
  const kernels = readFileSync(new URL("../dist/kernels.wasm", import.meta.url));
  result = await runList({ library, kernels, roof, tf: await tensorFlow() }, what);
}
print(result, `${processor}, ${engine}`, options.rounds);
if (options.scaling) {
  for (const { name, power } of growth(result.rows)) console.log(`${name}: time grows as work^${power.toFixed(2)}`);
}
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result.rows, null, 2)}\n`);
