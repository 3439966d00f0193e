import { OutOfMemoryError } from "../config/errors.js";

const PAGE_BYTES = 65536;
const ALIGNMENT = 16;
/** One page short of 4 GiB, so that the end of every block is itself a 32-bit offset. */
const MAX_BYTES = 65535 * PAGE_BYTES;

/** What the arena needs of a `WebAssembly.Memory`; a stand-in lets tests reach 4 GiB without having them. */
export interface GrowingMemory {
  readonly buffer: { readonly byteLength: number };
  grow(pages: number): number;
}

interface Gap {
  start: number;
  end: number;
}

/**
 * Blocks of wasm memory, owned by the host: first fit over a sorted list of gaps, neighbours joined when freed.
 *
 * The module's own data lie in the pages it starts with; the arena takes what comes after them, so no block is at 0
 * and kernels may read 0 as "none".
 *
 *     0            first            bytes of the buffer
 *     [ static data | block | gap | block | block | gap ]      every block starts at a multiple of 16
 */
export class Arena {
  readonly #memory: GrowingMemory;
  /** Free stretches in ascending order; two never touch. */
  readonly #gaps: Gap[] = [];
  readonly #sizes = new Map<number, number>();
  #end: number;
  #inUse = 0;
  #scratch = 0;
  #scratchBytes = 0;

  constructor(memory: GrowingMemory) {
    this.#memory = memory;
    this.#end = memory.buffer.byteLength;
  }

  /** Bytes of all blocks that were allocated and not freed; scratch is counted apart. */
  get bytesInUse(): number {
    return this.#inUse - this.#scratchBytes;
  }

  /** Bytes of the scratch block. */
  get scratchBytes(): number {
    return this.#scratchBytes;
  }

  /**
   * A new block; its contents are whatever was there.
   *
   * @param bytes  a whole number from 0; rounded up to a multiple of 16, at least 16
   * @returns      its offset, a multiple of 16. Growing the memory detaches views made before.
   * @throws {OutOfMemoryError} nothing has changed then
   */
  allocate(bytes: number): number {
    if (!(bytes >= 0)) throw new RangeError(`arena: expected a number of bytes from 0, got ${bytes}`);
    const size = Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
    let index = this.#gaps.findIndex((gap) => gap.end - gap.start >= size);
    if (index < 0) {
      this.#grow(size);
      index = this.#gaps.length - 1;
    }
    const gap = this.#gaps[index]!;
    const pointer = gap.start;
    gap.start += size;
    if (gap.start === gap.end) this.#gaps.splice(index, 1);
    this.#sizes.set(pointer, size);
    this.#inUse += size;
    return pointer;
  }

  /** Gives a block back. */
  free(pointer: number): void {
    const size = this.#sizes.get(pointer);
    if (size === undefined) throw new RangeError(`arena: expected a block that is allocated, got ${pointer}`);
    this.#sizes.delete(pointer);
    this.#inUse -= size;
    this.#addGap(pointer, pointer + size);
  }

  /**
   * The one block that every forward uses for what it forgets afterwards. It grows and never shrinks; what is in it is
   * lost when a later call asks for more.
   */
  scratch(bytes: number): number {
    if (bytes <= this.#scratchBytes) return this.#scratch;
    if (this.#scratchBytes > 0) {
      this.free(this.#scratch);
      this.#scratchBytes = 0;
    }
    const before = this.#inUse;
    this.#scratch = this.allocate(bytes);
    this.#scratchBytes = this.#inUse - before;
    return this.#scratch;
  }

  /** Makes the last gap at least `size` long. */
  #grow(size: number): void {
    const last = this.#gaps.at(-1);
    const start = last?.end === this.#end ? last.start : this.#end;
    const pages = Math.ceil((start + size - this.#end) / PAGE_BYTES);
    const end = this.#end + pages * PAGE_BYTES;
    if (!(end <= MAX_BYTES)) throw new OutOfMemoryError(size, this.#inUse);
    try {
      this.#memory.grow(pages);
    } catch {
      throw new OutOfMemoryError(size, this.#inUse);
    }
    const from = this.#end;
    this.#end = end;
    this.#addGap(from, end);
  }

  #addGap(start: number, end: number): void {
    const found = this.#gaps.findIndex((gap) => gap.start > start);
    const index = found < 0 ? this.#gaps.length : found;
    const before = this.#gaps[index - 1];
    const after = this.#gaps[index];
    if (before?.end === start && after?.start === end) {
      before.end = after.end;
      this.#gaps.splice(index, 1);
    } else if (before?.end === start) before.end = end;
    else if (after?.start === end) after.start = start;
    else this.#gaps.splice(index, 0, { start, end });
  }
}
