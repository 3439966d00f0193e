import type { Machine } from "../engine/machine.js";
import type { ErrorsInPlace } from "./devices/errors-in-place.js";
import type { LevelGrid } from "./grid.js";
import { paddedRows, type SliceCells } from "./panels.js";
import type { SharedTargets } from "./target.js";
import type { TilePlan } from "./plan.js";

/** Cells of one side on their way from weights to panels: both sides stay in the second-level cache. */
const CELLS_AT_ONCE = 1 << 14;
const SLACK_BYTES = 64;

/** What programming one slice of one tile takes where nothing has to be remembered of it. */
export interface RowProgramming {
  readonly targets: SharedTargets;
  /** Of plus and minus; null: devices do as they are told. */
  readonly errors: readonly (ErrorsInPlace | null)[];
  readonly grid: LevelGrid;
}

/**
 * Programs some rows after the other straight into their panels: targets, errors, grid, difference.
 *
 * The same bits as side by side over whole arrays. Those cost more than the arithmetic: of 512 x 512 pairs six fresh
 * arrays of a megabyte, at half a millisecond each.
 */
export function programRows(
  machine: Machine,
  tile: TilePlan,
  { targets, errors, grid }: RowProgramming,
  cells: SliceCells,
): void {
  const [total, columns] = [tile.rows.size, tile.columns.size];
  const rowsAtOnce = Math.max(16, Math.floor(CELLS_AT_ONCE / columns) & ~15);
  const sideBytes = ((4 * Math.min(rowsAtOnce, total) * columns + 15) & ~15) + SLACK_BYTES;
  const errorBytes = errors.map((e) => ((e?.bytes ?? 0) + 15) & ~15);
  const plus = machine.arena.scratch(2 * sideBytes + errorBytes.reduce((sum, b) => sum + b, 0) + targets.bytes);
  const minus = plus + sideBytes;
  let at = minus + sideBytes;
  errors.forEach((e, side) => {
    e?.settle(at);
    at += errorBytes[side] as number;
  });
  targets.settle(at);
  const { kernels } = machine;
  for (let first = 0; first < total; first += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, total - first);
    const count = rows * columns;
    targets.write(plus, minus, first, rows);
    for (let side = 0; side < targets.sides; side++) {
      const levels = side === 0 ? plus : minus;
      errors[side]?.program(levels, first * columns, count);
      if (grid.step !== 0) kernels.f32_snap(levels, count, 1 / grid.step, grid.step, grid.limit);
    }
    const place = [first, rows, columns, total, paddedRows(total), grid.limit] as const;
    const differ = targets.sides === 2 && cells.minus === 0;
    kernels.f32_pack_rows(cells.plus, plus, differ ? minus : 0, ...place);
    if (cells.minus !== 0) kernels.f32_pack_rows(cells.minus, minus, 0, ...place);
  }
}
