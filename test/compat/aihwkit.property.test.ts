import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromAihwkit, whyUnsupported } from "../../src/compat/index.js";
import { createEngine, type Engine } from "../../src/index.js";
import { type PeripheryMapping, type PeripheryParameters, peripheryForward } from "../support/reference-periphery.js";
import { realNumbers } from "../support/scene.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.dispose());

const orZero = (arb: fc.Arbitrary<number>) => fc.oneof(fc.constant(0), arb);
const share = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true });
/** Resolutions of a whole number of steps, fraction or count; −1: none. */
const resolutions = fc.oneof(
  fc.constant(-1),
  fc.integer({ min: 3, max: 400 }).map((n) => 1 / (2 * n)),
  fc.integer({ min: 3, max: 400 }).map((n) => 2 * n),
);

const io = fc
  .record({
    mv_type: fc.constantFrom("ONE_PASS", "ONE_PASS", "POS_NEG_SEPARATE", "POS_NEG_SEPARATE_DIGITAL_SUM"),
    inp_res: resolutions,
    inp_asymmetry: orZero(share(-0.2, 0.2)),
    out_bound: fc.oneof(fc.constant(-1), share(0.3, 12)),
    out_res: resolutions,
    out_scale: fc.constantFrom(1, 0.5),
    out_asymmetry: orZero(share(0.01, 0.2)),
    bound_management: fc.constantFrom("NONE", "ITERATIVE", "ITERATIVE_WORST_CASE"),
    noise_management: fc.constantFrom("NONE", "ABS_MAX", "MAX", "CONSTANT", "ABS_MAX_NP_SUM"),
    nm_thres: orZero(share(0.5, 2)),
    max_bm_factor: fc.constantFrom(1000, 4),
    max_bm_res: fc.constantFrom(0.25, 0.1),
    ir_drop: orZero(share(0.2, 2)),
    ir_drop_g_ratio: share(100, 2000),
    out_nonlinearity: orZero(share(0.05, 0.5)),
    slope_calibration: orZero(share(0.1, 0.6)),
    r_series: orZero(share(0.005, 0.1)),
    v_offset_w_min: fc.constantFrom(-1, 0, -0.5),
    inp_bound: fc.constantFrom(1, 1, 0.7, 2),
  })
  .map((p) => (p.noise_management === "NONE" || p.noise_management === "CONSTANT" ? p : { ...p, inp_bound: 1 }));

const mapping = fc.record({
  weight_scaling_omega: fc.constantFrom(0, 0.6, 1),
  weight_scaling_columnwise: fc.boolean(),
  max_input_size: fc.constantFrom(512, 0, 7, 10),
  max_output_size: fc.constantFrom(512, 0, 3),
});

const scenes = fc.record({
  io: io as fc.Arbitrary<PeripheryParameters>,
  mapping: mapping as fc.Arbitrary<PeripheryMapping>,
  inputs: fc.integer({ min: 1, max: 24 }),
  outputs: fc.integer({ min: 1, max: 20 }),
  batch: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat(),
});

describe("aihwkit's chain against its formulas in f64", () => {
  it("agrees wherever no tie decides, with random parameters", () => {
    let compared = 0;
    let repeated = 0;
    const check = ({
      io,
      mapping,
      inputs,
      outputs,
      batch,
      seed,
    }: typeof scenes extends fc.Arbitrary<infer T> ? T : never) => {
      const weights = realNumbers(seed + 1, inputs * outputs, -1, 1);
      const x = realNumbers(seed + 2, inputs * batch, -1.5, 1.5);
      const { config, notes } = fromAihwkit({ forward: { ...io, out_noise: 0 }, mapping: { ...mapping } });
      expect(whyUnsupported(notes)).toBeNull();
      const layer = engine.linear({ weights, inFeatures: inputs, outFeatures: outputs }, config);
      const y = layer.forward(x);
      layer.dispose();
      const rows = Array.from({ length: outputs }, (_, m) => [...weights.subarray(m * inputs, (m + 1) * inputs)]);
      const references = Array.from({ length: batch }, (_, b) =>
        peripheryForward(rows, [...x.subarray(b * inputs, (b + 1) * inputs)], io, mapping),
      );
      const largest = Math.max(...references.flatMap((r) => r.y.map(Math.abs)), 1e-3);
      references.forEach((reference, b) => {
        if (reference.margin < 2e-4) return;
        compared++;
        if (reference.rounds.some((n) => n > 1)) repeated++;
        reference.y.forEach((value, m) => {
          expect(Math.abs(y[b * outputs + m]! - value) / largest).toBeLessThan(1e-4);
        });
      });
    };
    fc.assert(fc.property(scenes, check), { seed: 20_260, numRuns: 1500, endOnFailure: true });
    expect(compared).toBeGreaterThan(2500);
    expect(repeated).toBeGreaterThan(300);
  });
});
