const times = (ratio) => ratio.toPrecision(ratio < 100 ? 3 : 4);
const GAINS = { median: "median over rounds", least: "least times" };

/** The list as a table. `where` names processor and engine. */
export function print({ rows, missing, roof }, where, rounds) {
  console.log(`${where}, ${rounds} rounds, medians`);
  const loads = `${roof.gigabytesPerS.toFixed(0)} GB/s of loads from L1`;
  console.log(`roof: ${roof.gmacPerS.toFixed(1)} GMAC/s of mul and add, ${loads}`);
  for (const [by, { workers, copies, share }] of Object.entries(roof.two ?? {})) {
    const gains = `${workers.toFixed(2)} x one thread; two copies of the roof loop ${copies.toFixed(2)} x`;
    console.log(`two workers (${GAINS[by]}): ${gains}; ${share.toFixed(2)} (goal 0.93)`);
  }
  console.log("");
  const table = rows.map((r) => [
    r.name,
    r.variant,
    `${r.medianMs.toFixed(3)} ms`,
    `${r.minMs.toFixed(3)}`,
    `${(100 * r.spread).toFixed(0)} %`,
    r.gmacPerS === null ? `${((r.samplesPerS ?? 0) / 1e6).toFixed(0)} M/s` : `${r.gmacPerS.toFixed(1)} GMAC/s`,
    r.roofShare === null ? "" : `${(100 * r.roofShare).toFixed(0)} %`,
    r.timesPeer === null ? "" : `${times(r.timesPeer)} x, ${times(r.leastTimesPeer)} (goal ${r.goal?.toFixed(1)})`,
    r.digest,
  ]);
  const head = ["", "variant", "median", "least", "spread", "rate", "of roof", "to peer, by least", "digest"];
  const widths = head.map((title, i) => Math.max(title.length, ...table.map((cells) => cells[i].length)));
  for (const cells of [head, ...table]) {
    const line = cells.map((cell, i) => cell.padEnd(widths[i]));
    console.log(line.join("  ").trimEnd());
  }
  for (const line of missing) console.log(line);
}
