import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, type CrossbarConfigInput, type Engine } from "../../src/index.js";

/** Numbers made by running CrossSim 3.2.0 by hand on one small matrix. gMin is a tenth of gMax. */
const W = [0.8, -0.35, 0.1, -1.0, 0.55, 0.0];
const X = [0.5, -0.25, 1];
const cells = { gMin: 1e-5, gMax: 1e-4 };

interface CheckValue {
  readonly name: string;
  readonly weights: CrossbarConfigInput["weights"];
  /** [output][input] per slice and polarity, normalised to gMax. */
  readonly g: Readonly<Record<string, readonly (readonly number[])[]>>[];
  readonly y: readonly number[];
}

const CHECK_VALUES: readonly CheckValue[] = [
  {
    name: "a one-sided pair of 3-bit cells",
    weights: { bits: 4 },
    g: [
      {
        plus: [
          [0.871428571, 0.1, 0.228571429],
          [0.1, 0.614285714, 0.1],
        ],
        minus: [
          [0.1, 0.357142857, 0.1],
          [1, 0.1, 0.1],
        ],
      },
    ],
    y: [0.642857, -0.642857],
  },
  {
    name: "a two-sided pair of analog cells",
    weights: { bits: null, representation: { kind: "pair", sides: 2 } },
    g: [
      {
        plus: [
          [0.91, 0.3925, 0.595],
          [0.1, 0.7975, 0.55],
        ],
        minus: [
          [0.19, 0.7075, 0.505],
          [1, 0.3025, 0.55],
        ],
      },
    ],
    y: [0.5875, -0.6375],
  },
  {
    name: "an offset of 3-bit cells, where the tool's gain is 6/7 (S1) and ours is 1",
    weights: { bits: 3, representation: { kind: "offset" } },
    g: [
      {
        single: [
          [0.871428571, 0.485714286, 0.614285714],
          [0.228571429, 0.871428571, 0.614285714],
        ],
      },
    ],
    y: [5 / 12, -2 / 3],
  },
  {
    name: "5-bit pairs on 2-bit slices",
    weights: { bits: 5, slices: { kind: "positional", bitsPerSlice: 2 } },
    g: [
      {
        plus: [
          [0.1, 0.1, 0.7],
          [0.1, 0.1, 0.1],
        ],
        minus: [
          [0.1, 0.4, 0.1],
          [1, 0.1, 0.1],
        ],
      },
      {
        plus: [
          [1, 0.1, 0.1],
          [0.1, 0.7, 0.1],
        ],
        minus: [
          [0.1, 0.4, 0.1],
          [1, 0.1, 0.1],
        ],
      },
    ],
    y: [0.616666667, -0.633333333],
  },
  ...(["digital", "unitColumn"] as const).map((remove) => ({
    name: `4-bit offsets on 2-bit slices, removed by ${remove === "digital" ? "digital arithmetic" : "a unit column"}`,
    weights: {
      bits: 4,
      representation: { kind: "offset", remove },
      slices: { kind: "positional", bitsPerSlice: 2 },
    } as const,
    g: [
      {
        single: [
          [0.7, 0.7, 0.4],
          [0.4, 0.1, 0.1],
        ],
        ...(remove === "unitColumn" ? { unit: [[0.1, 0.1, 0.1]] } : {}),
      },
      {
        single: [
          [1, 0.4, 0.7],
          [0.1, 1, 0.7],
        ],
        ...(remove === "unitColumn" ? { unit: [[0.7, 0.7, 0.7]] } : {}),
      },
    ],
    y: [0.642857143, -0.642857143],
  })),
];

describe("check values", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  it.each(CHECK_VALUES.map((value) => [value.name, value] as const))("%s", (_name, { weights, g, y }) => {
    const layer = engine.linear({ weights: W, inFeatures: 3, outFeatures: 2 }, { weights: weights ?? {}, cells });
    for (const { slice, polarity, rows, columns, siemens } of layer.conductances()) {
      const expected = g[slice]![polarity]!;
      for (let i = 0; i < rows * columns; i++) {
        expect(siemens[i]! / cells.gMax, `slice ${slice} ${polarity}`).toBeCloseTo(
          expected[i % columns]![Math.floor(i / columns)]!,
          7,
        );
      }
    }
    const read = layer.forward(X);
    for (const [m, value] of y.entries()) expect(read[m]).toBeCloseTo(value, 6);
    layer.dispose();
  });

  // The tool's 4-bit DAC sends 3.5 to 3 (S37); its code is given here, since a magnitude's tie goes to the even 4.
  const dacOutput = [3 / 7, -2 / 7, 1];
  const pair = { bits: 5, slices: { kind: "positional", bitsPerSlice: 2 } } as const;
  const offset = {
    bits: 4,
    representation: { kind: "offset" },
    slices: { kind: "positional", bitsPerSlice: 2 },
  } as const;
  const converted = [
    ["a pair, each bit converted", pair, "digital", 1, 3, [0.59047619, -0.577777778]],
    ["a pair, each 2-bit slice converted", pair, "digital", 2, 3, [0.533333333, -0.628571429]],
    ["a pair, bits accumulated and converted once", pair, "analog", 1, 3, [0.488888889, -0.622222222]],
    ["a pair, 2-bit slices accumulated and converted once", pair, "analog", 2, 3, [0.488888889, -0.622222222]],
    ["an offset, each bit converted", offset, "digital", 1, 40 / 7, [0.520894072, -0.671201814]],
    ["an offset, each 2-bit slice converted", offset, "digital", 2, 40 / 7, [1.065111759, -0.256559767]],
    ["an offset, bits accumulated and converted once", offset, "analog", 1, 40 / 7, [0.780045351, -0.671201814]],
  ] as const;

  it.each(converted)(
    "with a 4-bit DAC and a 5-bit sign-magnitude ADC: %s",
    (_name, weights, inputSlices, sliceBits, max, y) => {
      const config: CrossbarConfigInput = {
        weights,
        cells,
        input: { bits: 4, signed: true, sliceBits },
        readout: { inputSlices, adc: { kind: "signMagnitude", bits: 5, range: { kind: "fixed", min: -max, max } } },
      };
      const layer = engine.linear({ weights: W, inFeatures: 3, outFeatures: 2 }, config);
      const read = layer.forward(dacOutput);
      for (const [m, value] of y.entries()) expect(read[m]).toBeCloseTo(value, 6);
      layer.dispose();
    },
  );
});
