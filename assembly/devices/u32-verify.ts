/**
 * One attempt of program and verify: cells that no earlier attempt settled take the new candidate, and are settled
 * where its read-back lies within the tolerance.
 *
 *     kept, attempts          f32[count]; attempts 0: not settled yet, else the attempt that did it
 *     candidate, target       f32[count]
 *     deviation, xi           f32[count], of the averaged read-back; deviation 0: it is exact
 *     returns                 how many are not settled; count a multiple of 4, padding is settled beforehand
 */
export function u32_verify(
  kept: usize,
  attempts: usize,
  candidate: usize,
  target: usize,
  deviation: usize,
  xi: usize,
  count: usize,
  tolerance: f32,
  attempt: f32,
): u32 {
  assert((count & 3) == 0);
  let open = i32x4.splat(0);
  for (let i: usize = 0, bytes = count << 2; i < bytes; i += 16) {
    const used = v128.load(attempts + i);
    const waiting = f32x4.eq(used, f32x4.splat(0));
    const x = v128.load(candidate + i);
    v128.store(kept + i, v128.bitselect(x, v128.load(kept + i), waiting));
    let read = x;
    if (deviation) read = f32x4.add(x, f32x4.mul(v128.load(deviation + i), v128.load(xi + i)));
    const near = f32x4.le(f32x4.abs(f32x4.sub(read, v128.load(target + i))), f32x4.splat(tolerance));
    const settled = v128.and(waiting, near);
    v128.store(attempts + i, v128.bitselect(f32x4.splat(attempt), used, settled));
    open = i32x4.sub(open, v128.andnot(waiting, near));
  }
  return (
    i32x4.extract_lane(open, 0) +
    i32x4.extract_lane(open, 1) +
    i32x4.extract_lane(open, 2) +
    i32x4.extract_lane(open, 3)
  );
}
