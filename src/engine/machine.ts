import { Arena } from "./arena.js";
import type { Kernels } from "./registry.js";

/** One instance of the kernels with its memory. It knows bytes and arithmetic, not volts. */
export class Machine {
  /** The exported kernels; pointers are byte offsets into the memory. */
  readonly kernels: Kernels;
  readonly arena: Arena;
  readonly #memory: WebAssembly.Memory;
  #f32 = new Float32Array(0);
  #f64 = new Float64Array(0);
  #i32 = new Int32Array(0);
  #u32 = new Uint32Array(0);
  #u8 = new Uint8Array(0);

  constructor(exports: WebAssembly.Exports) {
    const { memory, ...kernels } = exports;
    this.#memory = memory as WebAssembly.Memory;
    this.kernels = kernels as unknown as Kernels;
    this.arena = new Arena(this.#memory);
  }

  // Views of the whole memory. They are made again after it has grown, which detaches the old ones: take a view after
  // the last allocation and do not keep it.

  get f32(): Float32Array<ArrayBuffer> {
    if (this.#f32.buffer !== this.#memory.buffer) this.#f32 = new Float32Array(this.#buffer);
    return this.#f32;
  }

  get f64(): Float64Array<ArrayBuffer> {
    if (this.#f64.buffer !== this.#memory.buffer) this.#f64 = new Float64Array(this.#buffer);
    return this.#f64;
  }

  get i32(): Int32Array<ArrayBuffer> {
    if (this.#i32.buffer !== this.#memory.buffer) this.#i32 = new Int32Array(this.#buffer);
    return this.#i32;
  }

  get u32(): Uint32Array<ArrayBuffer> {
    if (this.#u32.buffer !== this.#memory.buffer) this.#u32 = new Uint32Array(this.#buffer);
    return this.#u32;
  }

  get u8(): Uint8Array<ArrayBuffer> {
    if (this.#u8.buffer !== this.#memory.buffer) this.#u8 = new Uint8Array(this.#buffer);
    return this.#u8;
  }

  /** Never shared: the module owns and exports its memory. */
  get #buffer(): ArrayBuffer {
    return this.#memory.buffer as ArrayBuffer;
  }
}
