// What this machine can do at most, measured in the process that measures everything else: products and sums in as many
// chains as keep both pipes of each busy, and adds of vectors that come from L1. A product inside every chain of sums
// waits for six cycles instead of three, and makes 18 to 21 GMAC/s where chains of their own make 24 (Zen 3).

const CHAINS = 12; // three cycles of latency, at two sums and two products a cycle
const BUFFER_BYTES = 8192;
const MUL_ADD_ROUNDS = 60_000;
const LOAD_ROUNDS = 200;
/** Rounds of one copy when two are compared with one: as long as the forward that is shared, some 50 ms. */
const COPY_ROUNDS = 50_000_000;

const numbers = (count) => Array.from({ length: count }, (_, i) => i);
const join = (make) => numbers(CHAINS).map(make).join("\n");
const sum = numbers(CHAINS)
  .map((i) => `a${i}`)
  .reduce((a, b) => `f32x4.add(${a}, ${b})`);

/** The loops in AssemblyScript. */
export const SOURCE = `
export function mulAdd(rounds: usize, from: usize): f32 {
  const x = v128.load(from);
  ${join((i) => `let a${i} = v128.load(from, ${16 * i});`)}
  for (let round: usize = 0; round < rounds; round++) {
    ${join((i) => (i < CHAINS / 2 ? `a${i} = f32x4.mul(a${i}, x);` : `a${i} = f32x4.add(a${i}, x);`))}
  }
  return f32x4.extract_lane(${sum}, 0);
}
export function loadAdd(rounds: usize, from: usize): f32 {
  ${join((i) => `let a${i} = f32x4.splat(0);`)}
  for (let round: usize = 0; round < rounds; round++) {
    for (let at = from, end = from + ${BUFFER_BYTES - (BUFFER_BYTES % (16 * CHAINS))}; at < end; at += ${16 * CHAINS}) {
      ${join((i) => `a${i} = f32x4.add(a${i}, v128.load(at, ${16 * i}));`)}
    }
  }
  return f32x4.extract_lane(${sum}, 0);
}
`;

/** Each row is `{ run, perRun }`: multiply-adds, or bytes loaded, of one run. */
export function roofRows(binary) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary));
  const vectors = Math.floor(BUFFER_BYTES / (16 * CHAINS)) * CHAINS;
  return {
    mulAdd: { run: () => exports.mulAdd(MUL_ADD_ROUNDS, 65536), perRun: MUL_ADD_ROUNDS * CHAINS * 2 },
    load: { run: () => exports.loadAdd(LOAD_ROUNDS, 65536), perRun: LOAD_ROUNDS * vectors * 16 },
  };
}

/** The program of a worker that runs the loop once per message; `on` and `send` differ between Node and browsers. */
const COPY = (on, send) => `
  let loop = null;
  ${on}((message) => {
    if (loop === null) loop = new WebAssembly.Instance(new WebAssembly.Module(message)).exports.mulAdd;
    else loop(message, 65536);
    ${send}(0);
  });
`;

async function startCopy() {
  if (typeof Worker === "function") {
    const text = COPY("((take) => { onmessage = ({ data }) => take(data); })", "postMessage");
    const worker = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
    return {
      ask: (message) =>
        new Promise((done) => {
          worker.onmessage = done;
          worker.postMessage(message);
        }),
      stop: () => worker.terminate(),
    };
  }
  const threads = await import("node:worker_threads");
  const port = 'require("node:worker_threads").parentPort';
  const text = COPY(`((take) => ${port}.on("message", take))`, `${port}.postMessage`);
  const worker = new threads.Worker(text, { eval: true });
  return {
    ask: (message) =>
      new Promise((done) => {
        worker.once("message", done);
        worker.postMessage(message);
      }),
    stop: () => worker.terminate(),
  };
}

/** One copy of the multiply-add loop in a worker, and two at once: what a second thread is worth on this machine. */
export async function copiesOfRoof(binary) {
  const copies = await Promise.all([startCopy(), startCopy()]);
  for (const copy of copies) await copy.ask(binary);
  return {
    one: { run: () => copies[0].ask(COPY_ROUNDS) },
    two: { run: () => Promise.all(copies.map((copy) => copy.ask(COPY_ROUNDS))) },
    stop: () => Promise.all(copies.map((copy) => copy.stop())),
  };
}
