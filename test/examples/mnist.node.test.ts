import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { createEngine, sweep } from "../../src/index.js";

const part = (name: string) => import(pathToFileURL(resolve("examples/03-mnist", name)).href);

describe("the digit classifier", async () => {
  const { floatAccuracy, loadClassifier, packClassifier, unpackClassifier } = await part("classifier.mjs");
  const { loadDigits, PIXELS } = await part("digits.mjs");
  const layers = loadClassifier();
  const { training, heldOut } = loadDigits();

  it("recognises at least 96.5 % of the digits it was not trained on", () => {
    expect([training.count, heldOut.count]).toEqual([7996, 2004]);
    expect(floatAccuracy(layers, heldOut)).toBeGreaterThanOrEqual(0.965);
  });

  it("is stored without loss of what was stored", () => {
    expect(unpackClassifier(packClassifier(layers, {}))).toEqual(layers);
  });

  it("works on crossbars", async () => {
    const engine = await createEngine();
    const chosen = Array.from({ length: 200 }, (_, i) => i * 10);
    const plan = {
      network: [{ kind: "linear", ...layers[0] }, { kind: "relu" }, { kind: "linear", ...layers[1] }],
      data: {
        inputs: Float32Array.from(
          chosen.flatMap((i) => Array.from<number>(heldOut.images.subarray(i * PIXELS, (i + 1) * PIXELS))),
        ),
        labels: chosen.map((i) => heldOut.labels[i]),
      },
      config: {
        array: { rows: 512 },
        input: { bits: 8, signed: false, range: { kind: "absMax" as const }, sliceBits: 1 },
        weights: { slices: { kind: "positional" as const, bitsPerSlice: 2 } },
        cells: { programming: { kind: "proportional" as const, sigma: 0.05 } },
      },
      axes: [{ path: "weights.bits", values: [4, 8] }],
      chips: [1],
    };
    for await (const row of sweep(engine, plan)) expect(row.accuracy).toBeGreaterThan(0.93);
    engine.dispose();
  });
});
