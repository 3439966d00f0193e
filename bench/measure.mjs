/** How long each row runs before it is timed. */
const WARM_UP_MS = 300;
/** How long a sample is at least: of 3 ms, a row of 2 ms had two runs, of which the first paid for the row before it. */
const SAMPLE_MS = 15;

/**
 * Times rows in turn, round after round, so that whatever else the machine does meets all of them alike; every round in
 * another order, because a row pays for the one before it: where threads are lent by a host, two at once were 48 ms
 * behind a row that had kept both busy and 54 behind one that had left the second idle.
 *
 * @param rows    `{ run }`, sync or async
 * @param rounds  at least 10
 * @returns       per row `{ medianMs, minMs, spread, samples }`: spread is the distance of the quartiles over the median,
 *                samples the times round by round
 */
export async function measure(rows, rounds) {
  const times = rows.map(() => []);
  const repeats = [];
  for (const row of rows) {
    const once = await warmUp(row);
    repeats.push(Math.max(1, Math.ceil(SAMPLE_MS / Math.max(once, 1e-3))));
  }
  for (let round = 0; round < rounds; round++) {
    for (const i of shuffled(rows.length)) {
      const row = rows[i];
      if (repeats[i] > 1) await timed(row, 1); // brings the row's cells back into the caches; long rows do so in passing
      times[i].push(await timed(row, repeats[i]));
    }
  }
  return times.map((all) => {
    const at = (share) => quantile(all, share);
    return { medianMs: at(0.5), minMs: at(0), spread: (at(0.75) - at(0.25)) / at(0.5), samples: all };
  });
}

/** The numbers below `count` in a random order. */
function shuffled(count) {
  const drawn = Array.from({ length: count }, (_, i) => ({ i, place: Math.random() }));
  return drawn.sort((a, b) => a.place - b.place).map(({ i }) => i);
}

/** The value below which a share of some numbers lies. */
export function quantile(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))];
}

/**
 * Runs a row until the optimising compiler is done with it: a kernel that only one row of short runs calls took 100 runs
 * (20 were not enough by a factor of four), and code is swapped between tasks.
 *
 * @returns milliseconds of one run by then
 */
async function warmUp(row) {
  const start = performance.now();
  let once = Infinity;
  for (let n = 0; n < 2 || performance.now() - start < WARM_UP_MS; n++) {
    once = Math.min(once, await timed(row, 1));
    if (n % 16 === 0) await new Promise((done) => setTimeout(done));
  }
  return once;
}

async function timed(row, repeats) {
  const start = performance.now();
  for (let n = 0; n < repeats; n++) {
    const result = row.run();
    if (result instanceof Promise) await result;
  }
  return (performance.now() - start) / repeats;
}
