import type { Machine } from "../engine/machine.js";
import { DRIFT_BYTES, type DriftInPlace } from "./devices/drift-in-place.js";
import type { ErrorsInPlace } from "./devices/errors-in-place.js";
import type { LevelGrid } from "./grid.js";
import type { ReadDeviations } from "./devices/variance.js";
import { paddedRows, type SliceCells, type SliceVariances } from "./panels.js";
import type { SharedTargets } from "./target.js";
import type { TilePlan } from "./plan.js";
import { finishVariances, packDeviations } from "./variance-rows.js";

/** Cells of one side on their way from weights to panels: both sides stay in the second-level cache. */
const CELLS_AT_ONCE = 1 << 14;
const SLACK_BYTES = 64;

/** Levels of one slice of one tile, some rows at a time, where nothing else about them has to be kept. */
export interface LevelRows {
  readonly sides: 1 | 2;
  /** Room it needs. */
  readonly bytes: number;
  /** Takes that room, whose start is a multiple of 16. */
  settle(base: number): void;
  /** Levels of some rows, before their grid, in order: `rows` times the columns of the tile from each pointer on. */
  write(levels: readonly [plus: number, minus: number], first: number, rows: number): void;
  /** Levels as programmed, of what `write` has just left at `levels`. */
  programmed(to: readonly number[], levels: readonly number[], first: number, rows: number): void;
}

/** Devices that are programmed once: targets, then what errs in them; null: nothing does. */
export class ProgrammedRows implements LevelRows {
  readonly sides: 1 | 2;
  readonly bytes: number;

  constructor(
    private readonly machine: Machine,
    private readonly targets: SharedTargets,
    private readonly errors: readonly (ErrorsInPlace | null)[],
    private readonly columns: number,
  ) {
    this.sides = targets.sides;
    this.bytes = errors.reduce((sum, e) => sum + roomOf(e), targets.bytes);
  }

  settle(base: number): void {
    this.targets.settle(base);
    let at = base + this.targets.bytes;
    for (const error of this.errors) {
      error?.settle(at);
      at += roomOf(error);
    }
  }

  write(levels: readonly [number, number], first: number, rows: number): void {
    this.targets.write(...levels, first, rows);
    this.errors.forEach((error, side) => {
      error?.program(levels[side] as number, first * this.columns, rows * this.columns);
    });
  }

  programmed(to: readonly number[], levels: readonly number[], _first: number, rows: number): void {
    const { f32 } = this.machine;
    const floats = rows * this.columns;
    for (let side = 0; side < this.sides; side++) {
      const from = (levels[side] as number) >>> 2;
      f32.copyWithin((to[side] as number) >>> 2, from, from + floats);
    }
  }
}

function roomOf(error: ErrorsInPlace | null): number {
  return ((error?.bytes ?? 0) + 15) & ~15;
}

/** Devices that follow a power law in time. */
export class DriftedRows implements LevelRows {
  readonly sides: 1 | 2;
  readonly bytes: number;

  constructor(
    private readonly drifts: readonly DriftInPlace[],
    private readonly columns: number,
  ) {
    this.sides = drifts.length === 2 ? 2 : 1;
    this.bytes = DRIFT_BYTES;
  }

  settle(base: number): void {
    for (const drift of this.drifts) drift.settle(base);
  }

  write(levels: readonly [number, number], first: number, rows: number): void {
    this.drifts.forEach((drift, side) => {
      drift.write(levels[side] as number, first * this.columns, rows * this.columns);
    });
  }

  programmed(to: readonly number[], _levels: readonly number[], first: number, rows: number): void {
    this.drifts.forEach((drift, side) => {
      drift.programmed(to[side] as number, first * this.columns, rows * this.columns);
    });
  }
}

/** Deviations of reads that devices have of their own, one entry per side, and where their variances go. */
export interface RowReads {
  readonly at: SliceVariances;
  readonly deviations: readonly ReadDeviations[];
}

/**
 * Brings rows straight to their panels, some after the others: levels, grid, difference.
 *
 * The same bits as side by side over whole arrays. Those cost more than the arithmetic: of 512 x 512 pairs six fresh
 * arrays of a megabyte, at half a millisecond each.
 */
export function storeRows(
  machine: Machine,
  tile: TilePlan,
  source: LevelRows,
  grid: LevelGrid,
  cells: SliceCells,
  reads: RowReads | null,
): void {
  const [total, columns] = [tile.rows.size, tile.columns.size];
  const rowsAtOnce = Math.max(16, Math.floor(CELLS_AT_ONCE / columns) & ~15);
  const sideBytes = ((4 * Math.min(rowsAtOnce, total) * columns + 15) & ~15) + SLACK_BYTES;
  const sourceBytes = (source.bytes + 15) & ~15;
  const readBytes = reads === null ? 0 : reads.deviations.reduce((sum, side) => sum + side.bytes, 3 * sideBytes);
  const plus = machine.arena.scratch(2 * sideBytes + sourceBytes + readBytes);
  const minus = plus + sideBytes;
  source.settle(minus + sideBytes);
  const programmed = [minus + sideBytes + sourceBytes, minus + 2 * sideBytes + sourceBytes] as const;
  const deviations = programmed[1] + sideBytes;
  reads?.deviations.reduce((at, side) => {
    side.settle(at);
    return at + side.bytes;
  }, deviations + sideBytes);
  const { kernels } = machine;
  for (let first = 0; first < total; first += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, total - first);
    source.write([plus, minus], first, rows);
    if (reads !== null) source.programmed(programmed, [plus, minus], first, rows);
    if (grid.step !== 0) {
      for (const levels of source.sides === 2 ? [plus, minus] : [plus]) {
        kernels.f32_snap(levels, rows * columns, 1 / grid.step, grid.step, grid.limit);
      }
    }
    const place = [first, rows, columns, total, paddedRows(total), grid.limit] as const;
    const differ = source.sides === 2 && cells.minus === 0;
    kernels.f32_pack_rows(cells.plus, plus, differ ? minus : 0, ...place);
    if (cells.minus !== 0) kernels.f32_pack_rows(cells.minus, minus, 0, ...place);
    reads?.deviations.forEach((side, number) => {
      side.write(deviations, number === 0 ? plus : minus, programmed[number] as number, rows * columns);
      packDeviations(machine, tile, reads.at, number, deviations, first, rows);
    });
  }
  if (reads !== null) {
    const sides = reads.deviations.map((_, side) => side);
    finishVariances(machine, tile, reads.at, sides, grid.step !== 0);
  }
}
