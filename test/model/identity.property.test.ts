import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, type Engine } from "../../src/index.js";
import { integerProducts, integerScene, runs } from "../support/scene.js";

describe("with ideal converters and cells", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  it("the output is the integer product, exactly, for every representation, slicing and tiling", () => {
    const check = fc.property(integerScene, ({ config, inFeatures, outFeatures, weights, x }) => {
      const layer = engine.linear({ weights, inFeatures, outFeatures }, config);
      try {
        const y = layer.forward(x);
        const products = integerProducts(weights, inFeatures, outFeatures, x);
        const wrong = y.findIndex((value, i) => value !== products[i]);
        if (wrong >= 0) expect.fail(`output ${wrong} is ${y[wrong]}, not ${products[wrong]}`);
      } finally {
        layer.dispose();
      }
    });
    fc.assert(check, runs(20, 3000));
    expect(engine.memoryInUse()).toBe(0);
  });
});
