import type { Machine } from "../../engine/machine.js";
import { type Purpose, word1, word3 } from "../address.js";
import type { PackedCurve } from "./packed-curve.js";

/** Cells handled together: a dozen arrays of them stay in the first-level cache, or nearly. */
export const CHUNK = 2048;
const CHUNK_BYTES = CHUNK * 4;

/** Where the devices of one array draw from. */
export interface DeviceAddress {
  readonly chip: number;
  readonly layer: number;
  readonly tile: number;
  readonly slice: number;
  readonly side: number;
}

/** Scratch arrays for one chunk of cells of one array, and the kernels that go over them. */
export class CellChunk {
  readonly #pointers: number[];
  readonly #curves: Map<PackedCurve, number>;
  #start = 0;
  #count = 0;

  /** Room for that many buffers and the curves. */
  static bytes(buffers: number, curves: readonly PackedCurve[]): number {
    return curves.reduce((sum, curve) => sum + curve.pieces.byteLength, buffers * CHUNK_BYTES);
  }

  /**
   * @param buffers  how many arrays are used at once
   * @param base     room that the caller has; else the scratch block
   */
  constructor(
    private readonly machine: Machine,
    private readonly address: DeviceAddress,
    buffers: number,
    curves: readonly PackedCurve[],
    base = machine.arena.scratch(CellChunk.bytes(buffers, curves)),
  ) {
    this.#pointers = Array.from({ length: buffers }, (_, i) => base + i * CHUNK_BYTES);
    let at = base + buffers * CHUNK_BYTES;
    this.#curves = new Map(
      curves.map((curve) => {
        machine.f32.set(curve.pieces, at >>> 2);
        const pointer = at;
        at += curve.pieces.byteLength;
        return [curve, pointer];
      }),
    );
  }

  /** Goes to the cells from `start` on, of `length` in all. */
  move(start: number, length: number): void {
    this.#start = start;
    this.#count = Math.min(CHUNK, length - start);
  }

  /** Cells of the chunk. */
  get cells(): number {
    return this.#count;
  }

  /** Cells of the chunk with the padding that kernels go over: a multiple of 16. */
  get padded(): number {
    return (this.#count + 15) & ~15;
  }

  pointer(buffer: number): number {
    return this.#pointers[buffer] as number;
  }

  /** Lets a buffer lie elsewhere, where its numbers are already. */
  place(buffer: number, pointer: number): void {
    this.#pointers[buffer] = pointer;
  }

  /** Copies this chunk of a whole array's numbers in; the padding becomes `rest`. */
  load(buffer: number, values: Float32Array, rest = 0): void {
    const at = this.pointer(buffer) >>> 2;
    const { f32 } = this.machine;
    f32.set(values.subarray(this.#start, this.#start + this.#count), at);
    f32.fill(rest, at + this.#count, at + this.padded);
  }

  fill(buffer: number, value: number, rest = value): void {
    const at = this.pointer(buffer) >>> 2;
    this.machine.f32.fill(value, at, at + this.#count).fill(rest, at + this.#count, at + this.padded);
  }

  /** Copies this chunk out into a whole array's numbers. */
  store(buffer: number, values: Float32Array): void {
    const at = this.pointer(buffer) >>> 2;
    values.set(this.machine.f32.subarray(at, at + this.#count), this.#start);
  }

  normals(buffer: number, purpose: Purpose, attempt = 0): void {
    const { chip, layer, tile, side, slice } = this.address;
    const address = [word1(tile, side, slice, attempt), 0, word3(layer, purpose), chip, 0] as const;
    this.machine.kernels.f32_normal_fill(this.pointer(buffer), this.padded >>> 2, this.#start >>> 2, ...address);
  }

  uniforms(buffer: number, purpose: Purpose, attempt = 0): void {
    const { chip, layer, tile, side, slice } = this.address;
    const address = [word1(tile, side, slice, attempt), 0, word3(layer, purpose), chip, 0] as const;
    this.machine.kernels.f32_uniform_fill(this.pointer(buffer), this.padded >>> 2, this.#start >>> 2, ...address);
  }

  curve(out: number, levels: number, curve: PackedCurve): void {
    const { scale, offset, floor, count } = curve;
    this.machine.kernels.f32_curve(
      this.pointer(out),
      this.pointer(levels),
      this.padded,
      scale,
      offset,
      floor,
      this.#curves.get(curve) as number,
      count,
    );
  }

  /** out = clamp(levels + deviation·draw, low, high); no levels: 0. Uniform draws are spread over −1…1. */
  deviate(
    out: number,
    levels: number | null,
    deviation: number,
    draw: number,
    low: number,
    high: number,
    uniform = false,
  ): void {
    this.machine.kernels.f32_deviate(
      this.pointer(out),
      levels === null ? 0 : this.pointer(levels),
      this.pointer(deviation),
      this.pointer(draw),
      this.padded,
      uniform ? 2 : 1,
      uniform ? -1 : 0,
      low,
      high,
    );
  }
}

/** Calls `work` for every chunk of `length` cells. */
export function eachChunk(chunk: CellChunk, length: number, work: () => void): void {
  for (let start = 0; start < length; start += CHUNK) {
    chunk.move(start, length);
    work();
  }
}
