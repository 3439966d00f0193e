// Sizes every kernel agrees on.
//
//   panel    16 columns of a cell array, row after row; a row is one cache line
//
//             c0 c1 c2 c3 | c4 c5 c6 c7 | c8 c9 cA cB | cC cD cE cF
//     r = 0   [  v128 at 0 ,  at 16     ,   at 32     ,   at 48    ]   64 bytes, 16-byte aligned
//     r = 1   [                                                    ]
//     ...     rows are padded to a multiple of 8, columns to 16; the padding holds +0
//
//   lines    the same 64 bytes per read:  lines[c][16] f32
//   acc      f64[vector][16], 128 bytes
//   packed   drives of four reads side by side: f32[ceil(reads / 4)][rows][4], reads that are not there drive +0
//   planes   u32[ceil(rows / 32)][reads]: bit r of word g drives row 32 g + r

/** Columns of one panel. */
export const LANES: usize = 16;

/** Bytes of one row of a panel, and of one read's lines. */
export const LINE_BYTES: usize = 64;

/** Bytes of one vector's accumulators. */
export const ACC_BYTES: usize = 128;

// Offsets of the four vectors of a line: Q4 holds columns 4..7.
export const Q0: usize = 0;
export const Q4: usize = 16;
export const Q8: usize = 32;
export const QC: usize = 48;

/** Reads whose drives lie side by side in packed drives, and the bytes of one row of theirs. */
export const GROUP_READS: usize = 4;
export const GROUP_BYTES: usize = 16;
