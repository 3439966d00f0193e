import { digest } from "./data.mjs";
import { kernelRows } from "./kernels.mjs";
import { layerRows } from "./layers.mjs";
import { measure } from "./measure.mjs";
import { denseByTensorFlow } from "./peer.mjs";
import { copiesOfRoof, roofRows } from "./roof.mjs";
import { SCALING } from "./scaling.mjs";
import { WORKLOADS } from "./workloads.mjs";

/**
 * The whole list, in Node and in browsers alike. Rows take turns, so that what else the machine does meets all alike.
 *
 * @param library  what sliced-crossbar exports
 * @param kernels  the kernels' wasm; `roof` that of the roof loops
 * @param tf       TensorFlow.js with its wasm backend in use, or null
 * @param options  `{ only: names or null, rounds, pool, scaling: another list, of growing layers }`
 * @returns        `{ rows, missing, roof: { gmacPerS, gigabytesPerS, two: { copies, workers } by median and by least, or null } }`
 */
export async function runList({ library, kernels, roof, tf }, { only, rounds, pool: pooled, scaling }) {
  const workloads = (scaling ? SCALING : WORKLOADS).filter(({ name }) => only === null || only.includes(name));
  const { mulAdd, load } = roofRows(roof);
  const forwards = workloads.some(({ kind }) => kind === "forward");
  const pool = pooled && forwards ? library.createPool({ workers: 2 }) : null;
  const copies = pool === null ? null : await copiesOfRoof(roof);
  const module = new WebAssembly.Module(kernels);
  const rows = [];
  const missing = [];
  for (const workload of workloads) {
    const made = await rowsOf(workload, module, library, await pool, tf);
    if (made === null) missing.push(nameOf(workload));
    else for (const row of made) rows.push({ ...row, workload });
  }
  const beside = copies === null ? [] : [copies.one, copies.two];
  const measured = await measure([mulAdd, load, ...beside, ...rows], rounds);
  const [mulAdds, loads, ...copied] = measured.splice(0, 2 + beside.length);
  const gmacPerS = mulAdd.perRun / mulAdds.medianMs / 1e6;
  const results = rows.map((row, i) => resultOf(row, measured[i], gmacPerS));
  besidePeer(rows, results);
  await copies?.stop();
  await (await pool)?.close();
  return {
    rows: results,
    missing,
    roof: {
      gmacPerS,
      gigabytesPerS: load.perRun / loads.medianMs / 1e6,
      two: copies === null ? null : speedUps(rows, results, copied),
    },
  };
}

function rowsOf(workload, module, library, pool, tf) {
  switch (workload.kind) {
    case "kernel": {
      const peer = workload.kernel === "dense" && tf !== null ? [denseByTensorFlow(tf, workload)] : [];
      return [kernelRows(workload, module), ...peer];
    }
    case "missing":
      return null;
    default:
      return layerRows(workload, library, pool);
  }
}

const nameOf = ({ name, variant, title }) => `${[name, variant].filter(Boolean).join(" ")}: missing (${title})`;

function resultOf({ workload, suffix, macs, samples, output }, { medianMs, minMs, spread }, roofGmac) {
  const gmacPerS = macs === undefined ? null : macs / medianMs / 1e6;
  return {
    name: workload.name,
    variant: [workload.variant, suffix].filter(Boolean).join(", "),
    medianMs,
    minMs,
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

/** Where the peer ran too, its time of this run counts and not the table's. */
function besidePeer(rows, results) {
  rows.forEach(({ workload, peer }, i) => {
    const ours = results.find((_, j) => rows[j].workload === workload && j !== i);
    if (peer === true && ours !== undefined) ours.timesPeer = results[i].medianMs / ours.medianMs;
  });
}

/**
 * What two workers gain over this thread on the longest forward of the list that there is something to share of, and two
 * copies of the roof loop over one. By medians, which a neighbour's threads move, and by the least times.
 */
function speedUps(rows, results, [one, two]) {
  const shared = results.flatMap((row, i) => {
    if (rows[i].workload.batch < 2) return [];
    const alone = results.find((r) => r.name === row.name && `${r.variant}, pool 2` === row.variant);
    return alone === undefined ? [] : [{ alone, pool: row }];
  });
  const [longest] = shared.toSorted((a, b) => b.alone.medianMs - a.alone.medianMs);
  const gain = (time) => ({ copies: (2 * one[time]) / two[time], workers: longest.alone[time] / longest.pool[time] });
  return longest === undefined ? null : { median: gain("medianMs"), least: gain("minMs") };
}
