import { digest } from "./data.mjs";
import { kernelRows } from "./kernels.mjs";
import { layerRows } from "./layers.mjs";
import { measure, quantile } from "./measure.mjs";
import { denseByTensorFlow } from "./peer.mjs";
import { copiesOfRoof, roofRows } from "./roof.mjs";
import { SCALING } from "./scaling.mjs";
import { WORKLOADS } from "./workloads.mjs";

/**
 * The whole list, in Node and in browsers alike. Rows take turns, so that what else the machine does meets all alike:
 * those of this thread, then those of the pool.
 *
 * @param library  what sliced-crossbar exports
 * @param kernels  the kernels' wasm; `roof` that of the roof loops
 * @param tf       TensorFlow.js with its wasm backend in use, or null
 * @param options  `{ only: names or null, rounds, pool, scaling: another list, of growing layers }`
 * @returns        `{ rows, missing, roof: { gmacPerS, gigabytesPerS, two: { copies, workers, share } by median and by least, or null } }`
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
  const alone = rows.filter(({ pooled }) => !pooled);
  const [mulAdds, loads, ...timed] = await measure([mulAdd, load, ...alone], rounds);
  const times = new Map(alone.map((row, i) => [row, timed[i]]));
  const two = copies === null ? null : await twoThreads(copies, rows, times, rounds);
  for (const [row, time] of two?.times ?? []) times.set(row, time);
  const gmacPerS = mulAdd.perRun / mulAdds.medianMs / 1e6;
  const results = rows.map((row) => resultOf(row, times.get(row), gmacPerS));
  besidePeer(rows, results);
  await copies?.stop();
  await (await pool)?.close();
  return {
    rows: results,
    missing,
    roof: {
      gmacPerS,
      gigabytesPerS: load.perRun / loads.medianMs / 1e6,
      two: two?.gains ?? null,
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
    timesPeer: suffix === undefined ? timesPeer(workload.peer, medianMs, macs, samples) : null,
    leastTimesPeer: suffix === undefined ? timesPeer(workload.peer, minMs, macs, samples) : null,
    goal: workload.peer?.goal ?? null,
    digest: digest(output()),
  };
}

/** How many times faster than the peer's number, which was taken on another day and perhaps another machine. */
function timesPeer(peer, ms, macs, samples) {
  if (peer?.ms !== undefined) return peer.ms / ms;
  if (peer?.gmacPerS !== undefined) return macs / ms / 1e6 / peer.gmacPerS;
  if (peer?.samplesPerS !== undefined) return (1000 * samples) / ms / peer.samplesPerS;
  return null;
}

/** Where the peer ran too, its time of this run counts and not the table's. */
function besidePeer(rows, results) {
  rows.forEach(({ workload, peer }, i) => {
    const ours = results.find((_, j) => rows[j].workload === workload && j !== i);
    if (peer !== true || ours === undefined) return;
    ours.timesPeer = results[i].medianMs / ours.medianMs;
    ours.leastTimesPeer = results[i].minMs / ours.minMs;
  });
}

/**
 * Times what runs on the pool, and what two workers gain over this thread on the longest forward that is shared, beside
 * what two copies of the roof loop gain over one, which run for about as long. A neighbour's threads move all four times
 * of a round, so gains are those of each round, one beside the other, and medians over the rounds; and those of the
 * least times. Three times as many rounds: the middle half of the shares lay between 0.77 and 1.07 on a shared machine.
 *
 * They take turns of their own: where threads are lent by a host, it takes time back after both were busy, and then from
 * the row that comes next (W5 on one thread 1.9 to 3.5 ms behind rows of the pool, 1.9 to 2.0 without them).
 */
async function twoThreads({ one, two }, rows, alone, rounds) {
  const shared = rows.filter(({ pooled }) => pooled);
  const pairs = rows.flatMap((row, i) => (row.pooled && row.workload.batch > 1 ? [[rows[i - 1], row]] : []));
  const [longest] = pairs.toSorted(([a], [b]) => alone.get(b).medianMs - alone.get(a).medianMs);
  const timed = await measure(shared, rounds);
  const times = new Map(shared.map((row, i) => [row, timed[i]]));
  if (longest === undefined) return { times, gains: null };
  const comparisons = 3 * rounds;
  const [oneCopy, twoCopies, oneWorker, twoWorkers] = await measure([one, two, ...longest], comparisons);
  const gain = (time) => {
    const [copies, workers] = [(2 * time(oneCopy)) / time(twoCopies), time(oneWorker) / time(twoWorkers)];
    return { copies, workers, share: workers / copies };
  };
  const each = Array.from({ length: comparisons }, (_, round) => gain(({ samples }) => samples[round]));
  const middle = (name) =>
    quantile(
      each.map((gains) => gains[name]),
      0.5,
    );
  const median = { copies: middle("copies"), workers: middle("workers"), share: middle("share") };
  return { times, gains: { median, least: gain(({ minMs }) => minMs) } };
}
