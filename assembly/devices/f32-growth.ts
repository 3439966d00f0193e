/**
 * What a deviation has to gain to become another one: out[i] = sqrt(max(later[i]^2 - earlier[i]^2, 0)).
 *
 *     out, later, earlier   f32[count], count a multiple of 4; out may be either of them
 */
export function f32_growth(out: usize, later: usize, earlier: usize, count: usize): void {
  assert((count & 3) == 0);
  for (let i: usize = 0, bytes = count << 2; i < bytes; i += 16) {
    const a = v128.load(later + i);
    const b = v128.load(earlier + i);
    const gained = f32x4.sub(f32x4.mul(a, a), f32x4.mul(b, b));
    v128.store(out + i, f32x4.sqrt(f32x4.pmax(f32x4.splat(0), gained)));
  }
}
