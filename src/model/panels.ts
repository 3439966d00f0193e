/** Columns of one panel: what the kernels sum at a time. */
export const PANEL_COLUMNS = 16;

/** Bytes of one cell in every form that panels come in. */
export const CELL_BYTES = { f32: 4, i16: 2, i8: 1 } as const;

/** How a layer keeps its cells: levels as they are, as multiples of their grid's step, or whole levels in a byte each. */
export type CellFormat = keyof typeof CELL_BYTES;

/** Where the cells of one slice of one tile lie; 0 where there are none. */
export interface SliceCells {
  /** Panels of the plus side, of single devices, or of a pair's difference. */
  readonly plus: number;
  readonly minus: number;
  /** One panel whose first column is the unit column. */
  readonly unit: number;
}

/** Read-noise variances of devices that each have their own, f32 panels like the cells', and the grid they lie on. */
export interface SliceVariances extends SliceCells {
  step: number;
  top: number;
}

export function paddedRows(rows: number): number {
  return (rows + 7) & ~7;
}

export function panelBytes(rows: number, format: CellFormat = "f32"): number {
  return paddedRows(rows) * PANEL_COLUMNS * CELL_BYTES[format];
}

export function panelCount(columns: number): number {
  return Math.ceil(columns / PANEL_COLUMNS);
}
