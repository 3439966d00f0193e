import { M0, M1, W0, W1 } from "./philox";

/**
 * One block of Philox4x32-10 in scalar arithmetic: the known answers of Random123 are held against it, and the vector
 * code against it in turn.
 *
 *     out   u32[4]
 *     c0..c3  counter, k0 k1  key
 */
export function u32_philox_4x32_10(out: usize, c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  for (let round = 0; round < 10; round++) {
    const p0 = <u64>M0 * <u64>c0;
    const p1 = <u64>M1 * <u64>c2;
    c0 = <u32>(p1 >> 32) ^ c1 ^ k0;
    c1 = <u32>p1;
    c2 = <u32>(p0 >> 32) ^ c3 ^ k1;
    c3 = <u32>p0;
    k0 += W0;
    k1 += W1;
  }
  store<u32>(out, c0, 0);
  store<u32>(out, c1, 4);
  store<u32>(out, c2, 8);
  store<u32>(out, c3, 12);
}
