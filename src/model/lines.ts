import { isNonlinear, lawsOf } from "../config/cells.js";
import type { Machine } from "../engine/machine.js";
import { PURPOSE, SIDE, sampleWords, word1, word3, type ReadAddress } from "./address.js";
import { sampleOf } from "./samples.js";
import type { CellStore } from "./cells.js";
import { NonlinearReads } from "./currents.js";
import type { CellVariance } from "./grid.js";
import { type Line, LineSums } from "./line-sums.js";
import { PANEL_COLUMNS, panelCount, type SliceVariances } from "./panels.js";
import type { LayerPlan, TilePlan, WireLoss } from "./plan.js";
import type { SlicePlan } from "./slices.js";
import type { Workspace } from "./workspace.js";

/** Half the width of an even spread whose variance is 1. */
const ROOT_3 = Math.sqrt(3);

/** Lines of a tile, panel by panel: the sum of cells and drives, read noise, column limit (DESIGN 2.2). */
export class LineReader {
  /** Tile whose sampled lines lie in each slot of `cellLines`. */
  readonly #sampledTile = new Map<number, number>();
  /** The sums alone, before anything happens to them. */
  readonly sums: LineSums;

  constructor(
    private readonly machine: Machine,
    private readonly plan: LayerPlan,
    private readonly store: CellStore,
    private readonly columnLimit: number | null,
    readonly at: Workspace,
    vectors: number,
    private readonly address: ReadAddress,
  ) {
    this.sums = new LineSums(machine, plan, store, at, vectors);
  }

  /** Fills the workspace's lines [reads][16] with one panel of one slice's line. */
  read(tile: TilePlan, slice: number, line: Line, panel: number): void {
    const variance = tile.variances[slice] ?? null;
    const { wires } = this.plan;
    let dropped = wires === null;
    if (variance !== null && this.#cell(slice).cells.sampling === "cell")
      this.#readSampled(tile, slice, line, panel, variance);
    else if (isNonlinear(this.#cell(slice).cells)) this.#readNonlinear(tile, slice, line, panel);
    else if (wires !== null && variance === null && this.sums.roundsProducts) {
      this.sums.dropVoltage(tile, slice, line, panel, wires, this.machine.kernels.f32_mvm_ir_drop_16__simd);
      dropped = true;
    } else {
      this.sums.sum(tile, slice, line, panel);
      if (variance !== null) {
        this.sums.variances(tile, slice, line, panel, variance);
        this.#noise(tile, slice, line, panel);
      }
    }
    if (!dropped) {
      this.sums.dropVoltage(tile, slice, line, panel, wires as WireLoss, this.machine.kernels.f32_ir_drop_16__simd);
    }
    if (this.columnLimit !== null) this.#limit(slice);
  }

  /** Vectors that are still read, the first of those it was made for. */
  set vectors(count: number) {
    this.sums.vectors = count;
  }

  /** Lines it fills. */
  get reads(): number {
    return this.sums.reads;
  }

  #cell(slice: number): SlicePlan {
    return this.plan.slicing.slices[slice] as SlicePlan;
  }

  /** Adds a draw to every line whose variances lie in the workspace. */
  #noise(tile: TilePlan, slice: number, line: Line, panel: number): void {
    const { kernels } = this.machine;
    const { drive } = this.plan;
    const { at, address } = this;
    kernels.f32_line_noise(
      at.lines,
      at.variance,
      this.sums.vectors,
      drive.inputSlices,
      at.tables,
      line === "unit" ? 0 : (panel * PANEL_COLUMNS) >>> 2,
      word1(tile.number, sideOf(line), slice),
      at.samples,
      word3(address.layer, PURPOSE.lineReadNoise, 0, address.pass),
      address.chip,
      address.read,
    );
  }

  #limit(slice: number): void {
    const { levels, delta, baseline } = this.#cell(slice);
    const bound = ((this.columnLimit as number) * levels * this.plan.drive.driveMax) / delta;
    this.machine.kernels.f32_limit_lines(this.at.lines, this.reads, -bound, bound, this.at.tau, baseline);
  }

  /** Every device of the array is drawn for every read; all panels at once, so that each draw is made once. */
  #readSampled(tile: TilePlan, slice: number, line: Line, panel: number, variance: CellVariance): void {
    if (line === "difference") throw new TypeError("cells are sampled line by line");
    const slot = slice * 2 + (line === "plus" ? 0 : 1);
    const lines = this.at.cellLines + slot * panelCount(this.at.widestBlock) * this.reads * PANEL_COLUMNS * 4;
    if (this.#sampledTile.get(slot) !== tile.number) {
      this.#sampleCells(tile, slice, line, variance, lines);
      this.#sampledTile.set(slot, tile.number);
    }
    const bytes = this.reads * PANEL_COLUMNS * 4;
    const from = lines + panel * bytes;
    this.machine.u8.copyWithin(this.at.lines, from, from + bytes);
  }

  #readNonlinear(tile: TilePlan, slice: number, line: Line, panel: number): void {
    if (line === "difference") throw new TypeError("nonlinear devices are read line by line");
    const [cells] = this.sums.cells(tile, slice, line, panel);
    this.#nonlinear(tile, slice).read(this.at.lines, this.reads, this.at.drives, cells);
  }

  #nonlinear(tile: TilePlan, slice: number): NonlinearReads {
    const { driveMax } = this.plan.drive;
    return new NonlinearReads(this.machine, this.#cell(slice), driveMax, this.at, tile.rows.size);
  }

  #sampleCells(tile: TilePlan, slice: number, line: Line, variance: CellVariance, lines: number): void {
    const { kernels } = this.machine;
    const own = variance.perCell ? (this.store.variancesAt(tile, slice) as SliceVariances) : null;
    const { c0, c1, c2 } = variance;
    const spread = lawsOf(this.#cell(slice).cells, line === "minus").read.kind === "uniform";
    const fill = spread ? kernels.f32_uniform_fill : kernels.f32_normal_fill;
    const { at, address } = this;
    const { inputSlices } = this.plan.drive;
    const rows = tile.rows.size;
    const columns = line === "unit" ? 1 : tile.columns.size;
    const nonlinear = isNonlinear(this.#cell(slice).cells) ? this.#nonlinear(tile, slice) : null;
    const quads = ((rows * columns + 15) >>> 4) << 2;
    for (let c = 0; c < this.reads; c++) {
      const v = Math.floor(c / inputSlices);
      const { low, high } = sampleWords(sampleOf(address, v));
      fill(
        at.cellNoise,
        quads,
        0,
        word1(tile.number, sideOf(line), slice, c - v * inputSlices),
        low,
        word3(address.layer, PURPOSE.cellReadNoise, high, address.pass),
        address.chip,
        address.read,
      );
      for (let panel = 0; panel < panelCount(columns); panel++) {
        const [cells] = this.sums.cells(tile, slice, line, panel);
        const out = lines + (panel * this.reads + c) * PANEL_COLUMNS * 4;
        const drives = at.drives + c * at.rowStride * 4;
        const draws = at.cellNoise + panel * PANEL_COLUMNS * 4;
        if (own === null) kernels.f32_cell_read_16__simd(out, drives, cells, draws, columns, rows, c0, c1, c2);
        else {
          const [variances] = this.sums.cells(tile, slice, line, panel, own);
          const [gain, shift] = spread ? [2 * ROOT_3, -ROOT_3] : [1, 0];
          if (nonlinear !== null) nonlinear.readDrawn(out, drives, cells, variances, draws, columns, gain, shift);
          else
            kernels.f32_cell_read_variance_16__simd(out, drives, cells, variances, draws, columns, rows, gain, shift);
        }
      }
    }
  }
}

function sideOf(line: Line): number {
  return line === "minus" ? SIDE.minus : line === "unit" ? SIDE.unit : SIDE.plus;
}
