import { beforeAll, describe, expect, it } from "vitest";
import { type Preset, presets } from "../../src/config/presets.js";
import { createEngine, type Engine } from "../../src/layers/engine.js";

const inFeatures = 150;
const outFeatures = 20;
// Few large weights, as networks have: the ranges of PRIME and SONOS were calibrated on such.
const source = {
  weights: Float32Array.from({ length: inFeatures * outFeatures }, (_, i) => Math.sin(1 + i * i) ** 9),
  inFeatures,
  outFeatures,
};
const x = Float32Array.from({ length: 4 * inFeatures }, (_, i) => Math.sin(i * 0.7));
const exact = Array.from({ length: 4 * outFeatures }, (_, i) => {
  const [v, m] = [Math.floor(i / outFeatures), i % outFeatures];
  let sum = 0;
  for (let j = 0; j < inFeatures; j++) {
    sum += (source.weights[m * inFeatures + j] as number) * (x[v * inFeatures + j] as number);
  }
  return sum;
});
const norm = Math.hypot(...exact);

/** Largest relative error that each set of numbers may leave on this matrix, once its ranges are calibrated. */
const EXPECTED: Record<string, number> = {
  isaac: 0.01,
  prime: 0.15,
  sonos: 0.15,
  pcmInference: 0.15,
  vectorUnitCell: 0.15,
  evenlySliced: 0.1,
};

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});

describe("presets", () => {
  it.each(Object.entries(presets as Record<string, Preset>))(
    "%s computes the product as well as its numbers allow",
    (name, preset) => {
      expect(preset.source).not.toBe("");
      // The published ranges fit other networks; calibrated ones fit this matrix.
      const published = engine.linear(source, preset.config, { layer: 0 });
      const calibrated = engine.linear(source, published.calibrate(x), { layer: 0 });
      expect(published.forward(x).every(Number.isFinite)).toBe(true);
      const y = calibrated.forward(x);
      const error = Math.hypot(...exact.map((value, i) => value - (y[i] as number))) / norm;
      expect(error).toBeLessThan(EXPECTED[name] ?? 0);
      expect(error).toBeGreaterThan(0);
    },
  );

  it("SONOS refuses to age devices beyond its drift data, before anything changes", () => {
    const layer = engine.linear(source, presets.sonos.config);
    expect(() => layer.drift(86_400)).toThrow(/seconds: expected 0 for this "sonos" device, got 86400/);
    layer.drift(0);
    const small = { ...presets.sonos.config.cells, gMax: 17e-6 };
    expect(() => engine.linear(source, { ...presets.sonos.config, cells: small }).drift(86_400)).not.toThrow();
  });
});
