import type { Machine } from "../engine/machine.js";
import type { Kernels } from "../engine/registry.js";
import { fitsBytes, sharesSums } from "./cell-format.js";
import type { CellStore } from "./cells.js";
import type { CellVariance, LevelGrid } from "./grid.js";
import { PANEL_COLUMNS, paddedRows, panelBytes, type SliceCells, type SliceVariances } from "./panels.js";
import type { LayerPlan, TilePlan, WireLoss } from "./plan.js";
import type { SlicePlan } from "./slices.js";
import { bends, sortsRows, type Workspace } from "./workspace.js";

/** One output line of an array, or a pair's two lines subtracted cell by cell. */
export type Line = "plus" | "minus" | "difference" | "unit";

/** Largest whole number below which every f32 sum of whole numbers is exact. */
const F32_EXACT = 16777216;
/**
 * Most reads whose sums of bytes run over sorted rows rather than through tables. Measured, us for 128 panels of 512
 * rows: 37 and 209 for 1 read, 118 and 237 for 8, 231 and 267 for 16, 345 and 300 for 24.
 */
const BYTE_RUN_READS = 16;
/** Reads of codes from which cells kept in f32 are worth turning into bytes. */
const PAIR_READS = 16;

/**
 * Sums of cells and drives, panel by panel: which of the kernels takes them, and what it wants laid out before. All of
 * them give the bits of the law (DESIGN 5.1).
 */
export class LineSums {
  /** Whether the workspace holds the rows sorted by these reads' bits, their drives packed, squared, and as pairs of i16. */
  #sorted = false;
  #packed = false;
  #squared = false;
  #paired = false;

  constructor(
    private readonly machine: Machine,
    private readonly plan: LayerPlan,
    private readonly store: CellStore,
    private readonly at: Workspace,
    /** Vectors that are still read. */
    public vectors: number,
  ) {}

  /** Lines it fills. */
  get reads(): number {
    return this.vectors * this.plan.drive.inputSlices;
  }

  /** Fills the workspace's lines [reads][16] with one panel of one slice's line. */
  sum(tile: TilePlan, slice: number, line: Line, panel: number): void {
    const { kernels } = this.machine;
    const { drive } = this.plan;
    const { at } = this;
    const rows = tile.rows.size;
    const { levels } = this.#cell(slice);
    const bytes = this.#bytes(tile, slice, line, panel);
    const grid = tile.grids[slice] as LevelGrid;
    if (drive.kind === "bits") {
      // Same bits either way.
      if (bytes !== 0) {
        this.#sumBytes(bytes, 1, rows, levels);
        kernels.f32_widen_sums(at.lines, at.sums, this.reads);
        return;
      }
      if (this.#runs(rows)) {
        this.#sumRuns(tile, slice, line, panel, 1);
        return;
      }
      const [a, b] = this.cells(tile, slice, line, panel);
      const step = this.#step(grid);
      const negative = drive.signed ? at.negative : 0;
      kernels.f32_subset_sum_16__simd(
        at.lines,
        this.reads,
        at.positive,
        negative,
        a,
        b,
        rows,
        grid.limit,
        step,
        at.tables,
      );
      return;
    }
    if (bytes !== 0) {
      this.#pair(rows);
      kernels.i32_mvm_16__simd(at.lines, this.reads, at.pairs, bytes, rows, at.tables);
      return;
    }
    // Whole numbers have one right answer; f32 reaches it as long as no partial sum can pass 2^24.
    const [a, b] = this.cells(tile, slice, line, panel);
    if (this.roundsProducts || 2 * rows * levels * drive.driveMax < F32_EXACT) {
      this.#pack(rows);
      kernels.f32_mvm_16__simd(at.lines, this.reads, at.packed, a, b, rows, grid.limit, at.tables);
    } else kernels.f64_mvm_16__simd(at.lines, this.reads, at.drives, at.rowStride, a, b, rows, grid.limit);
  }

  /** Gives one vector's place to another, among the drives that have been laid out in fours. */
  move({ rows }: TilePlan, to: number, from: number): void {
    const { f32_move_packed } = this.machine.kernels;
    const { at } = this;
    const { inputSlices } = this.plan.drive;
    for (let i = 0; i < inputSlices; i++) {
      const [into, read] = [to * inputSlices + i, from * inputSlices + i];
      if (this.#packed) f32_move_packed(at.packed, rows.size, into, read);
      if (this.#squared) f32_move_packed(at.squares, rows.size, into, read);
    }
  }

  /** Whether they are whole numbers of bytes and bits, which `sumWhole` gives without lines. */
  get areWhole(): boolean {
    return this.plan.drive.kind === "bits" && this.store.format === "i8";
  }

  /** Fills the workspace's sums [reads][panels][16] with one or four panels of one slice's line, where they are bytes. */
  sumWhole(tile: TilePlan, slice: number, line: Line, panel: number, panels: number): void {
    const [cells] = this.cells(tile, slice, line, panel);
    this.#sumBytes(cells, panels, tile.rows.size, this.#cell(slice).levels);
  }

  /** Whether a tile's lines are few reads' sums over sorted rows and nothing else. */
  areSorted(tile: TilePlan): boolean {
    const { plan, store } = this;
    if (plan.drive.kind !== "bits" || store.format === "i8" || plan.wires !== null || bends(plan)) return false;
    return tile.variances.every((variance) => variance === null) && sortsRows(this.reads, tile.rows.size);
  }

  /** Fills the workspace's lines [panels][reads][16] with some panels of one slice's line. */
  sumSorted(tile: TilePlan, slice: number, line: Line, panel: number, panels: number): void {
    this.#runs(tile.rows.size);
    this.#sumRuns(tile, slice, line, panel, panels);
  }

  /**
   * Whether three panels of a tile's lines can be summed as two: codes over small whole levels, or bits over levels of
   * two bytes. Nobody adds noise to these lines.
   */
  areThree(tile: TilePlan): boolean {
    const { plan, store } = this;
    if (tile.variances.some((variance) => variance !== null)) return false;
    if (plan.drive.kind === "bits") {
      const kept = plan.slicing.slices.every((_, slice) => store.at(tile, slice).minus === 0);
      return store.format === "i16" && kept;
    }
    const fits = ({ levels }: SlicePlan) => sharesSums(plan.drive, tile.rows.size, levels);
    return store.format === "i8" && plan.slicing.slices.every(fits);
  }

  /** Fills the workspace's lines [3][reads][16] with three panels of one slice's line. */
  sumThree(tile: TilePlan, slice: number, line: Line, panel: number): void {
    const { kernels } = this.machine;
    const { at, reads } = this;
    const { drive } = this.plan;
    const rows = tile.rows.size;
    const [cells] = this.cells(tile, slice, line, panel);
    if (drive.kind === "bits") {
      const negative = drive.signed ? at.negative : 0;
      const { step } = tile.grids[slice] as LevelGrid;
      const sum = kernels.i32_subset_sum_48__simd;
      sum(at.lines, at.sums, reads, at.positive, negative, cells, rows, step, at.tables);
      return;
    }
    this.#pair(rows);
    kernels.i32_mvm_48__simd(at.lines, reads, at.pairs, cells, rows, at.tables);
  }

  /** Fills the workspace's variances [reads][16] with those of one panel of one slice's line. */
  variances(tile: TilePlan, slice: number, line: Line, panel: number, variance: CellVariance): void {
    const { kernels } = this.machine;
    const { drive } = this.plan;
    const { at } = this;
    const own = variance.perCell ? (this.store.variancesAt(tile, slice) as SliceVariances) : null;
    const [a, b] = this.cells(tile, slice, line, panel, own ?? this.store.at(tile, slice));
    const { c0, c1, c2 } = variance;
    const { step, top } = own ?? variance;
    if (drive.kind === "bits" && this.#runs(tile.rows.size)) {
      kernels.f32_run_variance_16__simd(
        at.variance,
        this.reads,
        at.runs,
        drive.signed ? 1 : 0,
        a,
        b,
        tile.rows.size,
        c0,
        c1,
        c2,
        step === 0 ? 0 : 1 / step,
        step,
        top,
        own === null ? this.#step(tile.grids[slice] as LevelGrid) : 0,
        at.tables,
      );
    } else if (drive.kind === "bits") {
      const negative = drive.signed ? at.negative : 0;
      kernels.f32_subset_variance_16__simd(
        at.variance,
        this.reads,
        at.positive,
        negative,
        a,
        b,
        tile.rows.size,
        c0,
        c1,
        c2,
        step === 0 ? 0 : 1 / step,
        step,
        top,
        own === null ? this.#step(tile.grids[slice] as LevelGrid) : 0,
        at.tables,
      );
    } else {
      const [inverse, grid] = step === 0 ? [0, 0] : [1 / step, step];
      this.#square(tile.rows.size);
      kernels.f32_mvm_variance_16__simd(
        at.variance,
        this.reads,
        at.squares,
        a,
        b,
        tile.rows.size,
        c0,
        c1,
        c2,
        inverse,
        grid,
        top,
        at.tables,
      );
    }
  }

  /** Overwrites the workspace's variances [reads][16] with Σ |ℓ| t² of one panel of one slice's line. */
  weightSquares(tile: TilePlan, slice: number, line: Line, panel: number): void {
    const { at } = this;
    const [a, b] = this.cells(tile, slice, line, panel);
    const { limit } = tile.grids[slice] as LevelGrid;
    this.#square(tile.rows.size);
    const sum = this.machine.kernels.f32_absolute_square_16__simd;
    sum(at.variance, this.reads, at.squares, a, b, tile.rows.size, limit, at.tables);
  }

  /**
   * Takes off what the wires lose (aihwkit's approximation); the pair's difference is one line of signed weights.
   *
   * @param take  from lines that are summed, or summing them first
   */
  dropVoltage(
    tile: TilePlan,
    slice: number,
    line: Line,
    panel: number,
    { factor, wire }: WireLoss,
    take: Kernels["f32_ir_drop_16__simd"],
  ): void {
    const { at } = this;
    const [a, b] = this.cells(tile, slice, line, panel);
    const rows = tile.rows.size;
    // From Σ |ℓ| |t| to the load a = N·I/wire, I in weights at full scale and full drives.
    const load = rows / (wire * this.#cell(slice).levels * this.plan.drive.driveMax);
    const { limit } = tile.grids[slice] as LevelGrid;
    this.#pack(rows);
    take(at.lines, this.reads, at.packed, a, b, rows, limit, load, factor, at.strip);
  }

  /** Whether the law is the sequential f32 sum, every product rounded; else whole numbers or bits are summed exactly. */
  get roundsProducts(): boolean {
    const { kind, perturbed } = this.plan.drive;
    return kind === "real" || (kind === "codes" && (perturbed || !this.store.whole));
  }

  /** Pointers of a line's cells: the second is subtracted, where there is one. */
  cells(
    tile: TilePlan,
    slice: number,
    line: Line,
    panel: number,
    { plus, minus, unit }: SliceCells = this.store.at(tile, slice),
  ): readonly [number, number] {
    // Variances are in f32, and so are the cells beside them.
    const offset = panel * panelBytes(tile.rows.size, this.store.format);
    switch (line) {
      case "plus":
        return [plus + offset, 0];
      case "minus":
        return [minus + offset, 0];
      case "difference":
        return [plus + offset, minus === 0 ? 0 : minus + offset];
      case "unit":
        return [unit, 0];
    }
  }

  /** Panels that follow one another over sorted rows, to the workspace's lines [panels][reads][16]. */
  #sumRuns(tile: TilePlan, slice: number, line: Line, panel: number, panels: number): void {
    const { at } = this;
    const grid = tile.grids[slice] as LevelGrid;
    const [a, b] = this.cells(tile, slice, line, panel);
    const signed = this.plan.drive.signed ? 1 : 0;
    const sum = this.machine.kernels.f32_run_sum_16__simd;
    sum(at.lines, this.reads, at.runs, signed, a, b, tile.rows.size, grid.limit, this.#step(grid), panels, at.tables);
  }

  /** One or four panels that follow one another. */
  #sumBytes(cells: number, panels: number, rows: number, levels: number): void {
    const { kernels } = this.machine;
    const { at, reads } = this;
    const { signed } = this.plan.drive;
    if (reads <= BYTE_RUN_READS && this.#runs(rows)) {
      kernels.i8_run_sum_64__simd(at.sums, reads, at.runs, signed ? 1 : 0, cells, panels, rows, at.tables);
      return;
    }
    const negative = signed ? at.negative : 0;
    const sum = kernels.i8_subset_sum_64__simd;
    sum(at.sums, reads, at.positive, negative, cells, panels, rows, levels, at.tables);
  }

  /** One panel of a line's cells as bytes; 0 where they are not whole, or too few reads pay for making them so. */
  #bytes(tile: TilePlan, slice: number, line: Line, panel: number): number {
    const { store, plan, at } = this;
    const rows = tile.rows.size;
    if (store.format === "i8") return this.cells(tile, slice, line, panel)[0];
    if (store.format === "i16") return 0;
    const enough = plan.drive.kind === "bits" ? !sortsRows(this.reads, rows) : this.reads >= PAIR_READS;
    if (!enough || !store.whole || !fitsBytes(plan.drive, rows, this.#cell(slice).levels)) return 0;
    const [a, b] = this.cells(tile, slice, line, panel);
    this.machine.kernels.i8_pack_panels(at.panelOfBytes, a, b, rows, PANEL_COLUMNS, paddedRows(rows));
    return at.panelOfBytes;
  }

  /** What cells of two bytes count; 0: they are f32. */
  #step(grid: LevelGrid): number {
    return this.store.format === "i16" ? grid.step : 0;
  }

  /** Sorts the rows by what drives them, once for all panels, where reads are few enough for that to pay. */
  #runs(rows: number): boolean {
    if (!sortsRows(this.reads, rows)) return false;
    const { at } = this;
    const negative = this.plan.drive.signed ? at.negative : 0;
    if (!this.#sorted) this.machine.kernels.u16_row_runs(at.runs, at.positive, negative, this.reads, rows);
    this.#sorted = true;
    return true;
  }

  /** Lays the drives as dense sums read them, before the first of these. */
  #pack(rows: number): void {
    if (this.#packed) return;
    this.#packed = true;
    const { at } = this;
    this.machine.kernels.f32_pack_drives(at.packed, 0, at.drives, at.rowStride, this.reads, rows);
  }

  /** Lays whole drives as products with bytes read them. */
  #pair(rows: number): void {
    if (this.#paired) return;
    this.#paired = true;
    const { at } = this;
    this.machine.kernels.i16_pack_drives(at.pairs, at.drives, at.rowStride, this.reads, rows);
  }

  #square(rows: number): void {
    if (this.#squared) return;
    this.#squared = true;
    const { at } = this;
    this.machine.kernels.f32_pack_drives(0, at.squares, at.drives, at.rowStride, this.reads, rows);
  }

  #cell(slice: number): SlicePlan {
    return this.plan.slicing.slices[slice] as SlicePlan;
  }
}
