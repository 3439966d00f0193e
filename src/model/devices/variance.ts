import type { SideLaws } from "../../config/cells.js";
import type { Machine } from "../../engine/machine.js";
import type { SlicePlan } from "../slices.js";
import { CellChunk, CHUNK, type DeviceAddress } from "./chunk.js";
import { ReadSigma } from "./read-sigma.js";

const [SPARE, LEVELS, PROGRAMMED, SIGMA] = [0, 1, 2, 3];

/** Standard deviations of one read of each device, in levels; in wasm memory, some of an array at a time. */
export class ReadDeviations {
  /** Room it needs. */
  readonly bytes: number;
  readonly #read: ReadSigma;
  #chunk: CellChunk | null = null;

  /** @param seconds  since programming; null: not drifted */
  constructor(
    private readonly machine: Machine,
    slice: SlicePlan,
    laws: SideLaws,
    private readonly address: DeviceAddress,
    seconds: number | null,
  ) {
    this.#read = new ReadSigma(slice, laws, seconds);
    this.bytes = (CellChunk.bytes(1, this.#read.curves) + 15) & ~15;
  }

  /** Takes that room. */
  settle(base: number): void {
    this.#chunk = new CellChunk(this.machine, this.address, 1, this.#read.curves, base);
  }

  /**
   * @param out         where deviations go; up to 15 floats more are written
   * @param levels      of the devices as they are, in wasm memory
   * @param programmed  as programmed, which relative noise is looked up at
   */
  write(out: number, levels: number, programmed: number, count: number): void {
    const chunk = this.#chunk as CellChunk;
    for (let at = 0; at < count; at += CHUNK) {
      chunk.move(at, count);
      chunk.place(LEVELS, levels + 4 * at);
      chunk.place(PROGRAMMED, programmed + 4 * at);
      chunk.place(SIGMA, out + 4 * at);
      const noisy = this.#read.evaluate(chunk, this.machine, LEVELS, PROGRAMMED, SIGMA, SPARE, 1);
      if (!noisy) chunk.fill(SIGMA, 0);
    }
  }
}
