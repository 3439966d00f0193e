import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, type Engine, resolveConfig } from "../../src/index.js";
import { programReference, readReference, withConductances } from "../support/reference.js";
import { lawScene, type Scene, runs } from "../support/scene.js";

describe("the law against its f64 reference", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  const make = ({ weights, inFeatures, outFeatures, config }: Scene) =>
    engine.linear({ weights, inFeatures, outFeatures }, config);

  it("programs every device to its target, to the step of the grid", () => {
    const check = fc.property(lawScene, (scene) => {
      const layer = make(scene);
      const ideal = programReference(scene.weights, scene.inFeatures, scene.outFeatures, resolveConfig(scene.config));
      const held = withConductances(ideal, layer.conductances());
      layer.dispose();
      ideal.blocks.forEach((block, b) => {
        block.levels.forEach((target, k) => {
          const { plus, minus, unit } = held.blocks[b]!.levels[k]!;
          const targets = [target.plus, target.minus ?? [], target.unit ?? []].flat(2);
          const worst = [plus, minus ?? [], unit ?? []]
            .flat(2)
            .reduce((most, l, i) => Math.max(most, Math.abs(l - targets[i]!)), 0);
          // Half a step of the coarsest grid here: 48 rows, b bits: 2^(6 + b + 1 - 24), and the f32 of a level.
          expect(worst).toBeLessThanOrEqual(2 ** (6 + Math.log2(ideal.slices[k]!.top + 1) + 1 - 25));
        });
      });
    });
    fc.assert(check, runs(30, 300));
  });

  it("reads what the reference reads over the same devices, code by code, where no tie decides", () => {
    let compared = 0;
    let tied = 0;
    const check = fc.property(lawScene, (scene) => {
      const layer = make(scene);
      const config = resolveConfig(scene.config);
      const program = programReference(scene.weights, scene.inFeatures, scene.outFeatures, config);
      const { outputs, tie } = readReference(withConductances(program, layer.conductances()), scene.x);
      const y = layer.forward(scene.x);
      layer.dispose();
      // The reference is exact; single precision errs by some units in the last place of a code, more over long sums.
      const { adc } = config.readout;
      const codes = "bits" in adc ? 2 ** adc.bits : 0;
      const margin = Math.max(1e-4, (8 + scene.inFeatures) * codes * 2 ** -24);
      const largest = scene.inFeatures * 1.25 * 1.25;
      for (let b = 0; b < scene.batch; b++) {
        for (let m = 0; m < scene.outFeatures; m++) {
          if (tie[b]![m]! < margin) {
            tied++;
            continue;
          }
          compared++;
          const difference = Math.abs(y[b * scene.outFeatures + m]! - outputs[b]![m]!);
          if (difference > 2e-6 * largest + 2 ** -23 * Math.abs(outputs[b]![m]!))
            expect.fail(`output ${m} of vector ${b}: ${y[b * scene.outFeatures + m]}, not ${outputs[b]![m]}`);
        }
      }
    });
    fc.assert(check, runs(31, 700));
    // The margin excuses few, and only few.
    expect(tied / (tied + compared)).toBeLessThan(0.1);
  });
});
