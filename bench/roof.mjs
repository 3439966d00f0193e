import asc from "assemblyscript/asc";

// What this machine can do at most, measured in the process that measures everything else: chains of dependent mul and
// add long enough to keep both pipes busy, and adds of vectors that come from L1.

const CHAINS = 12; // six cycles of latency at two a cycle
const BUFFER_BYTES = 8192;

const numbers = (count) => Array.from({ length: count }, (_, i) => i);
const join = (make) => numbers(CHAINS).map(make).join("\n");
const sum = numbers(CHAINS)
  .map((i) => `a${i}`)
  .reduce((a, b) => `f32x4.add(${a}, ${b})`);

const SOURCE = `
export function mulAdd(rounds: usize, from: usize): f32 {
  const x = v128.load(from);
  ${join((i) => `let a${i} = v128.load(from, ${16 * i});`)}
  for (let round: usize = 0; round < rounds; round++) {
    ${join((i) => `a${i} = f32x4.add(f32x4.mul(a${i}, x), x);`)}
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

/** Compiles the roof loops. Each row is `{ run, perRun }`: multiply-adds, or bytes loaded, of one run. */
export async function makeRoof() {
  const { binary, stderr } = await asc.compileString(SOURCE, {
    optimizeLevel: 3,
    runtime: "stub",
    noAssert: true,
    enable: ["simd"],
    use: ["abort="],
    initialMemory: 2,
  });
  if (binary === null) throw new Error(stderr.toString());
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary));
  const [mulAddRounds, loadRounds] = [60_000, 200];
  const vectors = Math.floor(BUFFER_BYTES / (16 * CHAINS)) * CHAINS;
  return {
    mulAdd: { run: () => exports.mulAdd(mulAddRounds, 65536), perRun: mulAddRounds * CHAINS * 4 },
    load: { run: () => exports.loadAdd(loadRounds, 65536), perRun: loadRounds * vectors * 16 },
  };
}
