import { LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";

// Inputs are bits, so n rows have only 2^n different sums. For a block of 32 rows (one word of each read's plane) the
// sums of a few groups of rows are built once, and each read then costs one indexed add per group instead of 32
// multiplications:
//
//     group of four rows    0000 [ +0 ... ]          64 bytes (16 columns) per subset; bit j of the index = row j
//                           0001 [ row 0 ]
//                           0010 [ row 1 ]
//                           0011 [ row 0 + row 1 ]   each entry is one add to an entry before it
//                           ...
//
//     low tables    rows  4 4 4 4 4 4 4 4      8 KB    cheap to build: for fewer reads (for few, runs.ts)
//     tall tables   rows  6 6 6 7 7           28 KB    five adds instead of eight: for many reads
//
// Levels lie on the grid of the law, where every subset sum is exact in f32: groups of any height, adds in any order
// and tables of any shape give the same bits. So do multiples of its step in i32.
//
// Measured (effective GMAC/s at 512 x 512, one thread, Zen 4, Node 20; a dense product there makes at most 23):
//
//     reads          8    64   128   192   256   512
//     4 x 8         16    46    52    55    57    58    low
//     5 5 5 5 6 6    -    42    57    64    67    72    never far ahead of both others: rejected
//     6 6 6 7 7      6    34    50    58    65    76    tall
//     64 rows a pass (two words), 16 groups of 4 or 12 of 5 and 6 (32 KB): slower, rejected
//
// Order matters to V8: it issues loads where they stand but sinks adds to their use. Written group by group, the 32
// loads of a read all came before the first add and 20 of them were spilled (31 GMAC/s); written column by column,
// each column's store pulls its adds up and nothing is spilled.

/** Bytes of 32 rows' cells, staged behind the tables when they are not used as they lie. */
export const BLOCK_BYTES: usize = 32 * LINE_BYTES;

/** Where staged cells lie: behind the tall tables. */
export const STAGED: usize = 28672;

/** Reads from which the tall tables pay. */
export const MANY_READS: usize = 160;

// Types that stand for the offset of four columns in a line: inside an inlined function only a type is a constant, and
// only a constant becomes the immediate of a load (adding it to the pointer instead cost 10 %).
@unmanaged
export class At0 {}
@unmanaged
export class At4 {
  before: v128;
}
@unmanaged
export class At8 extends At4 {
  before8: v128;
}
@unmanaged
export class AtC extends At8 {
  beforeC: v128;
}

const SUBSETS_4: usize = 16 * LINE_BYTES;

/** The sixteen subset sums of four rows, for four columns. */
@inline
function storeSubsets4<T>(table: usize, rows: usize): void {
  const r0 = v128.load(rows);
  const r1 = v128.load(rows, LINE_BYTES);
  const r2 = v128.load(rows, 2 * LINE_BYTES);
  const r3 = v128.load(rows, 3 * LINE_BYTES);
  const r01 = v128.add<T>(r0, r1);
  const r23 = v128.add<T>(r2, r3);
  v128.store(table, i32x4.splat(0));
  v128.store(table, r0, 1 * LINE_BYTES);
  v128.store(table, r1, 2 * LINE_BYTES);
  v128.store(table, r01, 3 * LINE_BYTES);
  v128.store(table, r2, 4 * LINE_BYTES);
  v128.store(table, v128.add<T>(r0, r2), 5 * LINE_BYTES);
  v128.store(table, v128.add<T>(r1, r2), 6 * LINE_BYTES);
  v128.store(table, v128.add<T>(r01, r2), 7 * LINE_BYTES);
  v128.store(table, r3, 8 * LINE_BYTES);
  v128.store(table, v128.add<T>(r0, r3), 9 * LINE_BYTES);
  v128.store(table, v128.add<T>(r1, r3), 10 * LINE_BYTES);
  v128.store(table, v128.add<T>(r01, r3), 11 * LINE_BYTES);
  v128.store(table, r23, 12 * LINE_BYTES);
  v128.store(table, v128.add<T>(r0, r23), 13 * LINE_BYTES);
  v128.store(table, v128.add<T>(r1, r23), 14 * LINE_BYTES);
  v128.store(table, v128.add<T>(r01, r23), 15 * LINE_BYTES);
}

/** One more row doubles a table: the upper half is the lower half plus that row. */
@inline
function doubleSubsets<T>(table: usize, bytes: usize, row: usize): void {
  const r0 = v128.load(row, Q0);
  const r4 = v128.load(row, Q4);
  const r8 = v128.load(row, Q8);
  const rC = v128.load(row, QC);
  const end = table + bytes;
  for (let from = table, to = end; from < end; from += LINE_BYTES, to += LINE_BYTES) {
    v128.store(to, v128.add<T>(v128.load(from, Q0), r0), Q0);
    v128.store(to, v128.add<T>(v128.load(from, Q4), r4), Q4);
    v128.store(to, v128.add<T>(v128.load(from, Q8), r8), Q8);
    v128.store(to, v128.add<T>(v128.load(from, QC), rC), QC);
  }
}

/**
 * Tables of one block.
 *
 *     tables    low: 8 KB, tall: 28 KB
 *     cells     f32[32][16]; only the first `rows` are looked at, a table without rows gets its empty subset alone
 */
export function buildSubsets<T>(tables: usize, cells: usize, rows: usize, tall: bool): void {
  const end = cells + rows * LINE_BYTES;
  const groups: usize = tall ? 5 : 8;
  for (let group: usize = 0; group < groups; group++) {
    const height: usize = tall ? (group < 3 ? 6 : 7) : 4;
    if (cells < end) {
      for (let column: usize = 0; column < LINE_BYTES; column += 16) storeSubsets4<T>(tables + column, cells + column);
    } else {
      memory.fill(tables, 0, LINE_BYTES);
    }
    cells += 4 * LINE_BYTES;
    let bytes = SUBSETS_4;
    for (let row: usize = 4; row < height; row++) {
      if (cells < end) doubleSubsets<T>(tables, bytes, cells);
      cells += LINE_BYTES;
      bytes <<= 1;
    }
    tables += bytes;
  }
}

/** Bits shift ... shift + height - 1 of a word, times the 64 bytes of an entry. */
@inline
function entry(table: usize, word: u32, shift: u32, height: u32): usize {
  const mask: u32 = ((1 << height) - 1) << 6;
  return table + ((shift < 6 ? word << (6 - shift) : word >>> (shift - 6)) & mask);
}

/** Adds, or subtracts the sums of negative bits. */
@inline
export function join<T>(line: v128, sum: v128, subtract: bool): v128 {
  return subtract ? v128.sub<T>(line, sum) : v128.add<T>(line, sum);
}

@inline
function lowColumn<T, Column>(
  line: usize,
  subtract: bool,
  e0: usize,
  e1: usize,
  e2: usize,
  e3: usize,
  e4: usize,
  e5: usize,
  e6: usize,
  e7: usize,
): void {
  const s01 = v128.add<T>(v128.load(e0, offsetof<Column>()), v128.load(e1, offsetof<Column>() + SUBSETS_4));
  const s23 = v128.add<T>(
    v128.load(e2, offsetof<Column>() + 2 * SUBSETS_4),
    v128.load(e3, offsetof<Column>() + 3 * SUBSETS_4),
  );
  const s45 = v128.add<T>(
    v128.load(e4, offsetof<Column>() + 4 * SUBSETS_4),
    v128.load(e5, offsetof<Column>() + 5 * SUBSETS_4),
  );
  const s67 = v128.add<T>(
    v128.load(e6, offsetof<Column>() + 6 * SUBSETS_4),
    v128.load(e7, offsetof<Column>() + 7 * SUBSETS_4),
  );
  const sum = v128.add<T>(v128.add<T>(s01, s23), v128.add<T>(s45, s67));
  v128.store(line, join<T>(v128.load(line, offsetof<Column>()), sum, subtract), offsetof<Column>());
}

@inline
function addLow<T>(line: usize, word: u32, tables: usize, subtract: bool): void {
  const e0 = entry(tables, word, 0, 4);
  const e1 = entry(tables, word, 4, 4);
  const e2 = entry(tables, word, 8, 4);
  const e3 = entry(tables, word, 12, 4);
  const e4 = entry(tables, word, 16, 4);
  const e5 = entry(tables, word, 20, 4);
  const e6 = entry(tables, word, 24, 4);
  const e7 = entry(tables, word, 28, 4);
  lowColumn<T, At0>(line, subtract, e0, e1, e2, e3, e4, e5, e6, e7);
  lowColumn<T, At4>(line, subtract, e0, e1, e2, e3, e4, e5, e6, e7);
  lowColumn<T, At8>(line, subtract, e0, e1, e2, e3, e4, e5, e6, e7);
  lowColumn<T, AtC>(line, subtract, e0, e1, e2, e3, e4, e5, e6, e7);
}

@inline
function tallColumn<T, Column>(
  line: usize,
  subtract: bool,
  e0: usize,
  e1: usize,
  e2: usize,
  e3: usize,
  e4: usize,
): void {
  const s01 = v128.add<T>(v128.load(e0, offsetof<Column>()), v128.load(e1, offsetof<Column>() + 4096));
  const s23 = v128.add<T>(v128.load(e2, offsetof<Column>() + 8192), v128.load(e3, offsetof<Column>() + 12288));
  const sum = v128.add<T>(v128.add<T>(s01, s23), v128.load(e4, offsetof<Column>() + 20480));
  v128.store(line, join<T>(v128.load(line, offsetof<Column>()), sum, subtract), offsetof<Column>());
}

@inline
function addTall<T>(line: usize, word: u32, tables: usize, subtract: bool): void {
  const e0 = entry(tables, word, 0, 6);
  const e1 = entry(tables, word, 6, 6);
  const e2 = entry(tables, word, 12, 6);
  const e3 = entry(tables, word, 18, 7);
  const e4 = entry(tables, word, 25, 7);
  tallColumn<T, At0>(line, subtract, e0, e1, e2, e3, e4);
  tallColumn<T, At4>(line, subtract, e0, e1, e2, e3, e4);
  tallColumn<T, At8>(line, subtract, e0, e1, e2, e3, e4);
  tallColumn<T, AtC>(line, subtract, e0, e1, e2, e3, e4);
}

/**
 * Adds to (or subtracts from) every read's lines what one block gives it.
 *
 *     lines   f32[reads][16], up to linesEnd
 *     plane   u32[reads]; either  the same: a row counts where one of the two has its bit
 */
@inline
export function addSubsets<T>(
  lines: usize,
  linesEnd: usize,
  plane: usize,
  either: usize,
  tables: usize,
  tall: bool,
  subtract: bool,
): void {
  if (tall) {
    for (; lines < linesEnd; lines += LINE_BYTES, plane += 4) {
      let word = load<u32>(plane);
      if (either) {
        word |= load<u32>(either);
        either += 4;
      }
      addTall<T>(lines, word, tables, subtract);
    }
  } else {
    for (; lines < linesEnd; lines += LINE_BYTES, plane += 4) {
      let word = load<u32>(plane);
      if (either) {
        word |= load<u32>(either);
        either += 4;
      }
      addLow<T>(lines, word, tables, subtract);
    }
  }
}
