import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../src/config/resolve.js";
import { programReference, readReference } from "./reference.js";
import { integerProducts, integerScene, lawScene, runs } from "./scene.js";

describe("random scenes", () => {
  it("are valid, and the reference forms the integer product of the ideal ones", () => {
    const check = fc.property(integerScene, ({ config, inFeatures, outFeatures, weights, x }) => {
      const { outputs } = readReference(programReference(weights, inFeatures, outFeatures, resolveConfig(config)), x);
      const products = integerProducts(weights, inFeatures, outFeatures, x);
      const worst = outputs.flat().reduce((most, y, i) => Math.max(most, Math.abs(y - products[i]!)), 0);
      expect(worst).toBeLessThan(1e-6);
    });
    fc.assert(check, runs(1, 200));
  });

  it("are valid with converters of every kind", () => {
    const check = fc.property(lawScene, ({ config, inFeatures, outFeatures, weights, x }) => {
      const { outputs } = readReference(programReference(weights, inFeatures, outFeatures, resolveConfig(config)), x);
      expect(outputs.flat().every(Number.isFinite)).toBe(true);
    });
    fc.assert(check, runs(2, 200));
  });
});
