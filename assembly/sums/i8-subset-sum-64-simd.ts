import { LANES } from "../layout";
import {
  addBlock,
  BLOCK_BYTES,
  BLOCK_ROWS,
  buildTables,
  clearSums,
  PANELS,
  partColumns,
  partsOf,
  SUM_BYTES,
  TABLES_BYTES,
} from "./byte-tables";

/** Where 32 rows of a panel lie: as they are, or filled up with zeros. */
@inline
function wholeBlock(staged: usize, cells: usize, rows: usize): usize {
  if (rows >= BLOCK_ROWS) return cells;
  memory.copy(staged, cells, rows * LANES);
  memory.fill(staged + rows * LANES, 0, (BLOCK_ROWS - rows) * LANES);
  return staged;
}

@inline
function addPlane(
  sums: usize,
  end: usize,
  plane: usize,
  tables: usize,
  panels: usize,
  parts: i32,
  subtract: bool,
): void {
  if (panels == 1) {
    if (parts == 1) addBlock(sums, end, plane, tables, 1, 1, subtract);
    else if (parts == 2) addBlock(sums, end, plane, tables, 1, 2, subtract);
    else addBlock(sums, end, plane, tables, 1, 6, subtract);
  } else {
    if (parts == 1) addBlock(sums, end, plane, tables, PANELS, 1, subtract);
    else if (parts == 2) addBlock(sums, end, plane, tables, PANELS, 2, subtract);
    else addBlock(sums, end, plane, tables, PANELS, 6, subtract);
  }
}

/**
 * Column sums of one or four panels of small whole levels for many reads of bits: the exact integers.
 *
 *     sums[c][l] = sum over rows r of (positive bit - negative bit)(c, r) * cells(r, l)
 *
 *     sums       i16[reads][panels][16], overwritten
 *     positive   u32[ceil(rows / 32)][reads]; negative the same, or 0. Bits past `rows` are 0.
 *     cells      i8[panels][rowsPadded][16]: whole levels, rows padded to a multiple of 8 with 0
 *     panels     1 or 4; one alone costs 1.5 times its share of four
 *     levels     the largest |level|, at most 18, and rows * levels at most 32767
 *     tables     scratch, 16896 bytes
 */
export function i8_subset_sum_64__simd(
  sums: usize,
  reads: usize,
  positive: usize,
  negative: usize,
  cells: usize,
  panels: usize,
  rows: usize,
  levels: u32,
  tables: usize,
): void {
  assert((panels == 1 || panels == PANELS) && levels <= 18 && rows * levels <= 32767);
  assert(((sums | cells | tables) & 15) == 0);
  const parts = partsOf(levels);
  const planeBytes = reads << 2;
  const rowsPadded = (rows + 7) & ~7;
  const panelBytes = rowsPadded * LANES;
  const end = sums + reads * panels * SUM_BYTES;
  clearSums(sums, end, negative ? 0 : (rows + 31) >>> 5, parts);
  for (let row: usize = 0; row < rowsPadded; row += BLOCK_ROWS, cells += BLOCK_BYTES) {
    for (let panel: usize = 0; panel < panels; panel++) {
      const block = wholeBlock(tables + TABLES_BYTES, cells + panel * panelBytes, rowsPadded - row);
      buildTables(tables + panel * LANES, block, parts);
    }
    addPlane(sums, end, positive, tables, panels, parts, false);
    if (negative) addPlane(sums, end, negative, tables, panels, parts, true);
    positive += planeBytes;
    if (negative) negative += planeBytes;
  }
  partColumns(sums, end);
}
