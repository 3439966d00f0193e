/**
 * out[i] = a[i] (b[i] + shift)
 *
 *     out, a, b   f32[count], count a multiple of 4; out may be either of them
 */
export function f32_product(out: usize, a: usize, b: usize, count: usize, shift: f32): void {
  assert((count & 3) == 0);
  const add = f32x4.splat(shift);
  for (let i: usize = 0, bytes = count << 2; i < bytes; i += 16) {
    v128.store(out + i, f32x4.mul(v128.load(a + i), f32x4.add(v128.load(b + i), add)));
  }
}
