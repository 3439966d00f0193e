import { expect } from "vitest";
import { compileKernels, createMachine } from "../../src/engine/load.js";
import type { Machine } from "../../src/engine/machine.js";
import type { Kernels } from "../../src/engine/registry.js";

const CANARY = 0xdeadbeef;
const CANARY_WORDS = 8;
const KINDS = { f32: Float32Array, f64: Float64Array, i32: Int32Array, u32: Uint32Array } as const;
type Kind = keyof typeof KINDS;
type Data = Float32Array | Float64Array | Int32Array | Uint32Array;
/** Inputs may be bytes too, whole words of them. */
type Input = Data | Int8Array;

interface Placed {
  readonly block: number;
  readonly pointer: number;
  readonly words: number;
  /** What an input held: no kernel may write there. */
  readonly before?: Uint32Array;
}

/** A machine whose inputs and outputs lie between canary words, checked after each case. */
export class Rig {
  readonly #machine: Machine;
  #placed: Placed[] = [];

  private constructor(machine: Machine) {
    this.#machine = machine;
  }

  static async make(): Promise<Rig> {
    return new Rig(createMachine(await compileKernels()));
  }

  get kernels(): Kernels {
    return this.#machine.kernels;
  }

  /** An input; `shift` words further than the alignment of blocks, for kernels that allow any. */
  put(data: Input, shift = 0): number {
    const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4).slice();
    const pointer = this.#place(words.length, shift, words);
    this.#machine.u32.set(words, pointer / 4);
    return pointer;
  }

  /** Room for an output, filled with NaN or with `data`. */
  room(kind: Kind, count: number, data?: ArrayLike<number>, shift = 0): number {
    const pointer = this.#place((count * KINDS[kind].BYTES_PER_ELEMENT) / 4, shift);
    const view = this.#view(kind, pointer, count);
    if (data === undefined) view.fill(kind.startsWith("f") ? Number.NaN : 0x5a5a5a5a);
    else view.set(data);
    return pointer;
  }

  f32(pointer: number, count: number): Float32Array {
    return this.#view("f32", pointer, count).slice() as Float32Array;
  }

  f64(pointer: number, count: number): Float64Array {
    return this.#view("f64", pointer, count).slice() as Float64Array;
  }

  i8(pointer: number, count: number): Int8Array {
    return new Int8Array(this.u32(pointer, count / 4).buffer);
  }

  i32(pointer: number, count: number): Int32Array {
    return this.#view("i32", pointer, count).slice() as Int32Array;
  }

  u32(pointer: number, count: number): Uint32Array {
    return this.#view("u32", pointer, count).slice() as Uint32Array;
  }

  /** Nothing was written outside the outputs; frees all of this case. */
  done(): void {
    const words = this.#machine.u32;
    for (const { block, pointer, words: count, before } of this.#placed) {
      const [first, last] = [pointer / 4 - CANARY_WORDS, pointer / 4 + count];
      for (let i = 0; i < CANARY_WORDS; i++) {
        if (words[first + i] !== CANARY || words[last + i] !== CANARY) expect.fail(`written outside of ${count} words`);
      }
      if (before?.some((word, i) => words[pointer / 4 + i] !== word)) {
        expect.fail(`an input of ${count} words was written to`);
      }
      this.#machine.arena.free(block);
    }
    this.#placed = [];
  }

  #place(count: number, shift: number, before?: Uint32Array): number {
    const block = this.#machine.arena.allocate((count + 2 * CANARY_WORDS + shift) * 4);
    const pointer = block + (CANARY_WORDS + shift) * 4;
    this.#machine.u32.fill(CANARY, block / 4, pointer / 4 + count + CANARY_WORDS);
    this.#placed.push(
      before === undefined ? { block, pointer, words: count } : { block, pointer, words: count, before },
    );
    return pointer;
  }

  #view(kind: Kind, pointer: number, count: number): Data {
    const from = pointer / KINDS[kind].BYTES_PER_ELEMENT;
    return this.#machine[kind].subarray(from, from + count);
  }
}

/** Uniform numbers in [0, 1) from a seed: mulberry32, for test inputs only. */
export function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` floats of `draw`. */
export const floats = (count: number, draw: () => number): Float32Array => Float32Array.from({ length: count }, draw);

/** `count` sample numbers from one on, in two words each, as the kernels that draw read them. */
export const sampleWords = (low: number, high: number, count: number): Uint32Array =>
  Uint32Array.from({ length: 2 * count }, (_, i) =>
    i % 2 === 0 ? low + i / 2 : high + Number(low + (i - 1) / 2 >= 2 ** 32),
  );

/** Drives of four reads side by side, [ceil(reads / 4)][rows][4]; reads that are not there drive nothing. */
export function packedDrives(drives: Float32Array, stride: number, reads: number, rows: number): Float32Array {
  return Float32Array.from({ length: paddedTo(reads, 4) * rows }, (_, i) => {
    const read = 4 * Math.floor(i / (4 * rows)) + (i % 4);
    return read < reads ? drives[read * stride + (Math.floor(i / 4) % rows)]! : 0;
  });
}

export const paddedTo = (count: number, multiple: number): number => Math.ceil(count / multiple) * multiple;

const round = Math.fround;
export const add32 = (a: number, b: number): number => round(a + b);
export const sub32 = (a: number, b: number): number => round(a - b);
export const mul32 = (a: number, b: number): number => round(a * b);
export const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

/** Round half to even, whatever the size. */
export function nearest(x: number): number {
  const low = Math.floor(x);
  const above = x - low;
  if (above !== 0.5) return above < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}
