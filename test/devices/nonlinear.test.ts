import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, type CrossbarConfigInput, createEngine, type Engine, type Linear } from "../../src/index.js";
import type { CellsInput } from "../support/device-rig.js";
import { randoms } from "../kernels/rig.js";

type Current = NonNullable<CellsInput["current"]>;
type Representation = NonNullable<NonNullable<CrossbarConfigInput["weights"]>["representation"]>;

const [GMIN, GMAX] = [50e-6, 225e-6];
const [INPUTS, OUTPUTS, BATCH] = [11, 19, 4];
const WEIGHT_BITS = 5;

const CURRENTS: readonly Current[] = [
  { kind: "cubic", readVoltage: 1.5 },
  { kind: "rramMilo", readVoltage: 0.4 },
];

/** Amperes of a device at a voltage, from the papers. */
function amperes(current: Current, siemens: number, volts: number): number {
  if (current.kind === "linear") return siemens * volts;
  if (current.kind === "cubic") return siemens * (volts - 0.25 * volts ** 3);
  const l = Math.log10(siemens + 1e-16);
  const second = 0.0001388 * l ** 3 + 0.001541 * l ** 2 + 0.005711 * l + 0.007063;
  const third = 8.871e-5 * l ** 2 + 6.7919e-4 * l + 1.2968e-3;
  return siemens * volts + second * volts ** 2 + third * volts ** 3;
}

/** Weights times inputs in whole codes, device by device, in the units of weight and input codes. */
function codes(layer: Linear, current: Current, drive: number[][], bits: number, representation: Representation) {
  const top = 2 ** bits - 1;
  const volts = current.kind === "linear" ? 1 : current.readVoltage;
  const levels = 3;
  const y = new Float64Array(BATCH * OUTPUTS);
  const arrays = layer.conductances();
  const { rowBlocks, columnBlocks } = layer.describe();
  const before = (sizes: readonly number[], block: number) => sizes.slice(0, block).reduce((a, b) => a + b, 0);
  for (const { tile, slice, polarity, rows, columns, siemens } of arrays) {
    const across = tile % columnBlocks.length;
    const input = before(rowBlocks, (tile - across) / columnBlocks.length);
    const output = before(columnBlocks, across);
    const sign = polarity === "minus" || polarity === "unit" ? -1 : 1;
    for (let v = 0; v < BATCH; v++) {
      for (let r = 0; r < rows; r++) {
        const code = drive[v]![input + r]!;
        for (let place = 1; place <= Math.abs(code); place *= 2 ** bits) {
          const t = Math.sign(code) * (Math.floor(Math.abs(code) / place) % 2 ** bits);
          for (let m = 0; m < (polarity === "unit" ? columnBlocks[across]! : columns); m++) {
            const g = siemens[r * columns + (polarity === "unit" ? 0 : m)]!;
            const current_ = amperes(current, g, (volts * t) / top);
            const gained = (levels * top * current_) / (volts * (GMAX - GMIN)) - (levels * GMIN * t) / (GMAX - GMIN);
            y[v * OUTPUTS + output + m]! += sign * gained * place * 4 ** slice;
          }
        }
      }
    }
  }
  if (representation.kind === "offset" && representation.remove !== "unitColumn") {
    for (let v = 0; v < BATCH; v++) {
      const sum = drive[v]!.reduce((a, b) => a + b, 0);
      for (let m = 0; m < OUTPUTS; m++) y[v * OUTPUTS + m]! -= 2 ** (WEIGHT_BITS - 1) * sum;
    }
  }
  return y;
}

describe("devices that do not follow Ohm's law", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  const random = randoms(9);
  const weights = Float32Array.from({ length: INPUTS * OUTPUTS }, () => 2 * random() - 1);

  const representations: readonly Representation[] = [
    { kind: "pair", subtract: "analog" },
    { kind: "pair", subtract: "digital" },
    { kind: "offset", remove: "digital" },
    { kind: "offset", remove: "unitColumn" },
  ];
  const inputs = [
    { signed: true, sliceBits: 1 },
    { signed: true, sliceBits: 3 },
    { signed: true, sliceBits: null },
    { signed: false, sliceBits: 1 },
    { signed: false, sliceBits: 2 },
  ] as const;
  const cases = CURRENTS.flatMap((current) =>
    representations.flatMap((representation) => inputs.map((input) => ({ current, representation, input }))),
  );

  it.each(cases)("give $current.kind currents: $representation, $input", ({ current, representation, input }) => {
    const full = input.signed ? 63 : 127;
    const drive = Array.from({ length: BATCH }, () =>
      Array.from({ length: INPUTS }, () => Math.round((input.signed ? 2 * random() - 1 : random()) * full)),
    );
    const layer = engine.linear(
      { weights, inFeatures: INPUTS, outFeatures: OUTPUTS },
      {
        weights: {
          bits: WEIGHT_BITS,
          scale: { kind: "given", max: 1 },
          representation,
          slices: { kind: "positional", bitsPerSlice: 2 },
        },
        cells: { gMin: GMIN, gMax: GMAX, sampling: "cell", current },
        array: { rows: 6, columns: 18 },
        input: { bits: 7, ...input },
      },
    );
    const y = layer.forward(Float32Array.from(drive.flat(), (code) => code / full));
    const bits = input.sliceBits ?? (input.signed ? 6 : 7);
    const want = codes(layer, current, drive, bits, representation);
    const unit = 1 / (full * (2 ** (WEIGHT_BITS - 1) - 1));
    y.forEach((got, i) => {
      expect(Math.abs(got - want[i]! * unit)).toBeLessThan(2e-5);
    });
    layer.dispose();
  });

  /** Outputs of single devices, one row: y = n. */
  function devices(cells: CellsInput, x: readonly number[], options: CrossbarConfigInput = {}): Float32Array {
    const layer = engine.linear(
      { weights: Float32Array.from({ length: 20 }, (_, m) => m / 19), inFeatures: 1, outFeatures: 20 },
      {
        ...options,
        weights: { representation: { kind: "single" }, scale: { kind: "given", max: 1 } },
        cells: { gMin: GMIN, gMax: GMAX, sampling: "cell", ...cells },
      },
      { chip: 3, layer: 1, read: 5 },
    );
    const y = layer.forward(Float32Array.from(x));
    layer.dispose();
    return y;
  }

  it("differ by the sign of the voltage where the current has an even term, and only there", () => {
    const both = (current: Current) => {
      const y = devices({ current }, [1, -1]);
      return [...y.subarray(0, 20)].map((plus, m) => plus + y[20 + m]!);
    };
    expect(both({ kind: "cubic", readVoltage: 2 }).every((sum) => sum === 0)).toBe(true);
    expect(both({ kind: "rramMilo", readVoltage: 0.5 }).every((sum) => Math.abs(sum) > 1e-3)).toBe(true);
  });

  it("become linear as the read voltage falls", () => {
    const x = [1, -0.75, 0.3, 0];
    const linear = devices({}, x);
    for (const kind of ["cubic", "rramMilo"] as const) {
      const bent = devices({ current: { kind, readVoltage: 1e-6 } }, x);
      const distance = bent.reduce((most, y, i) => Math.max(most, Math.abs(y - linear[i]!)), 0);
      expect(distance).toBeLessThan(1e-6);
    }
    expect(devices({ current: { kind: "linear" } }, x)).toEqual(linear);
  });

  it.each([
    { kind: "independent", sigma: 0.03 },
    { kind: "proportional", sigma: 0.05 },
    { kind: "uniform", halfWidth: 0.05, of: "gMax" },
  ] as const)("are noisy in conductance, before their current: $kind", (read) => {
    const x = [1, -1, 0.5, -0.25, 1, 1];
    // Linear devices with the same draws show the conductances of each read.
    const seen = devices({ read }, x);
    expect(seen.subarray(80, 100)).not.toEqual(seen.subarray(100, 120));
    const baseline = GMIN / (GMAX - GMIN);
    for (const current of CURRENTS) {
      const volts = current.kind === "linear" ? 1 : current.readVoltage;
      const y = devices({ read, current }, x);
      y.forEach((got, i) => {
        const t = x[Math.floor(i / 20)]!;
        const g = GMIN + (seen[i]! / t) * (GMAX - GMIN);
        const want = amperes(current, g, volts * t) / (volts * (GMAX - GMIN)) - baseline * t;
        expect(Math.abs(got - want)).toBeLessThan(3e-6);
      });
    }
  });

  it("do not depend on how reads are batched", () => {
    const cells: CellsInput = {
      gMin: GMIN,
      gMax: GMAX,
      sampling: "cell",
      read: { kind: "proportional", sigma: 0.05 },
      current: { kind: "rramMilo", readVoltage: 0.3 },
    };
    const make = () =>
      engine.linear({ weights, inFeatures: INPUTS, outFeatures: OUTPUTS }, { cells }, { chip: 1, layer: 2, read: 3 });
    const x = Float32Array.from({ length: BATCH * INPUTS }, () => 2 * random() - 1);
    const [whole, ones] = [make(), make()];
    const y = whole.forward(x);
    for (let v = 0; v < BATCH; v++) {
      const alone = ones.forward(x.subarray(v * INPUTS, (v + 1) * INPUTS));
      expect(alone).toEqual(y.subarray(v * OUTPUTS, (v + 1) * OUTPUTS));
    }
    whole.dispose();
    ones.dispose();
  });

  it("are a step of their own where an error is split by cause", () => {
    const cells: CellsInput = { sampling: "cell", current: { kind: "cubic", readVoltage: 1 } };
    const layer = engine.linear({ weights, inFeatures: INPUTS, outFeatures: OUTPUTS }, { cells });
    const x = Float32Array.from({ length: INPUTS }, () => 2 * random() - 1);
    const { effects, total } = layer.compare(x);
    const current = effects.find((e) => e.effect === "current");
    expect(current?.rms).toBeGreaterThan(0.9 * total.rms);
    expect(total.rms).toBeGreaterThan(0.01);
    layer.dispose();
  });

  it.each<[CellsInput, string, string]>([
    [{ current: { kind: "cubic", readVoltage: 1 } }, "cells.sampling", 'set sampling to "cell"'],
    [{ sampling: "cell", current: { kind: "cubic", readVoltage: 2.1 } }, "cells.current.readVoltage", "<= 2 (volts)"],
    [{ sampling: "cell", current: { kind: "cubic", readVoltage: 0 } }, "cells.current.readVoltage", "> 0"],
    [{ sampling: "cell", current: { kind: "cubic" } as never }, "cells.current.readVoltage", "no default"],
    [
      { gMin: GMIN, gMax: GMAX, sampling: "cell", current: { kind: "rramMilo", readVoltage: 0.6 } },
      "cells.current.readVoltage",
      "<= 0.5 (volts)",
    ],
    [{ sampling: "cell", current: { kind: "rramMilo", readVoltage: 0.2 } }, "cells.gMin", "end there"],
    [
      { gMin: GMIN, gMax: 3e-4, sampling: "cell", current: { kind: "rramMilo", readVoltage: 0.2 } },
      "cells.gMax",
      "end there",
    ],
    [{ current: { kind: "diode" } as never }, "cells.current.kind", "cubic"],
  ])("are refused outside of what is known: %o", (cells, path, words) => {
    let thrown: unknown;
    try {
      engine.linear({ weights: [1], inFeatures: 1, outFeatures: 1 }, { cells });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigError);
    expect((thrown as ConfigError).path).toBe(path);
    expect((thrown as ConfigError).message).toContain(words);
  });
});
