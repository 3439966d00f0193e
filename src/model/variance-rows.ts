import type { Machine } from "../engine/machine.js";
import type { ReadDeviations } from "./devices/variance.js";
import { varianceGrid } from "./grid.js";
import { PANEL_COLUMNS, paddedRows, panelBytes, panelCount, type SliceVariances } from "./panels.js";
import type { TilePlan } from "./plan.js";

const FIELD = ["plus", "minus", "unit"] as const;
/** Devices of one side taken together: they stay in the second-level cache. */
const CELLS_AT_ONCE = 1 << 14;
/** Kernels that pack read whole rows of sixteen columns. */
const SLACK_BYTES = PANEL_COLUMNS * 4;

/** One side of a slice in host memory. */
export interface SideReads {
  readonly levels: Float32Array;
  readonly programmed: Float32Array;
  readonly deviations: ReadDeviations;
}

/** Packs deviations of some rows of one side as they are; when all are there, `varianceGridOf` makes variances of them. */
export function packDeviations(
  machine: Machine,
  tile: TilePlan,
  at: SliceVariances,
  side: number,
  deviations: number,
  first: number,
  rows: number,
): void {
  const total = tile.rows.size;
  const columns = columnsOf(tile, side);
  const panels = at[FIELD[side] as "plus"];
  machine.kernels.f32_pack_rows(panels, deviations, 0, first, rows, columns, total, paddedRows(total), 0);
}

/**
 * Deviations in the panels become variances on their grid, in place.
 *
 * The grid follows the noisiest device of the array, so that sums stay exact whatever the law's own bound is.
 *
 * @param gridded  whether there is a grid
 */
export function finishVariances(
  machine: Machine,
  tile: TilePlan,
  at: SliceVariances,
  sides: readonly number[],
  gridded: boolean,
): void {
  const { kernels } = machine;
  const panels = sides.map((side) => {
    const bytes = panelCount(columnsOf(tile, side)) * panelBytes(tile.rows.size);
    return { panel: at[FIELD[side] as "plus"], cells: bytes / 4 };
  });
  const most = gridded ? panels.reduce((m, { panel, cells }) => Math.max(m, kernels.f32_greatest(panel, cells)), 0) : 0;
  const grid = most === 0 ? { step: 0, top: Infinity } : varianceGrid(most * most, tile.rows, tile.columns);
  const inverse = grid.step === 0 ? 0 : 1 / grid.step;
  for (const { panel, cells } of panels) kernels.f32_cell_variance(panel, panel, cells, inverse, grid.step, grid.top);
  Object.assign(at, grid);
}

/** Variances of one slice's devices from levels in host memory, one entry per side; null where there is none. */
export function storeVariances(
  machine: Machine,
  tile: TilePlan,
  sides: readonly (SideReads | null)[],
  at: SliceVariances,
  gridded: boolean,
): void {
  const total = tile.rows.size;
  sides.forEach((reads, side) => {
    if (reads === null) return;
    const columns = columnsOf(tile, side);
    const rowsAtOnce = Math.min(total, Math.max(16, Math.floor(CELLS_AT_ONCE / columns)));
    const bytes = ((4 * rowsAtOnce * columns + 15) & ~15) + SLACK_BYTES;
    const levels = machine.arena.scratch(3 * bytes + reads.deviations.bytes);
    const [programmed, out] = [levels + bytes, levels + 2 * bytes];
    reads.deviations.settle(levels + 3 * bytes);
    const { f32 } = machine;
    for (let first = 0; first < total; first += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, total - first);
      const [start, end] = [first * columns, (first + rows) * columns];
      f32.set(reads.levels.subarray(start, end), levels >>> 2);
      f32.set(reads.programmed.subarray(start, end), programmed >>> 2);
      reads.deviations.write(out, levels, programmed, end - start);
      packDeviations(machine, tile, at, side, out, first, rows);
    }
  });
  finishVariances(machine, tile, at, presentSides(sides), gridded);
}

function presentSides(sides: readonly (SideReads | null)[]): number[] {
  return sides.flatMap((reads, side) => (reads === null ? [] : [side]));
}

function columnsOf(tile: TilePlan, side: number): number {
  return FIELD[side] === "unit" ? 1 : tile.columns.size;
}
