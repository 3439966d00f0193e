import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, type Engine } from "../../src/index.js";
import { integerProducts, integerScene, runs, type Scene, significanceScene } from "../support/scene.js";

describe("with ideal converters and cells", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  /** Fails unless the layer's outputs are the products of the matrix, to the last bit. */
  const expectProducts = ({ config, inFeatures, outFeatures, weights, x }: Scene, matrix: Float32Array) => {
    const layer = engine.linear({ weights, inFeatures, outFeatures }, config);
    try {
      const y = layer.forward(x);
      const products = integerProducts(matrix, inFeatures, outFeatures, x);
      const wrong = y.findIndex((value, i) => value !== products[i]);
      if (wrong >= 0) expect.fail(`output ${wrong} is ${y[wrong]}, not ${products[wrong]}`);
    } finally {
      layer.dispose();
    }
  };

  it("the output is the integer product, exactly, for every representation, slicing and tiling", () => {
    const check = fc.property(integerScene, (scene) => expectProducts(scene, scene.weights));
    fc.assert(check, runs(20, 3000));
    expect(engine.memoryInUse()).toBe(0);
  });

  it("and for slices by significance, given ones with negative factors too", () => {
    const check = fc.property(significanceScene, (scene) => expectProducts(scene, scene.product));
    fc.assert(check, { ...(runs(21, 2000) as object) });
    expect(engine.memoryInUse()).toBe(0);
  });
});
