import type { Machine } from "../engine/machine.js";
import type { LevelGrid } from "./grid.js";
import {
  type CellFormat,
  PANEL_COLUMNS,
  paddedRows,
  panelBytes,
  panelCount,
  type SliceCells,
  type SliceVariances,
} from "./panels.js";
import type { LayerPlan, TilePlan } from "./plan.js";

/** Kernels that pack read whole rows of sixteen columns. */
const SLACK_BYTES = PANEL_COLUMNS * 4;

/** Levels of the three sides of one slice of one tile, row-major; null where there is none. */
export type SlicedSides = readonly [plus: Float32Array, minus: Float32Array | null, unit: Float32Array | null];

/** The cells of one layer in wasm memory, one panel of 16 columns after another, all in one format. */
export class CellPanels {
  #format: CellFormat;
  #pointers: number[] = [];
  #cells: SliceCells[][] = [];
  readonly #variancePointers: number[] = [];
  readonly #variances: (SliceVariances | null)[][] = [];

  /** @throws {OutOfMemoryError} and then nothing is held */
  constructor(
    private readonly machine: Machine,
    private readonly plan: LayerPlan,
  ) {
    this.#format = plan.cellFormat;
    try {
      this.#cells = this.#reserveAll(this.#format, this.#pointers);
      for (const tile of plan.tiles) {
        this.#variances.push(
          tile.variances.map((v) =>
            v?.perCell ? { ...this.#reserve(tile, "f32", this.#variancePointers), step: 0, top: Infinity } : null,
          ),
        );
      }
    } catch (error) {
      this.free();
      throw error;
    }
  }

  get format(): CellFormat {
    return this.#format;
  }

  at(tile: TilePlan, slice: number): SliceCells {
    return (this.#cells[tile.number] as SliceCells[])[slice] as SliceCells;
  }

  /** Variances of devices that each have their own; null where a polynomial of the level says it all. */
  variancesAt(tile: TilePlan, slice: number): SliceVariances | null {
    return (this.#variances[tile.number] as (SliceVariances | null)[])[slice] as SliceVariances | null;
  }

  /**
   * Room for cells in another format; what they held has to be stored again.
   *
   * @throws {OutOfMemoryError} and then nothing has changed
   */
  reformat(format: CellFormat): void {
    if (format === this.#format) return;
    const pointers: number[] = [];
    let cells: SliceCells[][];
    try {
      cells = this.#reserveAll(format, pointers);
    } catch (error) {
      for (const pointer of pointers) this.machine.arena.free(pointer);
      throw error;
    }
    for (const pointer of this.#pointers) this.machine.arena.free(pointer);
    [this.#pointers, this.#cells, this.#format] = [pointers, cells, format];
  }

  /**
   * Packs one slice of one tile; a pair of which only the difference is kept is subtracted within the grid's limits.
   *
   * @returns whether the format holds every level; nothing can be read otherwise
   */
  store(tile: TilePlan, slice: number, [plus, minus, unit]: SlicedSides, grid: LevelGrid): boolean {
    const cells = this.at(tile, slice);
    const [rows, columns] = [tile.rows.size, tile.columns.size];
    let held = true;
    if (cells.minus !== 0) {
      held = this.#pack(cells.plus, plus, rows, columns, grid);
      held = this.#pack(cells.minus, minus as Float32Array, rows, columns, grid) && held;
    } else if (minus !== null) held = this.#packDifference(cells.plus, plus, minus, rows, columns, grid);
    else held = this.#pack(cells.plus, plus, rows, columns, grid);
    if (unit !== null && cells.unit !== 0) held = this.#pack(cells.unit, unit, rows, 1, grid) && held;
    return held;
  }

  /** What one cell of a slice adds to its line: of a pair the difference, beside a unit column what is above it. */
  netLevels(tile: TilePlan, slice: number): (row: number, column: number) => number {
    const { plus, minus, unit } = this.at(tile, slice);
    const bytes = panelBytes(tile.rows.size, this.#format);
    const level = this.#level((tile.grids[slice] as LevelGrid).step);
    return (row, column) => {
      const lane = column % PANEL_COLUMNS;
      const offset = ((column - lane) / PANEL_COLUMNS) * bytes;
      const cell = row * PANEL_COLUMNS + lane;
      let net = level(plus + offset, cell);
      if (minus !== 0) net -= level(minus + offset, cell);
      if (unit !== 0) net -= level(unit, row * PANEL_COLUMNS);
      return net;
    };
  }

  free(): void {
    for (const pointer of this.#pointers.splice(0)) this.machine.arena.free(pointer);
    for (const pointer of this.#variancePointers.splice(0)) this.machine.arena.free(pointer);
  }

  #level(step: number): (panel: number, cell: number) => number {
    const { f32, u8 } = this.machine;
    const [bytes, halves] = [new Int8Array(u8.buffer), new Int16Array(u8.buffer)];
    switch (this.#format) {
      case "i8":
        return (panel, cell) => bytes[panel + cell] as number;
      case "i16":
        return (panel, cell) => (halves[(panel >>> 1) + cell] as number) * step;
      case "f32":
        return (panel, cell) => f32[(panel >>> 2) + cell] as number;
    }
  }

  #reserveAll(format: CellFormat, pointers: number[]): SliceCells[][] {
    const { tiles, slicing } = this.plan;
    return tiles.map((tile) => slicing.slices.map(() => this.#reserve(tile, format, pointers)));
  }

  #reserve(tile: TilePlan, format: CellFormat, pointers: number[]): SliceCells {
    const allocate = (bytes: number) => {
      const pointer = this.machine.arena.allocate(bytes);
      pointers.push(pointer);
      return pointer;
    };
    const bytes = panelBytes(tile.rows.size, format);
    const sideBytes = panelCount(tile.columns.size) * bytes;
    return {
      plus: allocate(sideBytes),
      minus: this.plan.keepSides ? allocate(sideBytes) : 0,
      unit: this.plan.unitColumn ? allocate(bytes) : 0,
    };
  }

  #packDifference(
    panels: number,
    plus: Float32Array,
    minus: Float32Array,
    rows: number,
    columns: number,
    grid: LevelGrid,
  ): boolean {
    const { machine } = this;
    const padded = (plus.length + 15) & ~15;
    const scratch = machine.arena.scratch(2 * padded * 4 + SLACK_BYTES);
    const second = scratch + padded * 4;
    machine.f32.set(plus, scratch >>> 2);
    machine.f32.set(minus, second >>> 2);
    if (this.#format === "i8") {
      machine.kernels.i8_pack_panels(panels, scratch, second, rows, columns, paddedRows(rows));
      return true;
    }
    // plus + minus·(0·minus − 1): the difference with one rounding.
    machine.kernels.f32_deviate(scratch, scratch, second, second, padded, 0, -1, -grid.limit, grid.limit);
    return this.#packAt(panels, scratch, rows, columns, grid);
  }

  #pack(panels: number, levels: Float32Array, rows: number, columns: number, grid: LevelGrid): boolean {
    const { machine } = this;
    const scratch = machine.arena.scratch(levels.byteLength + SLACK_BYTES);
    machine.f32.set(levels, scratch >>> 2);
    return this.#packAt(panels, scratch, rows, columns, grid);
  }

  /** Packs levels that lie in wasm memory. */
  #packAt(panels: number, levels: number, rows: number, columns: number, { step }: LevelGrid): boolean {
    const { kernels } = this.machine;
    const padded = paddedRows(rows);
    switch (this.#format) {
      case "i8":
        kernels.i8_pack_panels(panels, levels, 0, rows, columns, padded);
        return true;
      case "i16":
        return kernels.i16_pack_panels(panels, levels, 1 / step, rows, columns, padded) !== 0;
      case "f32":
        kernels.f32_pack_panels(panels, levels, rows, columns, padded);
        return true;
    }
  }
}
