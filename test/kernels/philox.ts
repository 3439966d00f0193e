// Philox4x32-10 written from the paper (Salmon et al., SC 2011), and backwards: each round is a bijection, so the
// counter that gives wanted words can be computed and edge cases need not be waited for.

export type Words = readonly [number, number, number, number];
export type Key = readonly [number, number];

const [M0, M1] = [0xd2511f53, 0xcd9e8d57];
const [W0, W1] = [0x9e3779b9, 0xbb67ae85];
const ROUNDS = 10;

const high = (a: number, b: number): number => Number((BigInt(a) * BigInt(b)) >> 32n);
const low = (a: number, b: number): number => Math.imul(a, b) >>> 0;

/** x with m x = 1 modulo 2^32, m odd: Newton doubles the correct bits each step. */
function inverse(m: number): number {
  let x = m;
  for (let step = 0; step < 5; step++) x = Math.imul(x, 2 - Math.imul(m, x));
  return x >>> 0;
}

const [INVERSE0, INVERSE1] = [inverse(M0), inverse(M1)];

const roundKey = (key: Key, round: number): Key => [
  (key[0] + Math.imul(round, W0)) >>> 0,
  (key[1] + Math.imul(round, W1)) >>> 0,
];

export function philox(counter: Words, key: Key): Words {
  let [x0, x1, x2, x3] = counter;
  for (let round = 0; round < ROUNDS; round++) {
    const [k0, k1] = roundKey(key, round);
    [x0, x1, x2, x3] = [(high(M1, x2) ^ x1 ^ k0) >>> 0, low(M1, x2), (high(M0, x0) ^ x3 ^ k1) >>> 0, low(M0, x0)];
  }
  return [x0, x1, x2, x3];
}

/** The counter whose block is `words`. */
export function counterOf(words: Words, key: Key): Words {
  let [x0, x1, x2, x3] = words;
  for (let round = ROUNDS - 1; round >= 0; round--) {
    const [k0, k1] = roundKey(key, round);
    const before2 = low(x1, INVERSE1);
    const before0 = low(x3, INVERSE0);
    [x0, x1, x2, x3] = [before0, (x0 ^ high(M1, before2) ^ k0) >>> 0, before2, (x2 ^ high(M0, before0) ^ k1) >>> 0];
  }
  return [x0, x1, x2, x3];
}

/** Box and Muller's two normals of two words, in f64. */
export function boxMuller(first: number, second: number): readonly [number, number] {
  const [u, v] = [(first + 0.5) / 2 ** 32, (2 ** 32 - first - 0.5) / 2 ** 32];
  const radius = Math.sqrt(-2 * (u < 0.5 ? Math.log(u) : Math.log1p(-v)));
  const angle = (2 * Math.PI * second) / 2 ** 32;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** The normals of elements 4 word0 ... in f64. */
export function normalsOf(counter: Words, key: Key, count: number): Float64Array {
  const out = new Float64Array(count);
  for (let i = 0; i < count; i += 4) {
    const w = philox([(counter[0] + i / 4) >>> 0, counter[1], counter[2], counter[3]], key);
    out.set([...boxMuller(w[0], w[1]), ...boxMuller(w[2], w[3])].slice(0, count - i), i);
  }
  return out;
}
