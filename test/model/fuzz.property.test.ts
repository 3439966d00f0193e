import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ConfigError,
  CrossbarError,
  createEngine,
  type CrossbarConfigInput,
  type Engine,
  resolveConfig,
} from "../../src/index.js";
import { lawScene, runs } from "../support/scene.js";

type Plain = Record<string, unknown>;

/** Every path into plain data, the inner ones too. */
function paths(data: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof data !== "object" || data === null) return [at];
  return [at, ...Object.entries(data).flatMap(([key, value]) => paths(value, [...at, key]))];
}

/** The data with another value at a path. */
function replaced(data: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(data)) return data.map((entry, i) => (String(i) === key ? replaced(entry, rest, value) : entry));
  return { ...(data as Plain), [key]: replaced((data as Plain)[key], rest, value) };
}

/** Values that configurations arrive with when something went wrong. */
const garbage = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    false,
    "",
    "4",
    "none",
    [],
    {},
    Number.NaN,
    Infinity,
    -Infinity,
    -0,
    -1,
    0,
    0.5,
    3,
    17,
    1e9,
    1e300,
  ),
  fc.constantFrom<unknown>(
    { kind: "none" },
    { kind: "full" },
    { kind: "table" },
    { kind: 1 },
    [[]],
    [1, "2"],
    [[1], 2],
    () => 1,
    Symbol.iterator,
    7n,
  ),
  fc.anything(),
);

describe("random configurations", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine();
  });
  afterAll(() => engine.dispose());

  it("that are garbage give a ConfigError, and one that says what is allowed", () => {
    const check = fc.property(
      fc.anything({ withDate: true, withMap: true, withTypedArray: true, withNullPrototype: true }),
      (config) => {
        const plain =
          typeof config === "object" &&
          config !== null &&
          Object.prototype.toString.call(config) === "[object Object]" &&
          Object.keys(config).length === 0;
        try {
          resolveConfig(config as CrossbarConfigInput);
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          expect(error.allowed).not.toBe("");
          return;
        }
        // What was accepted said nothing: nothing at all, or an object without a key.
        expect(config === undefined || plain).toBe(true);
      },
    );
    fc.assert(check, { seed: 40, numRuns: 2000 });
  });

  it("that are valid but for one value either work or give a typed error, and hold no memory afterwards", () => {
    let [built, refused] = [0, 0];
    const scene = fc.tuple(lawScene, fc.nat(), garbage);
    const check = fc.property(scene, ([{ config, inFeatures, outFeatures, weights, x }, where, value]) => {
      const all = paths(config);
      const broken = replaced(config, all[where % all.length]!, value) as CrossbarConfigInput;
      try {
        const layer = engine.linear({ weights, inFeatures, outFeatures }, broken, { chip: 1, layer: 1 });
        try {
          const y = layer.forward(x);
          if (y.length !== (x.length / inFeatures) * outFeatures || !y.every(Number.isFinite))
            expect.fail(`outputs ${y}`);
        } finally {
          layer.dispose();
        }
        built++;
      } catch (error) {
        if (!(error instanceof CrossbarError)) throw error;
        expect(error.message).toMatch(/expected .*, got /s);
        refused++;
      }
      expect(engine.memoryInUse()).toBe(0);
    });
    fc.assert(check, { seed: 41, numRuns: 2000, endOnFailure: true });
    // Both happen often, or the test would show nothing.
    expect(Math.min(built, refused)).toBeGreaterThan(50);
  });

  it("that are valid resolve to themselves and never crash, with errors of every simple kind", () => {
    const kinds = ["none", "independent", "proportional"] as const;
    const noise = fc.record({
      programming: fc.constantFrom(...kinds),
      read: fc.constantFrom(...kinds),
      sampling: fc.constantFrom("line", "cell"),
    });
    const check = fc.property(
      fc.tuple(lawScene, noise),
      ([{ config, inFeatures, outFeatures, weights, x }, errors]) => {
        const error = (kind: (typeof kinds)[number]) => (kind === "none" ? { kind } : { kind, sigma: 0.05 });
        const { programming, read, sampling } = errors;
        const cells = { ...config.cells, programming: error(programming), read: error(read), sampling } as Plain;
        const noisy = { ...config, cells } as CrossbarConfigInput;
        const resolved = resolveConfig(noisy);
        expect(resolveConfig(resolved)).toEqual(resolved);
        const layer = engine.linear({ weights, inFeatures, outFeatures }, noisy, { chip: 2, layer: 3 });
        const y = layer.forward(x);
        if (!y.every(Number.isFinite)) expect.fail(`outputs ${y}`);
        expect(layer.forward(x, { read: 0 })).toEqual(y);
        layer.describe();
        layer.dispose();
      },
    );
    fc.assert(check, { ...(runs(42, 500) as object), endOnFailure: true });
    expect(engine.memoryInUse()).toBe(0);
  });
});
