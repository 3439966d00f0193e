import { LANES, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";
import { DRIVE_GROUP, GROUP_READS } from "../inputs/i16-pack-drives";

// Whole drives times whole levels: two rows at a time in i16, summed in i32.
//
//     cells      i16 pairs   [ c0r0 c0r1 | c1r0 c1r1 | ... | cFr0 cFr1 ]     64 bytes per two rows, staged from bytes
//     drives     i16 pairs   [ v0r0 v0r1 | v1r0 v1r1 | v2r0 v2r1 | v3r0 v3r1 ]  of four reads, 16 bytes per two rows
//
// One dot product multiplies eight and adds four of them; 4 reads x 8 columns take 8 products, 8 additions and 6 loads
// per two rows: 35 GMAC/s from 64 reads on (Zen 4, Node 20; two products a cycle would be 45). Staging the drives again
// for every panel made 28. Rejected, because V8 issues all loads of a basic block before the first product and then
// spills sums: four rows a turn 28, or 35 with a branch in between; one load of the drives and four shuffles 33.
//
// Tables the other way round (what two rows' drives of 32 reads come to for any two levels up to 3; cells are indices)
// make 41 to 47 of the sums alone and leave them transposed, in i16 that 42 rows fill: not worth it.

/** Rows whose staged cells (16 KB) stay in the first-level cache beside four reads' drives. */
const CHUNK_ROWS: usize = 512;
const PAIR_BYTES: usize = LINE_BYTES;

/** The cells of a chunk, in pairs of rows. */
function stageCells(staged: usize, cells: usize, rows: usize): void {
  for (const end = cells + rows * LANES; cells < end; cells += 2 * LANES, staged += PAIR_BYTES) {
    const first = v128.load(cells);
    const second = v128.load(cells, LANES);
    const low = i8x16.shuffle(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const high = i8x16.shuffle(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    v128.store(staged, i16x8.extend_low_i8x16_s(low), Q0);
    v128.store(staged, i16x8.extend_high_i8x16_s(low), Q4);
    v128.store(staged, i16x8.extend_low_i8x16_s(high), Q8);
    v128.store(staged, i16x8.extend_high_i8x16_s(high), QC);
  }
}

@inline
function join(sum: v128, drive: v128, cells: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(drive, cells));
}

/** Four reads times eight columns of a chunk; `rows` is even. */
@inline
function sum4x8(lines: usize, drives: usize, cells: usize, rows: usize): void {
  let a00 = v128.load(lines, Q0);
  let a04 = v128.load(lines, Q4);
  let a10 = v128.load(lines, Q0 + 1 * LINE_BYTES);
  let a14 = v128.load(lines, Q4 + 1 * LINE_BYTES);
  let a20 = v128.load(lines, Q0 + 2 * LINE_BYTES);
  let a24 = v128.load(lines, Q4 + 2 * LINE_BYTES);
  let a30 = v128.load(lines, Q0 + 3 * LINE_BYTES);
  let a34 = v128.load(lines, Q4 + 3 * LINE_BYTES);
  for (const end = drives + (rows >>> 1) * DRIVE_GROUP; drives < end; drives += DRIVE_GROUP, cells += PAIR_BYTES) {
    const x0 = v128.load(cells, Q0);
    const x4 = v128.load(cells, Q4);
    const d0 = v128.load32_splat(drives, 0);
    const d1 = v128.load32_splat(drives, 4);
    const d2 = v128.load32_splat(drives, 8);
    const d3 = v128.load32_splat(drives, 12);
    a00 = join(a00, d0, x0);
    a04 = join(a04, d0, x4);
    a10 = join(a10, d1, x0);
    a14 = join(a14, d1, x4);
    a20 = join(a20, d2, x0);
    a24 = join(a24, d2, x4);
    a30 = join(a30, d3, x0);
    a34 = join(a34, d3, x4);
  }
  v128.store(lines, a00, Q0);
  v128.store(lines, a04, Q4);
  v128.store(lines, a10, Q0 + 1 * LINE_BYTES);
  v128.store(lines, a14, Q4 + 1 * LINE_BYTES);
  v128.store(lines, a20, Q0 + 2 * LINE_BYTES);
  v128.store(lines, a24, Q4 + 2 * LINE_BYTES);
  v128.store(lines, a30, Q0 + 3 * LINE_BYTES);
  v128.store(lines, a34, Q4 + 3 * LINE_BYTES);
}

@inline
function sum1x16(line: usize, drives: usize, cells: usize, rows: usize): void {
  let acc0 = v128.load(line, Q0);
  let acc4 = v128.load(line, Q4);
  let acc8 = v128.load(line, Q8);
  let accC = v128.load(line, QC);
  for (const end = drives + (rows >>> 1) * DRIVE_GROUP; drives < end; drives += DRIVE_GROUP, cells += PAIR_BYTES) {
    const drive = v128.load32_splat(drives);
    acc0 = join(acc0, drive, v128.load(cells, Q0));
    acc4 = join(acc4, drive, v128.load(cells, Q4));
    acc8 = join(acc8, drive, v128.load(cells, Q8));
    accC = join(accC, drive, v128.load(cells, QC));
  }
  v128.store(line, acc0, Q0);
  v128.store(line, acc4, Q4);
  v128.store(line, acc8, Q8);
  v128.store(line, accC, QC);
}

/**
 * Column sums of one panel over whole drives and whole levels: the exact integer, rounded once to f32.
 *
 *     lines[c][l] = sum over rows r of t(c, r) * cells(r, l)
 *
 *     lines     f32[reads][16], overwritten
 *     drives    of i16_pack_drives for these reads, within +-32767
 *     cells     i8[rowsPadded][16]: one panel of whole levels, rows padded to a multiple of 8 with 0;
 *               rows * |level| * |t| < 2^31
 *     tables    scratch, 16384 bytes
 */
export function i32_mvm_16__simd(
  lines: usize,
  reads: usize,
  drives: usize,
  cells: usize,
  rows: usize,
  tables: usize,
): void {
  assert(((lines | cells | drives | tables) & 15) == 0);
  const rowsPadded = (rows + 7) & ~7;
  const groupBytes = (rowsPadded >>> 1) * DRIVE_GROUP;
  const linesEnd = lines + reads * LINE_BYTES;
  const foursEnd = lines + (reads & ~3) * LINE_BYTES;
  memory.fill(lines, 0, reads * LINE_BYTES);
  for (let row: usize = 0; row < rowsPadded; row += CHUNK_ROWS) {
    const count = min(CHUNK_ROWS, rowsPadded - row);
    stageCells(tables, cells, count);
    cells += CHUNK_ROWS * LANES;
    let line = lines;
    let from = drives + (row >>> 1) * DRIVE_GROUP;
    for (; line < foursEnd; line += GROUP_READS * LINE_BYTES, from += groupBytes) {
      sum4x8(line, from, tables, count);
      sum4x8(line + Q8, from, tables + Q8, count);
    }
    for (; line < linesEnd; line += LINE_BYTES, from += 4) sum1x16(line, from, tables, count);
  }
  for (; lines < linesEnd; lines += 16) v128.store(lines, f32x4.convert_i32x4_s(v128.load(lines)));
}
