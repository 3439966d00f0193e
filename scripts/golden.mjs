import { readdir, readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { createEngine } from "sliced-crossbar";
import { runReferenceCase } from "sliced-crossbar/compat";

// node scripts/golden.mjs [--json OUT] [FILE…]: runs cases of other tools, default all of test/golden.
const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
const folder = new URL("../test/golden/", import.meta.url);
const files =
  positionals.length > 0
    ? positionals
    : (await readdir(folder))
        .filter(isCaseFile)
        .sort()
        .map((name) => new URL(name, folder));

const engine = await createEngine();
const count = { passed: 0, failed: 0, unsupported: 0 };
const written = {};
for (const file of files) {
  for (const reference of await casesOf(file)) {
    const result = await run(reference);
    const outcome = result.unsupported !== undefined ? "unsupported" : result.passed ? "passed" : "failed";
    count[outcome] += 1;
    const told = {
      unsupported: () => `unsupported: ${result.unsupported}`,
      passed: () =>
        `passed  largest error ${result.error.toExponential(2)}${result.remark ? `; ${result.remark}` : ""}`,
      failed: () =>
        `FAILED  ${result.reason ?? `largest error ${result.error.toExponential(2)}, allowed ${result.tolerance}`}`,
    };
    console.log(`${result.id}  ${result.kind.padEnd(10)}  ${told[outcome]()}`);
    const { outputs, conductances, samples, rows, unsupported, reason } = result;
    const parts = { outputs, conductances, samples, rows, unsupported: unsupported ?? reason };
    written[result.id] = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
  }
}
engine.dispose();
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(written)}\n`);
console.log(`${count.passed} passed, ${count.failed} failed, ${count.unsupported} unsupported`);
process.exitCode = count.failed > 0 || count.passed + count.unsupported === 0 ? 1 : 0;

function isCaseFile(name) {
  return name.endsWith(".json") && name !== "checksums.json";
}

async function casesOf(file) {
  const { cases } = JSON.parse(await readFile(file, "utf8"));
  if (!Array.isArray(cases)) throw new Error(`${file}: expected { certificate, cases: [...] }`);
  return cases;
}

/** A case that throws is a failed case; the others still run. */
async function run(reference) {
  try {
    return await runReferenceCase(engine, reference);
  } catch (error) {
    return {
      id: String(reference.id),
      kind: String(reference.kind),
      passed: false,
      reason: `${error.name}: ${error.message}`,
    };
  }
}
