import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { digest } from "./data.mjs";
import { KERNEL_ROWS } from "./kernels.mjs";
import { layerRows, makePool } from "./layers.mjs";
import { measure } from "./measure.mjs";
import { makeRoof } from "./roof.mjs";
import { WORKLOADS } from "./workloads.mjs";

// npm run bench                        every workload, on this thread and on a pool of two
// npm run bench -- --json FILE         the same as an array of rows
// npm run bench -- --rounds N          samples per row (10)
// npm run bench -- --only W1,W10       some of them
// npm run bench -- --no-pool           this thread alone
const { values: options } = parseArgs({
  options: {
    json: { type: "string" },
    rounds: { type: "string", default: "10" },
    only: { type: "string" },
    pool: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const only = options.only?.split(",");
const workloads = WORKLOADS.filter(({ name }) => only === undefined || only.includes(name));

const roof = await makeRoof();
const pool = options.pool && workloads.some(({ kind }) => kind === "forward") ? await makePool(2) : null;
const rows = [];
const missing = [];
for (const workload of workloads) {
  const made = await rowsOf(workload);
  if (made === null) missing.push(workload);
  else for (const row of made) rows.push({ ...row, workload });
}

const [mulAdd, load, ...measured] = await measure([roof.mulAdd, roof.load, ...rows], Number(options.rounds));
const roofGmac = roof.mulAdd.perRun / mulAdd.medianMs / 1e6;
const results = rows.map((row, i) => resultOf(row, measured[i]));
await pool?.close();

print();
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);

function rowsOf(workload) {
  switch (workload.kind) {
    case "kernel":
      return [KERNEL_ROWS[workload.kernel](workload)];
    case "forward":
    case "program":
      return layerRows(workload, pool);
    default:
      return null;
  }
}

function resultOf({ workload, suffix, macs, samples, output }, { medianMs, spread }) {
  const gmacPerS = macs === undefined ? null : macs / medianMs / 1e6;
  return {
    name: workload.name,
    variant: [workload.variant, suffix].filter(Boolean).join(", "),
    medianMs,
    spread,
    gmacPerS,
    samplesPerS: samples === undefined ? null : (1000 * samples) / medianMs,
    roofShare: gmacPerS === null ? null : gmacPerS / roofGmac,
    timesPeer: suffix === undefined ? timesPeer(workload.peer, medianMs, gmacPerS, samples) : null,
    goal: workload.peer?.goal ?? null,
    digest: digest(output()),
  };
}

/** How many times faster than the peer's number, which was taken on another day and perhaps another machine. */
function timesPeer(peer, medianMs, gmacPerS, samples) {
  if (peer?.ms !== undefined) return peer.ms / medianMs;
  if (peer?.gmacPerS !== undefined) return gmacPerS / peer.gmacPerS;
  if (peer?.samplesPerS !== undefined) return (1000 * samples) / medianMs / peer.samplesPerS;
  return null;
}

function print() {
  const gigabytes = (load.medianMs > 0 ? roof.load.perRun / load.medianMs : 0) / 1e6;
  console.log(`${cpus()[0]?.model ?? "?"}, node ${process.version}, ${options.rounds} rounds, medians`);
  console.log(`roof: ${roofGmac.toFixed(1)} GMAC/s of mul and add, ${gigabytes.toFixed(0)} GB/s of loads from L1\n`);
  const table = results.map((r) => [
    r.name,
    r.variant,
    `${r.medianMs.toFixed(3)} ms`,
    `${(100 * r.spread).toFixed(0)} %`,
    r.gmacPerS === null ? `${((r.samplesPerS ?? 0) / 1e6).toFixed(0)} M/s` : `${r.gmacPerS.toFixed(1)} GMAC/s`,
    r.roofShare === null ? "" : `${(100 * r.roofShare).toFixed(0)} %`,
    r.timesPeer === null ? "" : `${r.timesPeer.toFixed(1)} x (goal ${r.goal?.toFixed(1)})`,
    r.digest,
  ]);
  const head = ["", "variant", "median", "spread", "rate", "of roof", "to peer", "digest"];
  const widths = head.map((title, i) => Math.max(title.length, ...table.map((cells) => cells[i].length)));
  for (const cells of [head, ...table])
    console.log(
      cells
        .map((cell, i) => cell.padEnd(widths[i]))
        .join("  ")
        .trimEnd(),
    );
  for (const { name, variant, title } of missing)
    console.log(`${[name, variant].filter(Boolean).join(" ")}: missing (${title})`);
}
