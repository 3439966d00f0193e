import type { CrossbarConfig } from "../config/schema.js";
import type { Machine } from "../engine/machine.js";
import { PURPOSE, SIDE, word1, word3 } from "./address.js";
import type { LevelGrid } from "./grid.js";
import type { LayerPlan, TilePlan } from "./plan.js";
import type { WeightFullScale } from "./scale.js";
import type { SlicePlan } from "./slices.js";
import { zeroLevels } from "./encode.js";
import { type TargetLevels, targetLevels } from "./target.js";

export const PANEL_COLUMNS = 16;
const PANEL_ROW_BYTES = PANEL_COLUMNS * 4;

/** Seeds and numbers under which a layer's devices err. */
export interface ChipAddress {
  readonly chip: number;
  readonly layer: number;
}

/** Where the cells of one slice of one tile lie; 0 where there are none. */
export interface SliceCells {
  /** Panels of the plus side, of single devices, or of a pair's difference. */
  readonly plus: number;
  readonly minus: number;
  /** One panel whose first column is the unit column. */
  readonly unit: number;
}

export function paddedRows(rows: number): number {
  return (rows + 7) & ~7;
}

export function panelBytes(rows: number): number {
  return paddedRows(rows) * PANEL_ROW_BYTES;
}

export function panelCount(columns: number): number {
  return Math.ceil(columns / PANEL_COLUMNS);
}

/**
 * The programmed devices of one layer, in wasm memory, one panel of 16 columns after another.
 *
 * Exactly a function of weights, configuration, chip and layer number, plus what was set by hand: a side
 * that is not kept is programmed again when somebody asks for it.
 */
export class CellStore {
  readonly #pointers: number[] = [];
  readonly #cells: SliceCells[][] = [];
  readonly #byHand = new Map<string, Float32Array>();
  #whole: boolean;

  /** @throws {OutOfMemoryError | ConfigError} and then nothing is held */
  constructor(
    private readonly machine: Machine,
    private readonly plan: LayerPlan,
    private readonly config: CrossbarConfig,
    private readonly weights: Float32Array,
    private readonly scale: WeightFullScale,
    private readonly address: ChipAddress,
  ) {
    this.#whole = plan.wholeLevels;
    try {
      for (const tile of plan.tiles) this.#cells.push(plan.slicing.slices.map(() => this.#reserve(tile)));
      for (const tile of plan.tiles) this.#programTile(tile);
    } catch (error) {
      this.free();
      throw error;
    }
  }

  /** Whether every cell holds a whole level. */
  get whole(): boolean {
    return this.#whole;
  }

  at(tile: TilePlan, slice: number): SliceCells {
    return (this.#cells[tile.number] as SliceCells[])[slice] as SliceCells;
  }

  /** Levels as programmed, or as set by hand: row-major [rows x columns], the unit column [rows]. */
  levels(tile: TilePlan, slice: number, side: number): Float32Array {
    const given = this.#byHand.get(key(tile, slice, side));
    if (given !== undefined) return given.slice();
    return this.#erred(
      tile,
      slice,
      side,
      side === SIDE.unit ? this.#unitTarget(tile, slice) : this.#side(this.#targets(tile), slice, side),
    );
  }

  /** Replaces the levels of some arrays at once; everything is checked by the caller. */
  setLevels(changes: readonly { tile: TilePlan; slice: number; side: number; levels: Float32Array }[]): void {
    for (const { tile, slice, side, levels } of changes) {
      const snapped = this.#snapped(levels, this.#grid(tile, slice));
      this.#byHand.set(key(tile, slice, side), snapped);
      if (snapped.some((level) => level !== Math.trunc(level))) this.#whole = false;
    }
    for (const tile of new Set(changes.map((change) => change.tile))) {
      for (const slice of new Set(changes.filter((c) => c.tile === tile).map((c) => c.slice))) {
        this.#store(tile, slice, (side) => this.levels(tile, slice, side));
      }
    }
  }

  /** What was set by hand, for rebuilding the layer elsewhere. */
  byHand(): { key: string; levels: Float32Array }[] {
    return [...this.#byHand].map(([k, levels]) => ({ key: k, levels: levels.slice() }));
  }

  restoreByHand(entries: readonly { key: string; levels: Float32Array }[]): void {
    const changes = entries.map(({ key: k, levels }) => {
      const [number, slice, side] = k.split("/").map(Number) as [number, number, number];
      return { tile: this.plan.tiles[number] as TilePlan, slice, side, levels };
    });
    this.setLevels(changes);
  }

  free(): void {
    for (const pointer of this.#pointers.splice(0)) this.machine.arena.free(pointer);
  }

  #reserve(tile: TilePlan): SliceCells {
    const bytes = panelCount(tile.columns.size) * panelBytes(tile.rows.size);
    return {
      plus: this.#allocate(bytes),
      minus: this.plan.keepSides ? this.#allocate(bytes) : 0,
      unit: this.plan.unitColumn ? this.#allocate(panelBytes(tile.rows.size)) : 0,
    };
  }

  #allocate(bytes: number): number {
    const pointer = this.machine.arena.allocate(bytes);
    this.#pointers.push(pointer);
    return pointer;
  }

  #programTile(tile: TilePlan): void {
    const targets = this.#targets(tile);
    for (let k = 0; k < targets.length; k++) {
      this.#store(tile, k, (side) =>
        this.#erred(tile, k, side, side === SIDE.unit ? this.#unitTarget(tile, k) : this.#side(targets, k, side)),
      );
    }
  }

  /** Packs one slice of one tile from the levels of its sides. */
  #store(tile: TilePlan, slice: number, levelsOf: (side: number) => Float32Array): void {
    const cells = this.at(tile, slice);
    const { rows, columns } = tile;
    const pair = this.plan.reading !== "single";
    const plus = levelsOf(SIDE.plus);
    if (pair && !this.plan.keepSides) subtractInto(plus, levelsOf(SIDE.minus), this.#grid(tile, slice).limit);
    this.#pack(cells.plus, plus, rows.size, columns.size);
    if (cells.minus !== 0) this.#pack(cells.minus, levelsOf(SIDE.minus), rows.size, columns.size);
    if (cells.unit !== 0) this.#pack(cells.unit, levelsOf(SIDE.unit), rows.size, 1);
  }

  #pack(panels: number, levels: Float32Array, rows: number, columns: number): void {
    const { machine } = this;
    const scratch = machine.arena.scratch(levels.byteLength + PANEL_ROW_BYTES);
    machine.f32.set(levels, scratch >>> 2);
    machine.kernels.f32_pack_panels(panels, scratch, rows, columns, paddedRows(rows));
  }

  #targets(tile: TilePlan): TargetLevels {
    return targetLevels(this.weights, this.plan.inputs, this.config, this.plan.slicing, this.scale, tile);
  }

  #side(targets: TargetLevels, slice: number, side: number): Float32Array {
    return (targets[slice] as readonly Float32Array[])[side] as Float32Array;
  }

  #unitTarget(tile: TilePlan, slice: number): Float32Array {
    return new Float32Array(tile.rows.size).fill(zeroLevels(this.config, this.plan.slicing)[slice] as number);
  }

  /** What the device makes of target levels: programming error, bounds, grid. */
  #erred(tile: TilePlan, slice: number, side: number, target: Float32Array): Float32Array {
    const plan = this.plan.slicing.slices[slice] as SlicePlan;
    const grid = this.#grid(tile, slice);
    const { programming, clip } = plan.cells;
    if ((programming.kind === "none" || programming.sigma === 0) && this.plan.wholeLevels) return target.slice();
    const { machine } = this;
    const bytes = (target.byteLength + 63) & ~63;
    const scratch = machine.arena.scratch(bytes);
    machine.f32.set(target, scratch >>> 2);
    if (programming.kind !== "none" && programming.sigma > 0) {
      const { sigma } = programming;
      const constant = programming.kind === "independent" ? (plan.levels * sigma) / plan.delta : sigma * plan.baseline;
      machine.kernels.f32_program_error_linear(
        scratch,
        target.length,
        0,
        word1(tile.number, side, slice),
        0,
        word3(this.address.layer, PURPOSE.programmingError),
        this.address.chip,
        0,
        constant,
        programming.kind === "independent" ? 0 : sigma,
        clip ? 0 : -plan.baseline,
        clip ? plan.levels : Infinity,
      );
    }
    if (grid.step > 0) machine.kernels.f32_snap(scratch, target.length, 1 / grid.step, grid.step, grid.limit);
    return machine.f32.slice(scratch >>> 2, (scratch >>> 2) + target.length);
  }

  #snapped(levels: Float32Array, grid: LevelGrid): Float32Array {
    if (grid.step === 0) return levels.slice();
    const { machine } = this;
    const scratch = machine.arena.scratch((levels.byteLength + 63) & ~63);
    machine.f32.set(levels, scratch >>> 2);
    machine.kernels.f32_snap(scratch, levels.length, 1 / grid.step, grid.step, grid.limit);
    return machine.f32.slice(scratch >>> 2, (scratch >>> 2) + levels.length);
  }

  #grid(tile: TilePlan, slice: number): LevelGrid {
    return tile.grids[slice] as LevelGrid;
  }
}

function key(tile: TilePlan, slice: number, side: number): string {
  return `${tile.number}/${slice}/${side}`;
}

function subtractInto(plus: Float32Array, minus: Float32Array, limit: number): void {
  for (let i = 0; i < plus.length; i++) {
    // Storing rounds once to f32.
    const difference = (plus[i] as number) - (minus[i] as number);
    plus[i] = difference > limit ? limit : difference < -limit ? -limit : difference;
  }
}
