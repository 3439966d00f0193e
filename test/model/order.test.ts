import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, type CrossbarConfigInput, type Engine } from "../../src/index.js";
import { realNumbers, wholeNumbers } from "../support/scene.js";

/** A permutation of 0..n-1 from a seed. */
function permutation(seed: number, n: number): number[] {
  const keys = wholeNumbers(seed, n, 0, 2 ** 24 - 1);
  return Array.from({ length: n }, (_, i) => i).sort((a, b) => keys[a]! - keys[b]! || a - b);
}

/** Columns of an [m x n] row-major matrix in another order. */
function reordered(matrix: Float32Array, n: number, order: readonly number[]): Float32Array {
  return matrix.map((_, i) => matrix[i - (i % n) + order[i % n]!]!);
}

describe("bit-serial sums have no order", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  const cells = { gMin: 1e-6, read: { kind: "proportional", sigma: 0.03 } } as const;
  const serial = { bits: 5, signed: true, sliceBits: 1 } as const;
  const configs: readonly (readonly [string, CrossbarConfigInput])[] = [
    ["analog pair, read noise", { cells, input: serial }],
    [
      "digital pair, read noise",
      { cells, input: serial, weights: { representation: { kind: "pair", subtract: "digital" } } },
    ],
    [
      "offset with a unit column",
      { cells, input: serial, weights: { representation: { kind: "offset", remove: "unitColumn" } } },
    ],
    [
      "digits and an ADC",
      {
        cells,
        input: serial,
        weights: { bits: 6, slices: { kind: "positional", bitsPerSlice: 2 } },
        readout: { adc: { kind: "signMagnitude", bits: 6 } },
      },
    ],
    ["a column limit", { cells: { gMin: 1e-6 }, input: serial, readout: { columnLimit: 2 } }],
    ["unsigned inputs", { cells, input: { bits: 6, sliceBits: 1 } }],
  ];

  it.each(configs)("permuted rows give the same bits: %s", (_name, config) => {
    for (const [inFeatures, outFeatures] of [
      [7, 3],
      [64, 16],
      [131, 19],
      [512, 5],
    ] as const) {
      const weights = realNumbers(inFeatures, inFeatures * outFeatures, -1, 1);
      const x = realNumbers(outFeatures, inFeatures * 3, config.input?.signed ? -1 : 0, 1);
      const straight = engine.linear({ weights, inFeatures, outFeatures }, config, { chip: 3, layer: 1 });
      const expected = straight.forward(x, { read: 9 });
      straight.dispose();
      for (let seed = 1; seed <= 4; seed++) {
        const order = permutation(seed, inFeatures);
        const source = { weights: reordered(weights, inFeatures, order), inFeatures, outFeatures };
        const layer = engine.linear(source, config, { chip: 3, layer: 1 });
        expect(layer.forward(reordered(x, inFeatures, order), { read: 9 })).toEqual(expected);
        layer.dispose();
      }
    }
  });

  it("whatever the grid: the sum of many small and few large levels does not depend on which comes first", () => {
    const inFeatures = 500;
    const weights = Float32Array.from({ length: inFeatures }, (_, i) => (i % 100 === 0 ? 1 : 2 ** -12));
    const x = new Float32Array(inFeatures).fill(1);
    const forward = (w: Float32Array) => {
      const layer = engine.linear({ weights: w, inFeatures, outFeatures: 1 }, { input: { bits: 1, sliceBits: 1 } });
      const [y] = layer.forward(x);
      layer.dispose();
      return y;
    };
    expect(forward(weights)).toBe(5 + 495 * 2 ** -12);
    expect(forward(weights.slice().sort())).toBe(forward(weights));
    expect(forward(weights.slice().sort().reverse())).toBe(forward(weights));
  });
});
