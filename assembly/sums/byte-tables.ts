import { LANES } from "../layout";
import { At0, At4, At8, AtC } from "./subsets";

// Subset tables of bytes. Sixteen columns of i8 are one vector, so an entry of 64 bytes holds four panels, and what an
// index costs (a shift, a mask, an add) is shared by 64 columns:
//
//     heights   rows  5 5 6 | 5 5 6              one word of each read's plane
//     tables    32 32 64 32 32 64 entries        16 KB
//     entry     [ panel 0 | panel 1 | panel 2 | panel 3 ]
//
// Sums are kept as eight pairs of columns, even and odd, in i16 and modulo 2^16:
//
//     line      [ even + 256 odd ][ odd ]        32 bytes a panel: what the entries are as pairs, and their upper bytes
//
// Entries are biased by 128, so that no byte is negative and a byte's upper neighbour is what lies above it: widening
// costs one shift per vector instead of three sign extensions. What the biases add up to is taken off beforehand.
//
// Measured (GMAC/s at 512 x 512 and 512 reads, levels up to 3, in turns in one process; Zen 4, Node 20):
//
//     one panel, tables 6 6 6 7 7, sign extensions, lines of 64 bytes        162
//     one panel, this form                                                  162
//     two panels                                                            206    6 6 6 7 7: 227, but 117 for 64 reads
//     two panels, two words a pass, so that lines are loaded half as often  209    (139 for 64 reads, as without)
//     four panels                                                           251
//     four panels, indices worked out once for all panels (24 bytes a word) 260    not worth 200 KB of scratch
//
// Shuffles as tables (sixteen reads look up one column in a register) come to 46 operations per 512 multiplications
// where this takes 24: V8 saturates every index of a swizzle. Not tried.

/** Rows of one block: a word of the planes. */
export const BLOCK_ROWS: usize = 32;

/** Bytes of one panel's rows of a block. */
export const BLOCK_BYTES: usize = BLOCK_ROWS * LANES;

/** Panels that share tables. */
export const PANELS: usize = 4;

/** Bytes of the tables of up to four panels. */
export const TABLES_BYTES: usize = 16384;

/** Bytes of one panel's sums of one read. */
export const SUM_BYTES: usize = 32;

const ENTRY: usize = 64;
const BIAS: i8 = -128;
const TABLE_1: usize = 32 * ENTRY;
const TABLE_2: usize = 64 * ENTRY;
const TABLE_3: usize = 128 * ENTRY;
const TABLE_4: usize = 160 * ENTRY;
const TABLE_5: usize = 192 * ENTRY;

/** Groups of rows whose sums stay within a byte are added up as bytes: all six, three and three, or none. */
@inline
export function partsOf(levels: u32): i32 {
  return levels <= 3 ? 1 : levels <= 7 ? 2 : 6;
}

@inline
function storeFour(at: usize, s0: v128, s1: v128, s2: v128, s3: v128, x: v128): void {
  v128.store(at, i8x16.add(s0, x), 0);
  v128.store(at, i8x16.add(s1, x), ENTRY);
  v128.store(at, i8x16.add(s2, x), 2 * ENTRY);
  v128.store(at, i8x16.add(s3, x), 3 * ENTRY);
}

/** The 32 sums of five rows. */
function storeSubsets5(table: usize, rows: usize, bias: i8): void {
  const r2 = v128.load(rows, 2 * LANES);
  const r3 = v128.load(rows, 3 * LANES);
  const r4 = v128.load(rows, 4 * LANES);
  const s0 = i8x16.splat(bias);
  const s1 = i8x16.add(s0, v128.load(rows));
  const s2 = i8x16.add(s0, v128.load(rows, LANES));
  const s3 = i8x16.add(s1, v128.load(rows, LANES));
  const r23 = i8x16.add(r2, r3);
  storeFour(table, s0, s1, s2, s3, i8x16.splat(0));
  storeFour(table + 4 * ENTRY, s0, s1, s2, s3, r2);
  storeFour(table + 8 * ENTRY, s0, s1, s2, s3, r3);
  storeFour(table + 12 * ENTRY, s0, s1, s2, s3, r23);
  storeFour(table + 16 * ENTRY, s0, s1, s2, s3, r4);
  storeFour(table + 20 * ENTRY, s0, s1, s2, s3, i8x16.add(r2, r4));
  storeFour(table + 24 * ENTRY, s0, s1, s2, s3, i8x16.add(r3, r4));
  storeFour(table + 28 * ENTRY, s0, s1, s2, s3, i8x16.add(r23, r4));
}

/** One more row doubles a table of 32: the upper half is the lower half plus that row. */
function doubleSubsets5(table: usize, row: usize): void {
  const x = v128.load(row);
  for (const end = table + TABLE_1; table < end; table += 4 * ENTRY) {
    v128.store(table, i8x16.add(v128.load(table), x), TABLE_1);
    v128.store(table, i8x16.add(v128.load(table, ENTRY), x), TABLE_1 + ENTRY);
    v128.store(table, i8x16.add(v128.load(table, 2 * ENTRY), x), TABLE_1 + 2 * ENTRY);
    v128.store(table, i8x16.add(v128.load(table, 3 * ENTRY), x), TABLE_1 + 3 * ENTRY);
  }
}

/** The column of tables that belongs to one panel; `cells` are 32 rows of it. */
export function buildTables(tables: usize, cells: usize, parts: i32): void {
  for (let half = 0; half < 2; half++) {
    storeSubsets5(tables, cells, parts > half ? BIAS : 0);
    storeSubsets5(tables + TABLE_1, cells + 5 * LANES, parts > 2 ? BIAS : 0);
    storeSubsets5(tables + TABLE_2, cells + 10 * LANES, parts > 2 ? BIAS : 0);
    doubleSubsets5(tables + TABLE_2, cells + 15 * LANES);
    tables += TABLE_3;
    cells += 16 * LANES;
  }
}

@inline
function join(line: v128, sum: v128, subtract: bool): v128 {
  return subtract ? i16x8.sub(line, sum) : i16x8.add(line, sum);
}

/** Upper bytes of eight pairs. */
@inline
function upper(x: v128): v128 {
  return i16x8.shr_u(x, 8);
}

@inline
function addPanel<Panel>(
  line: usize,
  subtract: bool,
  parts: i32,
  e0: usize,
  e1: usize,
  e2: usize,
  e3: usize,
  e4: usize,
  e5: usize,
): void {
  const t0 = v128.load(e0, offsetof<Panel>());
  const t1 = v128.load(e1, offsetof<Panel>() + TABLE_1);
  const t2 = v128.load(e2, offsetof<Panel>() + TABLE_2);
  const t3 = v128.load(e3, offsetof<Panel>() + TABLE_3);
  const t4 = v128.load(e4, offsetof<Panel>() + TABLE_4);
  const t5 = v128.load(e5, offsetof<Panel>() + TABLE_5);
  let pairs: v128;
  let odd: v128;
  if (parts == 1) {
    pairs = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), i8x16.add(t4, t5));
    odd = upper(pairs);
  } else if (parts == 2) {
    const first = i8x16.add(i8x16.add(t0, t1), t2);
    const second = i8x16.add(i8x16.add(t3, t4), t5);
    pairs = i16x8.add(first, second);
    odd = i16x8.add(upper(first), upper(second));
  } else {
    pairs = i16x8.add(i16x8.add(i16x8.add(t0, t1), i16x8.add(t2, t3)), i16x8.add(t4, t5));
    const low = i16x8.add(i16x8.add(upper(t0), upper(t1)), upper(t2));
    odd = i16x8.add(low, i16x8.add(i16x8.add(upper(t3), upper(t4)), upper(t5)));
  }
  v128.store(line, join(v128.load(line, 2 * offsetof<Panel>()), pairs, subtract), 2 * offsetof<Panel>());
  v128.store(line, join(v128.load(line, 2 * offsetof<Panel>() + 16), odd, subtract), 2 * offsetof<Panel>() + 16);
}

/** What one block gives every read: `plane` u32[reads], `sums` [reads][panels]. */
@inline
export function addBlock(
  sums: usize,
  end: usize,
  plane: usize,
  tables: usize,
  panels: usize,
  parts: i32,
  subtract: bool,
): void {
  for (; sums < end; sums += panels * SUM_BYTES, plane += 4) {
    const word = load<u32>(plane);
    const e0 = tables + ((word << 6) & 0x7c0);
    const e1 = tables + ((word << 1) & 0x7c0);
    const e2 = tables + ((word >>> 4) & 0xfc0);
    const e3 = tables + ((word >>> 10) & 0x7c0);
    const e4 = tables + ((word >>> 15) & 0x7c0);
    const e5 = tables + ((word >>> 20) & 0xfc0);
    addPanel<At0>(sums, subtract, parts, e0, e1, e2, e3, e4, e5);
    if (panels == 1) continue;
    addPanel<At4>(sums, subtract, parts, e0, e1, e2, e3, e4, e5);
    addPanel<At8>(sums, subtract, parts, e0, e1, e2, e3, e4, e5);
    addPanel<AtC>(sums, subtract, parts, e0, e1, e2, e3, e4, e5);
  }
}

/** Sums of no rows, less what the biases of `words` blocks will add. */
export function clearSums(sums: usize, end: usize, words: usize, parts: i32): void {
  const bias = -(128 * <i32>words * parts);
  const odd = i16x8.splat(<i16>bias);
  const pairs = i16x8.splat(<i16>(257 * bias));
  for (; sums < end; sums += SUM_BYTES) {
    v128.store(sums, pairs);
    v128.store(sums, odd, 16);
  }
}

/** Pairs of columns back into columns, i16[16]. */
export function partColumns(sums: usize, end: usize): void {
  for (; sums < end; sums += SUM_BYTES) {
    const odd = v128.load(sums, 16);
    const even = i16x8.sub(v128.load(sums), i16x8.shl(odd, 8));
    v128.store(sums, v128.shuffle<i16>(even, odd, 0, 8, 1, 9, 2, 10, 3, 11));
    v128.store(sums, v128.shuffle<i16>(even, odd, 4, 12, 5, 13, 6, 14, 7, 15), 16);
  }
}
