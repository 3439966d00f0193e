/** out[i] = x[i] > 0 ? x[i] : +0, for f32[count]; out may be x. */
export function f32_relu(out: usize, x: usize, count: usize): void {
  const end = x + (count << 2);
  const zero = f32x4.splat(0);
  for (const fullEnd = x + ((count & ~3) << 2); x < fullEnd; x += 16, out += 16) {
    v128.store(out, f32x4.pmax(zero, v128.load(x)));
  }
  for (; x < end; x += 4, out += 4) {
    const value = load<f32>(x);
    store<f32>(out, value > 0 ? value : 0);
  }
}
