import { angle, cosNear, cosTurned, exchange, quadrant, radius, sinNear, sinTurned } from "./box-muller";
import { highWords, M0, M1, m0x4, m1x4, mixed, W0, W1, w0x4, w1x4 } from "./philox";

// Four counters give sixteen draws. Lane i of vector xj is word j of counter word0 + i; a transpose puts element
// 4 (word0 + i) + j where it belongs:
//
//     n0 = [ e0 e4 e8 eC ]        out = [ e0 e1 e2 e3 | e4 e5 e6 e7 | e8 e9 eA eB | eC eD eE eF ]
//     n1 = [ e1 e5 e9 eD ]   =>
//     n2 = [ e2 e6 eA eE ]
//     n3 = [ e3 e7 eB eF ]

@inline
function storeTransposed(out: usize, n0: v128, n1: v128, n2: v128, n3: v128): void {
  const a = v128.shuffle<i32>(n0, n1, 0, 4, 1, 5); // e0 e1 e4 e5
  const b = v128.shuffle<i32>(n0, n1, 2, 6, 3, 7); // e8 e9 eC eD
  const c = v128.shuffle<i32>(n2, n3, 0, 4, 1, 5); // e2 e3 e6 e7
  const d = v128.shuffle<i32>(n2, n3, 2, 6, 3, 7); // eA eB eE eF
  v128.store(out, v128.shuffle<i64>(a, c, 0, 2), 0);
  v128.store(out, v128.shuffle<i64>(a, c, 1, 3), 16);
  v128.store(out, v128.shuffle<i64>(b, d, 0, 2), 32);
  v128.store(out, v128.shuffle<i64>(b, d, 1, 3), 48);
}

/** Standard normals of elements 4 word0 ... 4 word0 + 15 into out[16]. */
@inline
export function storeNormals16(out: usize, word0: u32, word1: u32, word2: u32, word3: u32, key0: u32, key1: u32): void {
  const m0 = m0x4();
  const m1 = m1x4();
  const w0 = w0x4();
  const w1 = w1x4();
  let x0 = i32x4.add(i32x4.splat(word0), i32x4(0, 1, 2, 3));
  let x1 = i32x4.splat(word1);
  let x2 = i32x4.splat(word2);
  let x3 = i32x4.splat(word3);
  let k0 = i32x4.splat(key0);
  let k1 = i32x4.splat(key1);
  for (let round = 0; round < 10; round++) {
    const high0 = highWords(x0, m0);
    const low0 = i32x4.mul(x0, m0);
    const high1 = highWords(x2, m1);
    const low1 = i32x4.mul(x2, m1);
    x0 = mixed(high1, x1, k0);
    x1 = low1;
    x2 = mixed(high0, x3, k1);
    x3 = low0;
    k0 = i32x4.add(k0, w0);
    k1 = i32x4.add(k1, w1);
  }

  const r0 = radius(x0);
  const a0 = angle(x1);
  const z0 = f32x4.mul(a0, a0);
  const s0 = sinNear(a0, z0);
  const c0 = cosNear(z0);
  const q0 = quadrant(x1);
  const d0 = exchange(q0, s0, c0);

  const r1 = radius(x2);
  const a1 = angle(x3);
  const z1 = f32x4.mul(a1, a1);
  const s1 = sinNear(a1, z1);
  const c1 = cosNear(z1);
  const q1 = quadrant(x3);
  const d1 = exchange(q1, s1, c1);

  storeTransposed(
    out,
    f32x4.mul(r0, cosTurned(q0, c0, d0)),
    f32x4.mul(r0, sinTurned(q0, s0, d0)),
    f32x4.mul(r1, cosTurned(q1, c1, d1)),
    f32x4.mul(r1, sinTurned(q1, s1, d1)),
  );
}

@inline
function uniform(word: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(word, 8)), f32x4.splat(5.960464477539063e-8)); // 2^-24
}

/** Uniforms in [0, 1) of elements 4 word0 ... 4 word0 + 15 into out[16]: the upper 24 bits of each word. */
@inline
export function storeUniforms16(
  out: usize,
  word0: u32,
  word1: u32,
  word2: u32,
  word3: u32,
  key0: u32,
  key1: u32,
): void {
  const m0 = m0x4();
  const m1 = m1x4();
  const w0 = w0x4();
  const w1 = w1x4();
  let x0 = i32x4.add(i32x4.splat(word0), i32x4(0, 1, 2, 3));
  let x1 = i32x4.splat(word1);
  let x2 = i32x4.splat(word2);
  let x3 = i32x4.splat(word3);
  let k0 = i32x4.splat(key0);
  let k1 = i32x4.splat(key1);
  for (let round = 0; round < 10; round++) {
    const high0 = highWords(x0, m0);
    const low0 = i32x4.mul(x0, m0);
    const high1 = highWords(x2, m1);
    const low1 = i32x4.mul(x2, m1);
    x0 = mixed(high1, x1, k0);
    x1 = low1;
    x2 = mixed(high0, x3, k1);
    x3 = low0;
    k0 = i32x4.add(k0, w0);
    k1 = i32x4.add(k1, w1);
  }
  storeTransposed(out, uniform(x0), uniform(x1), uniform(x2), uniform(x3));
}

/** The normal of element 4 word0 + j alone: for the last few of a count that sixteen does not divide. */
export function normalAt(j: u32, word0: u32, word1: u32, word2: u32, word3: u32, key0: u32, key1: u32): f32 {
  for (let round = 0; round < 10; round++) {
    const p0 = <u64>M0 * <u64>word0;
    const p1 = <u64>M1 * <u64>word2;
    word0 = <u32>(p1 >> 32) ^ word1 ^ key0;
    word1 = <u32>p1;
    word2 = <u32>(p0 >> 32) ^ word3 ^ key1;
    word3 = <u32>p0;
    key0 += W0;
    key1 += W1;
  }
  const w = i32x4.splat(j < 2 ? word0 : word2);
  const turn = i32x4.splat(j < 2 ? word1 : word3);
  const x = angle(turn);
  const z = f32x4.mul(x, x);
  const q = quadrant(turn);
  const sine = sinNear(x, z);
  const cosine = cosNear(z);
  const d = exchange(q, sine, cosine);
  const wave = j & 1 ? sinTurned(q, sine, d) : cosTurned(q, cosine, d);
  return f32x4.extract_lane(f32x4.mul(radius(w), wave), 0);
}
