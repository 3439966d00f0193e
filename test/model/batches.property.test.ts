import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { CrossbarConfigInput } from "../../src/config/schema.js";
import { createEngine, type Engine } from "../../src/index.js";
import { realNumbers } from "../support/scene.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});

const one = <const T extends readonly unknown[]>(...options: T) =>
  fc.constantFrom(...(options as readonly T[number][]));

const programming = { kind: "proportional", sigma: 0.05 } as const;
const read = { kind: "independent", sigma: 0.01 } as const;

/** What decides which kernel sums a line, and in which form devices are kept. */
const arbitrary = fc.record({
  rows: one(40, 96, 300, 512, 640),
  bits: one(null, 4, 8),
  representation: one(
    { kind: "pair" },
    { kind: "pair", subtract: "digital" },
    { kind: "offset" },
    { kind: "offset", remove: "unitColumn" },
  ),
  cells: one(
    {},
    { programming },
    { gMin: 1e-6, read },
    { gMin: 1e-6, programming, read },
    { programming: { kind: "pcm" }, read: { kind: "pcm" } },
  ),
  input: one(
    {},
    { bits: 6, signed: true, sliceBits: 1 },
    { bits: 5, sliceBits: 1 },
    { bits: 7, signed: true },
    { bits: 6, sliceBits: 2 },
  ),
  adc: one({ kind: "none" }, { kind: "uniform", bits: 8 }),
});

describe("a batch, however it is cut", () => {
  it("gives the same bits: few reads and many take kernels of their own, over devices in bytes, halves and floats", () => {
    fc.assert(
      fc.property(arbitrary, ({ rows, bits, representation, cells, input, adc }) => {
        const slices = bits === null ? {} : { bits, slices: { kind: "positional", bitsPerSlice: 2 } };
        const config = {
          weights: { ...slices, representation },
          cells,
          input,
          readout: { adc },
        } as unknown as CrossbarConfigInput;
        // More columns than few reads sum together, where there are few rows.
        const [outFeatures, batch] = [rows < 100 ? 300 : 70, 40];
        const weights = realNumbers(rows, rows * outFeatures, -1, 1);
        const x = realNumbers(rows + 1, rows * batch, "signed" in input || !("bits" in input) ? -1 : 0, 1);
        const layer = engine.linear({ weights, inFeatures: rows, outFeatures }, config, { chip: 5, layer: 2 });
        const whole = layer.forward(x, { read: 3 });
        const part = (first: number, end: number) =>
          layer.forward(x.subarray(first * rows, end * rows), { read: 3, firstSample: first });
        const cut = [part(0, 1), part(1, 2), part(2, 5), part(5, 17), part(17, batch)];
        layer.dispose();
        expect(Float32Array.from(cut.flatMap((y) => [...y]))).toEqual(whole);
      }),
      { seed: 11, numRuns: 120, endOnFailure: true },
    );
  });
});

describe("a layer of ideal devices, however its columns are cut", () => {
  it("gives the same bits: one panel, three or four together, with levels and drives of any size", () => {
    const ideal = fc.record({
      rows: one(17, 200, 512, 900),
      bits: one(5, 8, 9),
      bitsPerSlice: one(1, 2, 3, 4),
      input: one(
        { bits: 8, signed: false },
        { bits: 9, signed: true },
        { bits: 8, signed: false, sliceBits: 4 },
        { bits: 7, signed: true, sliceBits: 1 },
      ),
      gMin: one(0, 1e-6),
    });
    fc.assert(
      fc.property(ideal, ({ rows, bits, bitsPerSlice, input, gMin }) => {
        const [outFeatures, batch] = [85, 6];
        const weights = realNumbers(rows, rows * outFeatures, -1, 1);
        // Whole columns of one sign under full drives: sums as large as they can be.
        weights.fill(1, 0, 3 * rows);
        weights.fill(-1, 20 * rows, 40 * rows);
        const x = realNumbers(rows + 1, rows * batch, input.signed ? -1 : 0, 1);
        x.fill(1, 0, rows);
        const forward = (columns: number | null) => {
          const config = {
            weights: { bits, scale: { kind: "given", max: 1 }, slices: { kind: "positional", bitsPerSlice } },
            cells: { gMin },
            array: { columns },
            input,
            readout: { adc: { kind: "uniform", bits: 10 } },
          } as unknown as CrossbarConfigInput;
          const layer = engine.linear({ weights, inFeatures: rows, outFeatures }, config, { chip: 1, layer: 1 });
          const y = layer.forward(x);
          layer.dispose();
          return y;
        };
        expect(forward(null)).toEqual(forward(16));
      }),
      { seed: 12, numRuns: 60, endOnFailure: true },
    );
  });
});
