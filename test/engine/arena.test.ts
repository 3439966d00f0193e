import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutOfMemoryError } from "../../src/config/errors.js";
import { Arena, type GrowingMemory } from "../../src/engine/arena.js";

const PAGE = 65536;

/** A memory that only counts its pages, so that 4 GiB cost nothing. */
function standIn(pages = 1, most = 65536): GrowingMemory & { pages: number } {
  return {
    pages,
    get buffer() {
      return { byteLength: this.pages * PAGE };
    },
    grow(more: number) {
      if (this.pages + more > most) throw new RangeError("WebAssembly.Memory.grow(): Maximum memory size exceeded");
      this.pages += more;
      return this.pages - more;
    },
  };
}

describe("the arena", () => {
  it("never hands out 0, the module's own pages, an unaligned offset, or the same byte twice", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("allocate"), bytes: fc.oneof(fc.nat(200), fc.nat(300_000)) }),
      fc.record({ kind: fc.constant("free"), which: fc.nat() }),
      fc.record({ kind: fc.constant("scratch"), bytes: fc.nat(100_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const memory = standIn();
        const arena = new Arena(memory);
        const blocks: { start: number; end: number }[] = [];
        let scratch = { start: 0, end: 0 };
        for (const step of steps) {
          if ("which" in step) {
            const [block] = blocks.length > 0 ? blocks.splice(step.which % blocks.length, 1) : [];
            if (block) arena.free(block.start);
          } else if (step.kind === "scratch") {
            const start = arena.scratch(step.bytes);
            scratch = { start, end: Math.max(start + step.bytes, start === scratch.start ? scratch.end : 0) };
          } else {
            const start = arena.allocate(step.bytes);
            blocks.push({ start, end: start + step.bytes });
          }
          const all = [...blocks, scratch].filter(({ end }) => end > 0).sort((a, b) => a.start - b.start);
          for (const [i, { start, end }] of all.entries()) {
            expect(start % 16).toBe(0);
            expect(start).toBeGreaterThanOrEqual(PAGE);
            expect(end).toBeLessThanOrEqual(memory.buffer.byteLength);
            if (i > 0) expect(start).toBeGreaterThanOrEqual(all[i - 1]!.end);
          }
          const size = ({ start, end }: { start: number; end: number }) =>
            Math.max(16, Math.ceil((end - start) / 16) * 16);
          expect(arena.bytesInUse).toBe(blocks.reduce((sum, block) => sum + size(block), 0));
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("joins freed neighbours, so that one block fits where many were", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(16).keys()], { minLength: 16 }), (order) => {
        const memory = standIn();
        const arena = new Arena(memory);
        const blocks = order.map(() => arena.allocate(PAGE / 4));
        const { pages } = memory;
        for (const i of order) arena.free(blocks[i]!);
        expect(arena.bytesInUse).toBe(0);
        expect(arena.allocate(4 * PAGE)).toBe(blocks[0]);
        expect(memory.pages).toBe(pages);
      }),
      { seed: 2, numRuns: 50 },
    );
  });

  it("grows by no more than is missing behind the last gap", () => {
    const memory = standIn();
    const arena = new Arena(memory);
    arena.allocate(PAGE / 2);
    arena.allocate(PAGE);
    expect(memory.pages).toBe(3);
  });

  it("does not grow when the same sizes come and go", () => {
    const memory = standIn();
    const arena = new Arena(memory);
    for (let round = 0; round < 100_000; round++) {
      const blocks = [arena.allocate(1000), arena.allocate(5000), arena.allocate(64)];
      arena.scratch(3000);
      for (const block of blocks) arena.free(block);
    }
    expect(memory.pages).toBe(2);
  });

  it("keeps one scratch block that grows and never shrinks", () => {
    const arena = new Arena(standIn());
    const first = arena.scratch(100);
    expect(arena.scratch(50)).toBe(first);
    expect(arena.bytesInUse).toBe(0);
    expect(arena.scratchBytes).toBe(112);
    arena.scratch(200_000);
    expect(arena.scratchBytes).toBe(200_000);
    arena.scratch(1);
    expect(arena.scratchBytes).toBe(200_000);
  });

  it("says that memory is out, with the numbers, and has changed nothing", () => {
    const arena = new Arena(standIn(1, 4));
    const kept = arena.allocate(PAGE);
    const failing = () => arena.allocate(3 * PAGE);
    expect(failing).toThrow(OutOfMemoryError);
    expect(failing).toThrow(expect.objectContaining({ code: "OUT_OF_MEMORY", bytes: 3 * PAGE, inUse: PAGE }));
    expect(arena.bytesInUse).toBe(PAGE);
    expect(arena.allocate(2 * PAGE)).toBe(kept + PAGE);
  });

  it("reaches 4 GiB less a page and ends there", () => {
    const arena = new Arena(standIn());
    const [first, second] = [arena.allocate(2 ** 31), arena.allocate(2 ** 31 - 4 * PAGE)];
    expect(second).toBe(first + 2 ** 31);
    expect(() => arena.allocate(4 * PAGE)).toThrow(OutOfMemoryError);
    expect(() => arena.allocate(Number.MAX_SAFE_INTEGER)).toThrow(OutOfMemoryError);
  });

  it("refuses to free what it did not give, and sizes that are none", () => {
    const arena = new Arena(standIn());
    const block = arena.allocate(16);
    arena.free(block);
    expect(() => arena.free(block)).toThrow("expected a block that is allocated");
    expect(() => arena.allocate(Number.NaN)).toThrow("expected a number of bytes");
    expect(() => arena.allocate(-1)).toThrow("expected a number of bytes");
  });
});
