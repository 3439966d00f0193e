// Inputs are bits, so four rows have only sixteen different sums. For a block of 32 rows (one word of each read's
// plane) the sums of its eight groups are built once, and each read then costs eight indexed adds instead of 32
// multiplications:
//
//     tables   8 groups x 16 subsets x 16 columns = 8 KB, they stay in L1
//
//       group 0   0000 [ +0 ... ]          64 bytes per subset; bit j of the index = row 4 group + j
//                 0001 [ row 0 ]
//                 0010 [ row 1 ]
//                 0011 [ row 0 + row 1 ]   each entry is one add to an entry before it
//                 ...
//       group 1   at 1024 ...
//
// Levels lie on the grid of the law (every subset sum is exact in f32), so the order of the adds does not matter.

/** Bytes of one group's table. */
export const GROUP: usize = 1024;
const MASK: u32 = 0x3c0; // a nibble, times 64

/** The sixteen subset sums of four rows, for four columns. */
@inline
export function storeSubsets(table: usize, r0: v128, r1: v128, r2: v128, r3: v128): void {
  const r01 = f32x4.add(r0, r1);
  const r23 = f32x4.add(r2, r3);
  v128.store(table, f32x4.splat(0), 0);
  v128.store(table, r0, 1 << 6);
  v128.store(table, r1, 2 << 6);
  v128.store(table, r01, 3 << 6);
  v128.store(table, r2, 4 << 6);
  v128.store(table, f32x4.add(r0, r2), 5 << 6);
  v128.store(table, f32x4.add(r1, r2), 6 << 6);
  v128.store(table, f32x4.add(r01, r2), 7 << 6);
  v128.store(table, r3, 8 << 6);
  v128.store(table, f32x4.add(r0, r3), 9 << 6);
  v128.store(table, f32x4.add(r1, r3), 10 << 6);
  v128.store(table, f32x4.add(r01, r3), 11 << 6);
  v128.store(table, r23, 12 << 6);
  v128.store(table, f32x4.add(r0, r23), 13 << 6);
  v128.store(table, f32x4.add(r1, r23), 14 << 6);
  v128.store(table, f32x4.add(r01, r23), 15 << 6);
}

/** Where the four bits of `word` from `shift` on point. */
@inline
export function entry(tables: usize, word: u32, shift: usize): usize {
  return tables + (((word >>> <u32>shift) << 6) & MASK);
}
