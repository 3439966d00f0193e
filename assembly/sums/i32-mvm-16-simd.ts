import { LANES, LINE_BYTES, Q0, Q4, Q8, QC } from "../layout";

// Whole drives times whole levels: two rows at a time in i16, summed in i32.
//
//     cells      i16 pairs   [ c0r0 c0r1 | c1r0 c1r1 | ... | cFr0 cFr1 ]     64 bytes per two rows
//     drives     i16 pairs   [ r0 r1 | r2 r3 | ... ]  of four reads, 256 bytes each
//
// One dot product multiplies eight and adds four of them; 4 reads x 8 columns as in f32-mvm-16-simd.ts. 27 GMAC/s from
// 64 reads on where f32 makes 16; one read pays for staging the cells (3 to 12).

const CHUNK_ROWS: usize = 128;
const CELLS_BYTES: usize = (CHUNK_ROWS / 2) * LINE_BYTES;
const DRIVE_BYTES: usize = CHUNK_ROWS * 2;
/** Added to a small whole f32, it leaves the number's two's complement in the low bits. */
const MAGIC: f32 = 12582912;

@inline
function lowHalves(x: v128): v128 {
  return v128.and(f32x4.add(x, f32x4.splat(MAGIC)), i32x4.splat(0xffff));
}

/** The cells of a chunk, in pairs of rows; a panel's padding makes the rows even. */
function stageCells(staged: usize, cells: usize, rows: usize): void {
  for (let row: usize = 0; row < rows; row += 2, staged += LINE_BYTES, cells += 2 * LANES) {
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

/** One read's drives of a chunk, in pairs; an odd last row is paired with 0. */
@inline
function stageDrives(staged: usize, drives: usize, rows: usize): void {
  const end = drives + (rows << 2);
  for (const fullEnd = drives + ((rows & ~7) << 2); drives < fullEnd; drives += 32, staged += 16) {
    const low = lowHalves(v128.load(drives));
    const high = lowHalves(v128.load(drives, 16));
    v128.store(staged, i16x8.narrow_i32x4_u(low, high));
  }
  for (; drives < end; drives += 4, staged += 2) store<i16>(staged, <i16>load<f32>(drives));
  if (rows & 1) store<i16>(staged, 0);
}

@inline
function sum4x8(lines: usize, drives: usize, cells: usize, pairs: usize): void {
  let a00 = v128.load(lines, Q0);
  let a04 = v128.load(lines, Q4);
  let a10 = v128.load(lines, Q0 + 1 * LINE_BYTES);
  let a14 = v128.load(lines, Q4 + 1 * LINE_BYTES);
  let a20 = v128.load(lines, Q0 + 2 * LINE_BYTES);
  let a24 = v128.load(lines, Q4 + 2 * LINE_BYTES);
  let a30 = v128.load(lines, Q0 + 3 * LINE_BYTES);
  let a34 = v128.load(lines, Q4 + 3 * LINE_BYTES);
  for (const end = drives + (pairs << 2); drives < end; drives += 4, cells += LINE_BYTES) {
    const x0 = v128.load(cells, Q0);
    const x4 = v128.load(cells, Q4);
    const d0 = v128.load32_splat(drives);
    const d1 = v128.load32_splat(drives, 1 * DRIVE_BYTES);
    const d2 = v128.load32_splat(drives, 2 * DRIVE_BYTES);
    const d3 = v128.load32_splat(drives, 3 * DRIVE_BYTES);
    a00 = i32x4.add(a00, i32x4.dot_i16x8_s(d0, x0));
    a04 = i32x4.add(a04, i32x4.dot_i16x8_s(d0, x4));
    a10 = i32x4.add(a10, i32x4.dot_i16x8_s(d1, x0));
    a14 = i32x4.add(a14, i32x4.dot_i16x8_s(d1, x4));
    a20 = i32x4.add(a20, i32x4.dot_i16x8_s(d2, x0));
    a24 = i32x4.add(a24, i32x4.dot_i16x8_s(d2, x4));
    a30 = i32x4.add(a30, i32x4.dot_i16x8_s(d3, x0));
    a34 = i32x4.add(a34, i32x4.dot_i16x8_s(d3, x4));
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
function sum1x16(line: usize, drives: usize, cells: usize, pairs: usize): void {
  let acc0 = v128.load(line, Q0);
  let acc4 = v128.load(line, Q4);
  let acc8 = v128.load(line, Q8);
  let accC = v128.load(line, QC);
  for (const end = drives + (pairs << 2); drives < end; drives += 4, cells += LINE_BYTES) {
    const drive = v128.load32_splat(drives);
    acc0 = i32x4.add(acc0, i32x4.dot_i16x8_s(drive, v128.load(cells, Q0)));
    acc4 = i32x4.add(acc4, i32x4.dot_i16x8_s(drive, v128.load(cells, Q4)));
    acc8 = i32x4.add(acc8, i32x4.dot_i16x8_s(drive, v128.load(cells, Q8)));
    accC = i32x4.add(accC, i32x4.dot_i16x8_s(drive, v128.load(cells, QC)));
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
 *     drives    f32[reads][driveStride] of whole numbers within +-32767, the first `rows` of each are used
 *     cells     i8[rowsPadded][16]: one panel of whole levels, rows padded to a multiple of 8 with 0;
 *               rows * |level| * |t| < 2^31
 *     tables    scratch, 5120 bytes
 */
export function i32_mvm_16__simd(
  lines: usize,
  reads: usize,
  drives: usize,
  driveStride: usize,
  cells: usize,
  rows: usize,
  tables: usize,
): void {
  assert(((lines | cells | tables) & 15) == 0);
  const stride = driveStride << 2;
  const staged = tables + CELLS_BYTES;
  const linesEnd = lines + reads * LINE_BYTES;
  const foursEnd = lines + (reads & ~3) * LINE_BYTES;
  memory.fill(lines, 0, reads * LINE_BYTES);
  for (let row: usize = 0; row < rows; row += CHUNK_ROWS) {
    const count = min(CHUNK_ROWS, rows - row);
    const pairs = (count + 1) >>> 1;
    stageCells(tables, cells, count);
    cells += CHUNK_ROWS * LANES;
    let line = lines;
    let from = drives + (row << 2);
    for (; line < foursEnd; line += 4 * LINE_BYTES) {
      for (let read: usize = 0; read < 4; read++, from += stride) {
        stageDrives(staged + read * DRIVE_BYTES, from, count);
      }
      sum4x8(line, staged, tables, pairs);
      sum4x8(line + Q8, staged, tables + Q8, pairs);
    }
    for (; line < linesEnd; line += LINE_BYTES, from += stride) {
      stageDrives(staged, from, count);
      sum1x16(line, staged, tables, pairs);
    }
  }
  for (; lines < linesEnd; lines += 16) v128.store(lines, f32x4.convert_i32x4_s(v128.load(lines)));
}
