import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeShare, type Range, SharedBatch } from "../../src/pool/shared-batch.js";
import { SharedBuffers } from "../../src/pool/shared-buffers.js";
import { numbers } from "./cases.js";

const SIZE = { vectors: 20, inFeatures: 3, outFeatures: 2 };
const x = numbers(SIZE.vectors * SIZE.inFeatures, 1);
const all = { first: 0, count: SIZE.vectors };

const batchOf = (size = SIZE) => SharedBatch.of(x, size, new SharedBuffers());

/** Doubles the first two inputs and adds the sample: an output tells which vector it belongs to. */
const layer = {
  forward(inputs: Float32Array, { read, firstSample }: { read: number; firstSample: number }) {
    const vectors = Array.from({ length: inputs.length / SIZE.inFeatures }, (_, i) => i);
    return Float32Array.from(
      vectors.flatMap((i) => [0, 1].map((k) => 2 * inputs[3 * i + k]! + read * (firstSample + i))),
    );
  },
};
const outputs = (firstSample: number) => layer.forward(x, { read: 5, firstSample });

describe("a batch in shared memory", () => {
  it("gives every vector to one share only, whoever asks in whatever order", () => {
    const steps = fc.array(fc.record({ from: fc.nat(25), most: fc.integer({ min: 1, max: 7 }) }));
    fc.assert(
      fc.property(steps, (claims) => {
        const batch = batchOf();
        const taken = new Set<number>();
        for (const { from, most } of claims) {
          const range = batch.claim(from, most);
          const free = Array.from({ length: 20 }, (_, i) => i).filter((i) => i >= from && !taken.has(i));
          expect(range?.first).toBe(free[0]);
          if (range === undefined) continue;
          expect(range.count).toBeLessThanOrEqual(most);
          for (let vector = range.first; vector < range.first + range.count; vector++) {
            expect(taken.has(vector)).toBe(false);
            taken.add(vector);
          }
        }
      }),
    );
  });

  it("has back what was claimed and not finished", () => {
    const batch = batchOf();
    batch.finish(batch.claim(0, 4) as Range);
    batch.claim(8, 4);
    expect(batch.claim(0, 20)).toEqual({ first: 4, count: 4 });
    batch.release();
    expect(batch.claim(0, 20)).toEqual({ first: 4, count: 16 });
    expect(batch.firstOpen(0)).toBe(4);
    batch.finish(all);
    expect(batch.firstOpen(4)).toBe(20);
  });

  it("that is withdrawn has nothing to claim, though what is being computed may end", () => {
    const batch = batchOf();
    const range = batch.claim(0, 4) as Range;
    batch.withdraw();
    expect(batch.claim(0, 20)).toBeUndefined();
    batch.finish(range);
    expect(batch.firstOpen(0)).toBe(4);
  });
});

describe("a share", () => {
  const shareOf = (batch: SharedBatch, most: number, milliseconds: number) => {
    const start = batch.claim(0, most) as Range;
    return { memory: batch.memory, reading: { read: 5, firstSample: 100 }, start, most, milliseconds };
  };

  it("of a worker without time is what it was given; another worker computes the rest", () => {
    const batch = batchOf();
    const [slow, fast] = [shareOf(batch, 3, 0), shareOf(batch, 3, Infinity)];
    expect(computeShare(fast, layer)).toBe(17);
    expect(batch.firstOpen(0)).toBe(0);
    expect(computeShare(slow, layer)).toBe(3);
    expect(batch.firstOpen(0)).toBe(20);
    expect(Float32Array.from(batch.y)).toEqual(outputs(100));
  });

  it("ends with the vectors at hand when its batch is withdrawn", () => {
    const batch = batchOf();
    const stopping = {
      forward(inputs: Float32Array, reading: { read: number; firstSample: number }) {
        if (reading.firstSample === 106) batch.withdraw();
        return layer.forward(inputs, reading);
      },
    };
    expect(computeShare(shareOf(batch, 3, Infinity), stopping)).toBe(9);
  });
});

describe("shared buffers", () => {
  it("keep the largest that was given back, and hand it to one batch at a time", () => {
    const buffers = new SharedBuffers();
    const [large, small] = [buffers.take(SIZE), buffers.take({ ...SIZE, vectors: 2 })];
    buffers.give(large);
    buffers.give(small);
    expect(buffers.take({ ...SIZE, vectors: 3 })).toBe(large);
    expect(buffers.take({ ...SIZE, vectors: 3 })).not.toBe(large);
  });

  it("hold no more than 16 MiB, and no batch of more than 256 MiB", () => {
    const buffers = new SharedBuffers();
    const size = { vectors: 2 ** 13, inFeatures: 511, outFeatures: 1 };
    const buffer = buffers.take(size);
    buffers.give(buffer);
    expect(buffers.take({ ...size, vectors: 1 })).not.toBe(buffer);
    expect([2 ** 16, 2 ** 18].map((vectors) => buffers.suit({ ...size, vectors }))).toEqual([true, false]);
  });

  it("begin a batch afresh", () => {
    const buffers = new SharedBuffers();
    const first = SharedBatch.of(x, SIZE, buffers);
    first.finish(all);
    buffers.give(first.memory.buffer);
    const second = SharedBatch.of(
      x.map((value) => -value),
      SIZE,
      buffers,
    );
    expect(second.memory.buffer).toBe(first.memory.buffer);
    expect(second.claim(0, 20)).toEqual(all);
    expect(Float32Array.from(second.x)).toEqual(x.map((value) => -value));
  });
});
