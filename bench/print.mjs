/** The list as a table. `where` names processor and engine. */
export function print({ rows, missing, roof }, where, rounds) {
  console.log(`${where}, ${rounds} rounds, medians`);
  const loads = `${roof.gigabytesPerS.toFixed(0)} GB/s of loads from L1`;
  console.log(`roof: ${roof.gmacPerS.toFixed(1)} GMAC/s of mul and add, ${loads}`);
  if (roof.twoCopies !== null && roof.twoWorkers !== null) {
    const share = (roof.twoWorkers / roof.twoCopies).toFixed(2);
    const [workers, copies] = [roof.twoWorkers.toFixed(2), roof.twoCopies.toFixed(2)];
    console.log(`two workers: ${workers} x one thread; two copies of the roof loop ${copies} x; ${share} (goal 0.93)`);
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
    r.timesPeer === null ? "" : `${r.timesPeer.toFixed(1)} x (goal ${r.goal?.toFixed(1)})`,
    r.digest,
  ]);
  const head = ["", "variant", "median", "least", "spread", "rate", "of roof", "to peer", "digest"];
  const widths = head.map((title, i) => Math.max(title.length, ...table.map((cells) => cells[i].length)));
  for (const cells of [head, ...table]) {
    const line = cells.map((cell, i) => cell.padEnd(widths[i]));
    console.log(line.join("  ").trimEnd());
  }
  for (const line of missing) console.log(line);
}
