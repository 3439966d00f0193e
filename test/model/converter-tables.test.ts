import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CrossbarConfigInput, ConfigError, createEngine, type Engine, resolveConfig } from "../../src/index.js";

type Adc = NonNullable<NonNullable<CrossbarConfigInput["readout"]>["adc"]>;

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.dispose());

/** One output for each weight, of one input. */
function tileOf(adc: Adc, weights: readonly number[] = [1], config: CrossbarConfigInput = {}) {
  const source = { weights, inFeatures: 1, outFeatures: weights.length };
  return engine.linear(source, { weights: { scale: { kind: "given", max: 1 } }, ...config, readout: { adc } });
}

const range = { kind: "fixed", min: -1, max: 3 } as const;
const near = (values: ArrayLike<number>, wanted: readonly number[], digits = 9) => {
  expect(values.length).toBe(wanted.length);
  wanted.forEach((value, i) => {
    expect(values[i]).toBeCloseTo(value, digits);
  });
};

describe("converterTable", () => {
  it.each([
    { kind: "uniform", bits: 6, range },
    { kind: "signMagnitude", bits: 6, range: { kind: "fixed", min: -2, max: 2 } },
    { kind: "ramp", bits: 6, gainDb: 400, range },
    { kind: "ramp", symmetricCdac: false, bits: 6, gainDb: 400, range },
    { kind: "sar", bits: 6, gainDb: 400, range },
    { kind: "sar", splitCdac: false, bits: 6, gainDb: 400, range },
    { kind: "pipeline", bits: 6, gainDb: 400, range },
    { kind: "cyclic", bits: 6, gainDb: 400, range },
  ] as const)("of an ideal converter has no INL, DNL, offset or gain error: $kind", (adc) => {
    const layer = tileOf(adc);
    const table = layer.converterTable();
    const codes = adc.kind === "signMagnitude" ? 63 : 64;
    expect([...table.codes]).toEqual(Array.from({ length: codes - 1 }, (_, i) => i + 1));
    near(table.inl, new Array(codes - 1).fill(0));
    near(table.dnl, new Array(codes - 1).fill(0));
    expect(table.offset).toBeCloseTo(0, 9);
    expect(table.gain).toBeCloseTo(0, 9);
    expect(table.monotone).toBe(true);
    // Values stand in the middle between edges; what is read is one of them.
    near(
      table.edges,
      [...table.edges].map((_, i) => (table.values[i]! + table.values[i + 1]!) / 2),
    );
    const y = layer.forward([table.edges[10]! - 1e-3, table.edges[10]! + 1e-3]);
    near(y, [table.values[10]!, table.values[11]!], 5);
    layer.dispose();
  });

  it("of a hand-made table has the INL and DNL of its edges", () => {
    // Five edges over four steps of mean 1: 0, 1.5, 2, 2, … from the first.
    const layer = tileOf({ kind: "table", edges: [-2, -0.5, 0, 1, 2] });
    const table = layer.converterTable();
    expect([...table.edges]).toEqual([-2, -0.5, 0, 1, 2]);
    near(table.inl, [0, 0.5, 0, 0, 0]);
    near(table.dnl, [0.5, -0.5, 0, 0, 0]);
    near(table.values, [-2.75, -1.25, -0.25, 0.5, 1.5, 2.5]);
    expect(table.range).toEqual([-2.75, 2.5]);
    near(layer.forward([-3, -1.9, -0.5, -0.4, 0.5, 1.5, 7]), [-2.75, -1.25, -1.25, -0.25, 0.5, 1.5, 2.5], 6);
    layer.dispose();
  });

  it("shows a missing code as a width of nothing, and INL as the sum of the DNL before it", () => {
    const layer = tileOf(
      { kind: "sar", bits: 6, splitCdac: false, capacitorMismatch: 0.3, groupSize: 1 },
      new Array(64).fill(1),
    );
    let missing = 0;
    for (let output = 0; output < 64; output++) {
      const { inl, dnl, codes, edges } = layer.converterTable({ output });
      let sum = 0;
      codes.forEach((_, i) => {
        expect(inl[i]).toBeCloseTo(sum, 9);
        sum += dnl[i]!;
        if (i < codes.length - 1 && edges[i] === edges[i + 1]) {
          missing++;
          expect(dnl[i]).toBeCloseTo(-1, 9);
        }
      });
      expect(inl[codes.length - 1]).toBeCloseTo(0, 9);
    }
    expect(missing).toBeGreaterThan(0);
    layer.dispose();
  });

  it("tells offset and gain apart from nonlinearity", () => {
    const offset = tileOf({ kind: "sar", bits: 6, comparatorOffset: 0.05 });
    const moved = offset.converterTable();
    expect(Math.abs(moved.offset)).toBeGreaterThan(1e-3);
    expect(moved.inl.slice(2, -2).every((inl) => Math.abs(inl) < 1.5)).toBe(true);
    const weak = tileOf({ kind: "sar", bits: 6, gainDb: 40 });
    // 1/(1 + 1/A), A = 100.
    expect(weak.converterTable().gain).toBeCloseTo(1 / 1.01 - 1, 9);
    for (const layer of [offset, weak]) layer.dispose();
  });

  it("says when a converter is not monotone", () => {
    const adc = { kind: "pipeline", bits: 4, capacitorMismatch: 0.01, groupSize: 1 } as const;
    const layer = tileOf(adc, new Array(16).fill(1));
    const monotone = Array.from({ length: 16 }, (_, output) => layer.converterTable({ output }).monotone);
    expect(new Set(monotone)).toEqual(new Set([true, false]));
    layer.dispose();
  });

  it("refuses what the layer does not have", () => {
    const layer = tileOf({ kind: "uniform", bits: 4 });
    for (const query of [{ rowBlock: 1 }, { slice: 1 }, { output: 1 }, { side: "minus" }, { side: "unit" }] as const) {
      expect(() => layer.converterTable(query)).toThrow(ConfigError);
    }
    expect(() => layer.converterTable({ column: 0 } as never)).toThrow(ConfigError);
    const none = tileOf({ kind: "none" });
    expect(() => none.converterTable()).toThrow(/readout.adc.kind/);
    for (const made of [layer, none]) made.dispose();
  });
});

describe("measured tables", () => {
  const x = [-0.9, -0.2, 0.3, 0.8];

  it("take given values for their codes", () => {
    const layer = tileOf({ kind: "table", edges: [0], values: [-0.25, 0.75] });
    near(layer.forward(x), [-0.25, -0.25, 0.75, 0.75], 6);
    layer.dispose();
  });

  it("may belong to each weight slice", () => {
    const config = {
      weights: { bits: 3, representation: { kind: "single" }, slices: { kind: "positional", bitsPerSlice: 1 } },
      input: { bits: 1 },
    } as const;
    // Two slices of one bit: the first answers 0.5 for its device, the second 1.
    const edges = [[0.4], [0.4]];
    const values = [
      [0, 0.5],
      [0, 1],
    ];
    const layer = engine.linear(
      { weights: [3], inFeatures: 1, outFeatures: 1 },
      { ...config, readout: { adc: { kind: "table", edges, values } } },
    );
    near(layer.forward([1]), [0.5 + 2], 6);
    expect(layer.converterTable({ slice: 0 }).values[1]).toBeCloseTo(0.5);
    expect(layer.converterTable({ slice: 1 }).values[1]).toBeCloseTo(1);
    layer.dispose();
  });

  it("may belong to each converter of an array", () => {
    const adc = {
      kind: "table",
      per: "converter",
      groupSize: 2,
      edges: [
        [-0.5, 0.5],
        [-0.1, 0.1],
      ],
      values: [
        [-1, 0, 1],
        [-2, 0, 2],
      ],
    } as const;
    const layer = tileOf(adc as never, [1, 1, 1, 1]);
    near(layer.forward([0.3]), [0, 0, 2, 2], 6);
    layer.dispose();
    expect(() => tileOf(adc as never, [1, 1, 1, 1, 1])).toThrow(/readout.adc.edges/);
    expect(engine.memoryInUse()).toBe(0);
  });
});

describe("converters that cannot be", () => {
  it.each<[string, Adc]>([
    ["readout.adc.edges[2]", { kind: "table", edges: [0, 1, 1] }],
    [
      "readout.adc.edges[1][1]",
      {
        kind: "table",
        per: "converter",
        edges: [
          [0, 1],
          [1, 0],
        ],
      },
    ],
    ["readout.adc.edges", { kind: "table", edges: [] }],
    ["readout.adc.edges", { kind: "table", edges: [0.5] }],
    ["readout.adc.edges[0]", { kind: "table", edges: [Number.NaN, 1] }],
    [
      "readout.adc.edges",
      {
        kind: "table",
        edges: [
          [0, 1],
          [0, 1],
        ],
      },
    ],
    ["readout.adc.values", { kind: "table", edges: [0, 1], values: [0, 1] }],
    ["readout.adc.values[1]", { kind: "table", edges: [0, 1], values: [0, 0, 1] }],
    ["readout.adc.values", { kind: "table", edges: [0, 1], values: [[0, 1, 2]] }],
    ["readout.adc.range", { kind: "table", edges: [0, 1], range: { kind: "full" } } as never],
    ["readout.adc.range.min", { kind: "sar", bits: 4, range: { kind: "fixed", min: 1, max: 1 } }],
    ["readout.adc.range.kind", { kind: "ramp", bits: 4, range: { kind: "granular" } }],
    ["readout.adc.range.max", { kind: "cyclic", bits: 4, range: { kind: "fixed", min: 0, max: [1, 2] } }],
    ["readout.adc.bits", { kind: "pipeline", bits: 1 }],
    ["readout.adc.capacitorMismatch", { kind: "pipeline", bits: 4, capacitorMismatch: [0.1, 0.1, 0.1] }],
    ["readout.adc.capacitorMismatch", { kind: "sar", bits: 4, capacitorMismatch: -0.1 }],
    ["readout.adc.groupSize", { kind: "sar", bits: 4, groupSize: 0 }],
    ["readout.adc.groupSize", { kind: "sar", bits: 4, groupSize: null } as never],
    ["readout.adc.rounding", { kind: "uniform", bits: 4, rounding: "up" } as never],
    ["readout.adc.rounding", { kind: "sar", bits: 4, rounding: "stochastic" } as never],
    ["readout.adc.splitCdac", { kind: "ramp", bits: 4, splitCdac: true } as never],
    ["readout.adc.kind", { kind: "flash", bits: 4 } as never],
  ])("are refused with their path: %s", (path, adc) => {
    const refused = () => resolveConfig({ readout: { adc } });
    expect(refused).toThrow(ConfigError);
    try {
      refused();
    } catch (error) {
      expect((error as ConfigError).path).toBe(path);
      expect((error as ConfigError).message).toContain(`${path}: expected`);
    }
  });

  it("need input bits to round", () => {
    expect(() => resolveConfig({ input: { rounding: "stochastic" } })).toThrow(/input.rounding: expected "nearest"/);
    expect(resolveConfig({ input: { bits: 4, rounding: "stochastic" } }).input.rounding).toBe("stochastic");
  });
});
