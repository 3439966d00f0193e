import type { Machine } from "../../engine/machine.js";
import type { ReadContext } from "../convert.js";
import type { LineReader } from "../lines.js";
import type { LayerPlan, TilePlan } from "../plan.js";
import { samplesCells, type Workspace } from "../workspace.js";
import type { Departures } from "./departures.js";
import type { RangeWatch } from "./range-watch.js";

/**
 * Leaves vectors out of a pass as soon as they are known to be read again: nothing of it is kept for them, so no later
 * panel need be summed. A vector that left gives its place to the last one that is still read, with all that lies by
 * vector, so that reads stay packed.
 *
 * Where half of 64 vectors fail somewhere on 512 columns (bench row W5), 67 vectors' worth of columns are read instead of
 * some 96, since the panels that they leave on come first (departures.ts); 86 without that order.
 */
export class Survivors {
  /** Numbers of those that left. */
  readonly failed: number[] = [];
  /** How many of those that left are still read, to fill up a two: none or one. */
  #filling = 0;

  /** @param vectors  numbers, within the pass, of the vectors at each place: all of them, one after another */
  constructor(
    private readonly machine: Machine,
    private readonly plan: LayerPlan,
    private readonly departures: Departures,
    private readonly at: Workspace,
    readonly vectors: number[],
  ) {}

  /** Whether what lies by vector can be moved in the midst of an array, and the sums are worth it. */
  static pay(plan: LayerPlan, reader: LineReader): boolean {
    return reader.sums.roundsProducts && !plan.unitColumn && !samplesCells(plan);
  }

  /** In which order to read a tile's panels. */
  panels(tile: TilePlan): readonly number[] {
    return this.departures.order(tile);
  }

  /** Takes out those that have left the range by a panel; the context's panels are those of the rest from here on. */
  thin(context: ReadContext, tile: TilePlan, panel: number): void {
    const { vectors, failed } = this;
    const watch = context.watch as RangeWatch;
    if (watch.left === this.#filling) return;
    const reader = context.readers[0] as LineReader;
    const living = vectors.length - watch.left;
    this.departures.add(tile, panel, watch.left - this.#filling);
    this.#filling = watch.left;
    // Sums go two at a time: one that has left may stay to fill a two up.
    const count = (living + 1) & ~1;
    if (count >= vectors.length) return;
    const left = watch.marks(vectors.length);
    for (let v = count, hole = 0; v < vectors.length; v++) {
      if (left[v]) failed.push(vectors[v] as number);
      else {
        while (!left[hole]) hole++;
        failed.push(vectors[hole] as number);
        this.#move(hole, v);
        reader.sums.move(tile, hole, v);
        vectors[hole++] = vectors[v] as number;
      }
    }
    this.#filling = count - living;
    vectors.length = count;
    context.vectors = count;
    reader.vectors = count;
  }

  #move(to: number, from: number): void {
    const { at, plan } = this;
    const { u8 } = this.machine;
    const { inputSlices } = plan.drive;
    const move = (start: number, bytes: number) => {
      const first = start + from * bytes;
      u8.copyWithin(start + to * bytes, first, first + bytes);
    };
    move(at.drives, inputSlices * at.rowStride * 4);
    move(at.tau, inputSlices * 4);
    move(at.tauSquare, inputSlices * 4);
    move(at.vectorTau, 4);
    move(at.samples, 8);
    move(at.flags, 4);
    move(at.blockTotals, at.totalStride * 8);
    for (let g = 0; g < plan.groups.length; g++) move(at.perVector + g * at.vectors * 8, 8);
  }
}
