import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileKernels, createMachine } from "../../src/engine/load.js";
import type { Machine } from "../../src/engine/machine.js";
import { createEngine, type CrossbarConfigInput, type Engine, resolveConfig } from "../../src/index.js";
import { type Circuit, codeValue, converterOf } from "../support/circuits.js";
import { converterDraws } from "../support/converter-draws.js";
import { programReference, readReference, withConductances } from "../support/reference.js";
import { lawScene } from "../support/scene.js";

type Adc = NonNullable<NonNullable<CrossbarConfigInput["readout"]>["adc"]>;

/** A converter of every kind with parts that err, over a range of the scene's own kind. */
const circuit = fc.record({
  kind: fc.constantFrom("ramp", "sar", "pipeline", "cyclic"),
  bits: fc.integer({ min: 2, max: 8 }),
  gainDb: fc.constantFrom(30, 40, 60, 100),
  capacitorMismatch: fc.constantFrom(0, 0.02, 0.1),
  comparatorOffset: fc.constantFrom(0, 0.02, 0.1),
  groupSize: fc.integer({ min: 1, max: 9 }),
  form: fc.boolean(),
});

const SIDES = { line: 0, minus: 1, unit: 2 } as const;

describe("converters that err, in the whole law", () => {
  let engine: Engine;
  let machine: Machine;
  beforeAll(async () => {
    engine = await createEngine();
    machine = createMachine(await compileKernels());
  });
  afterAll(() => engine.dispose());

  it("stand where each conversion is made, each with its own parts", () => {
    let compared = 0;
    let tied = 0;
    const check = fc.property(lawScene, circuit, (scene, { form, ...parts }) => {
      const given = scene.config.readout!.adc!;
      if (!("range" in given) || given.range === undefined) return;
      const forms = { ramp: { symmetricCdac: form }, sar: { splitCdac: form }, pipeline: {}, cyclic: {} };
      const adc = { ...parts, ...forms[parts.kind], range: given.range } as Adc;
      const config = { ...scene.config, readout: { ...scene.config.readout, adc } };
      const { weights, inFeatures, outFeatures, x, batch } = scene;
      const layer = engine.linear({ weights, inFeatures, outFeatures }, config, { chip: 11, layer: 5 });
      const { ranges, columnBlocks } = layer.describe();
      const converters = new Map<string, (value: number) => number>();
      const program = programReference(weights, inFeatures, outFeatures, resolveConfig(config));
      const { outputs, tie } = readReference(withConductances(program, layer.conductances()), x, {
        convert: (value, { rowBlock, columnBlock, slice, side, column }) => {
          const place = side === "unit" ? 0 : column;
          const key = [rowBlock, columnBlock, slice, side, place].join();
          const { min, max } = ranges.find((r) => r.rowBlock === rowBlock && r.slices[0] === slice)!;
          if (!converters.has(key)) {
            const tile = rowBlock * columnBlocks.length + columnBlock;
            const address = { chip: 11, layer: 5, tile, side: SIDES[side], slice };
            const group = Math.floor(place / parts.groupSize);
            const draws = converterDraws(machine, address, group, parts.kind === "ramp" ? place : group);
            converters.set(key, converterOf(adc as Circuit, draws, min, max));
          }
          return codeValue(parts.bits, min, max, converters.get(key)!(value));
        },
      });
      const y = layer.forward(x);
      layer.dispose();
      const largest = inFeatures * 1.25 * 1.25;
      for (let b = 0; b < batch; b++) {
        for (let m = 0; m < outFeatures; m++) {
          if (tie[b]![m]! < 1e-4) {
            tied++;
            continue;
          }
          compared++;
          const difference = Math.abs(y[b * outFeatures + m]! - outputs[b]![m]!);
          if (difference > 2e-6 * largest + 2 ** -22 * Math.abs(outputs[b]![m]!))
            expect.fail(`output ${m} of vector ${b}: ${y[b * outFeatures + m]}, not ${outputs[b]![m]}`);
        }
      }
    });
    fc.assert(check, { seed: 32, numRuns: 250, endOnFailure: true });
    expect(compared).toBeGreaterThan(1000);
    expect(tied / (tied + compared)).toBeLessThan(0.25);
    expect(engine.memoryInUse()).toBe(0);
  });
});
