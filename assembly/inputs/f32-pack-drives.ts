import { GROUP_READS } from "../layout";

@inline
function put(packed: usize, squares: usize, drives: v128): void {
  if (packed) v128.store(packed, drives);
  if (squares) v128.store(squares, f32x4.mul(drives, drives));
}

// Four rows of four reads are turned about: a row's four drives end in one vector.
@inline
function four(packed: usize, squares: usize, t0: usize, t1: usize, t2: usize, t3: usize): void {
  const d0 = v128.load(t0);
  const d1 = v128.load(t1);
  const d2 = v128.load(t2);
  const d3 = v128.load(t3);
  const low01 = v128.shuffle<f32>(d0, d1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(d2, d3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(d0, d1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(d2, d3, 2, 6, 3, 7);
  put(packed, squares, v128.shuffle<i64>(low01, low23, 0, 2));
  put(packed ? packed + 16 : 0, squares ? squares + 16 : 0, v128.shuffle<i64>(low01, low23, 1, 3));
  put(packed ? packed + 32 : 0, squares ? squares + 32 : 0, v128.shuffle<i64>(high01, high23, 0, 2));
  put(packed ? packed + 48 : 0, squares ? squares + 48 : 0, v128.shuffle<i64>(high01, high23, 1, 3));
}

/**
 * Drives of four reads side by side, as the dense sums read them (sums/dense.ts), and their squares.
 *
 *     packed[g][r][i]  = t(4 g + i, r),  squares[g][r][i] = fl(t t);  +0 for reads that are not there
 *
 *     packed    f32[ceil(reads / 4)][rows][4], or 0 where only squares are wanted
 *     squares   the same, or 0
 *     drives    f32[reads][driveStride], the first `rows` of each are used
 */
export function f32_pack_drives(
  packed: usize,
  squares: usize,
  drives: usize,
  driveStride: usize,
  reads: usize,
  rows: usize,
): void {
  assert(((packed | squares) & 15) == 0);
  const stride = driveStride << 2;
  for (let read: usize = 0; read < reads; read += GROUP_READS, drives += GROUP_READS * stride) {
    const present = min(GROUP_READS, reads - read);
    let row: usize = 0;
    if (present == GROUP_READS) {
      for (const fours = rows & ~3; row < fours; row += 4) {
        const t = drives + (row << 2);
        four(packed, squares, t, t + stride, t + 2 * stride, t + 3 * stride);
        if (packed) packed += 64;
        if (squares) squares += 64;
      }
    }
    for (; row < rows; row++) {
      const t = drives + (row << 2);
      let d = f32x4.splat(load<f32>(t));
      d = f32x4.replace_lane(d, 1, present > 1 ? load<f32>(t + stride) : 0);
      d = f32x4.replace_lane(d, 2, present > 2 ? load<f32>(t + 2 * stride) : 0);
      d = f32x4.replace_lane(d, 3, present > 3 ? load<f32>(t + 3 * stride) : 0);
      put(packed, squares, d);
      if (packed) packed += 16;
      if (squares) squares += 16;
    }
  }
}
