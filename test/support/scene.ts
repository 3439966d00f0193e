import fc from "fast-check";
import type { CrossbarConfigDraft } from "../../src/config/schema.js";

/** A matrix, vectors and a configuration that fits them. */
export interface Scene {
  readonly config: CrossbarConfigDraft;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weights: Float32Array;
  readonly x: Float32Array;
  readonly batch: number;
}

type Weights = NonNullable<CrossbarConfigDraft["weights"]>;
type Adc = NonNullable<NonNullable<CrossbarConfigDraft["readout"]>["adc"]>;

/**
 * How every property over scenes runs: found failures are told as they are. A scene is small already, and shrinking
 * a hundred dependent choices costs gigabytes.
 */
export function runs(seed: number, numRuns: number): fc.Parameters<[Scene]> {
  return { seed, numRuns, endOnFailure: true };
}

/** A failing scene as a message shows it: all but the numbers, which its seeds give again. */
function told(scene: Scene, seeds: readonly number[]): Scene {
  const { config, inFeatures, outFeatures, batch } = scene;
  return Object.assign(scene, {
    [fc.toStringMethod]: () => JSON.stringify({ config, inFeatures, outFeatures, batch, seeds }),
  });
}

/** Whole numbers in a closed interval, drawn from a seed: fast, and the sizes still shrink. */
export function wholeNumbers(seed: number, count: number, low: number, high: number): Float32Array {
  let state = seed >>> 0 || 1;
  return Float32Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return low + ((state >>> 0) % (high - low + 1));
  });
}

/** Real numbers in an open interval, drawn from a seed, as f32. */
export function realNumbers(seed: number, count: number, low: number, high: number): Float32Array {
  return wholeNumbers(seed, count, 1, 2 ** 24 - 1).map((n) => low + ((high - low) * n) / 2 ** 24);
}

/** W x in whole numbers, [batch x outFeatures]; exact as long as every sum stays below 2^53. */
export function integerProducts(
  weights: Float32Array,
  inFeatures: number,
  outFeatures: number,
  x: Float32Array,
): Float64Array {
  const products = new Float64Array((x.length / inFeatures) * outFeatures);
  for (let i = 0; i < products.length; i++) {
    const [vector, output] = [Math.floor(i / outFeatures), i % outFeatures];
    for (let j = 0; j < inFeatures; j++)
      products[i]! += weights[output * inFeatures + j]! * x[vector * inFeatures + j]!;
  }
  return products;
}

/** Draws a value from an arbitrary; how fast-check hands imperative code its choices. */
type Draw = <T>(arbitrary: fc.Arbitrary<T>) => T;

const int = (min: number, max: number) => fc.integer({ min, max });
const one = <const T extends readonly unknown[]>(...options: T) =>
  fc.constantFrom(...options) as fc.Arbitrary<T[number]>;

function drawRepresentation(draw: Draw, analog: boolean): NonNullable<Weights["representation"]> {
  switch (draw(one("pair", "pair", "offset", "single"))) {
    case "pair":
      return { kind: "pair", sides: analog ? draw(one(1, 2)) : 1, subtract: draw(one("analog", "digital")) };
    case "offset":
      return { kind: "offset", remove: draw(one("digital", "unitColumn")) };
    default:
      return { kind: "single" };
  }
}

function drawSlices(draw: Draw, needed: number): NonNullable<Weights["slices"]> {
  const width = draw(int(1, needed));
  switch (draw(one("one", "even", "more", "list"))) {
    case "one":
      return { kind: "positional" };
    case "even":
      return { kind: "positional", bitsPerSlice: width };
    case "more":
      // Slices beyond the need hold no bits and are still read.
      return { kind: "positional", bitsPerSlice: width, count: Math.ceil(needed / width) + draw(int(0, 2)) };
    default: {
      const list: number[] = [];
      for (let left = needed; left > 0; left -= list.at(-1)!) list.push(draw(int(1, Math.min(left, 4))));
      return { kind: "positional", bitsPerSlice: list };
    }
  }
}

function drawArray(draw: Draw, inFeatures: number, outFeatures: number): NonNullable<CrossbarConfigDraft["array"]> {
  const limit = (n: number) => draw(one(null, draw(int(1, n)), draw(int(1, n)), n));
  if (draw(int(0, 4)) > 0)
    return { rows: limit(inFeatures), columns: limit(outFeatures), split: draw(one("balanced", "even", "fill")) };
  const cut = (n: number): number[] => {
    const first = draw(int(1, n));
    return first === n ? [n] : [first, ...(draw(fc.boolean()) ? [n - first] : cut(n - first))];
  };
  return { split: { rows: cut(inFeatures), columns: cut(outFeatures) } };
}

function drawCells(draw: Draw) {
  const gMax = draw(one(25e-6, 1e-4, 1e-3));
  return { gMin: gMax * draw(one(0, 0.01, 0.1, 0.25)), gMax };
}

/** What a slice list must hold. */
function neededBits(weights: Weights): number {
  return weights.representation?.kind === "offset" ? weights.bits! : weights.bits! - 1;
}

function sliceCount(weights: Weights): number {
  const slices = weights.slices;
  if (slices?.kind !== "positional" || weights.bits == null) return 1;
  const { bitsPerSlice, count } = slices;
  if (Array.isArray(bitsPerSlice)) return bitsPerSlice.length;
  return count ?? (bitsPerSlice == null ? 1 : Math.ceil(neededBits(weights) / bitsPerSlice));
}

/**
 * Scenes over whole numbers with ideal cells and ideal converters, in which one step of a weight and of an input
 * is worth exactly 1: the output must be the integer matrix product, whatever the representation, slices and tiles.
 */
export const integerScene: fc.Arbitrary<Scene> = fc.gen().map((gen) => {
  const draw: Draw = (arbitrary) => gen(() => arbitrary);
  const inFeatures = draw(int(1, 40));
  const outFeatures = draw(int(1, 36));
  const batch = draw(int(1, 4));
  const bits = draw(one(null, 2, 3, 4, 5, 6, 7, 8));
  const representation = drawRepresentation(draw, bits === null);
  // Analog weights in 128ths: their levels are on every grid.
  const top = bits === null ? 128 : 2 ** (bits - 1) - 1;
  const weights: Weights = { bits, scale: { kind: "given", max: top }, representation };
  if (bits !== null) weights.slices = drawSlices(draw, neededBits(weights));
  const inputBits = draw(one(null, 1, 2, 3, 4, 5, 8));
  const signed = inputBits === null || (inputBits > 1 && draw(fc.boolean()));
  const magnitude = inputBits === null ? 6 : signed ? inputBits - 1 : inputBits;
  const full = 2 ** magnitude - 1;
  const sliceBits = inputBits === null ? null : draw(one(null, 1, draw(int(1, magnitude))));
  const perSlice = draw(fc.boolean());
  const config: CrossbarConfigDraft = {
    weights,
    cells: perSlice ? Array.from({ length: sliceCount(weights) }, () => drawCells(draw)) : drawCells(draw),
    array: drawArray(draw, inFeatures, outFeatures),
    input: inputBits === null ? {} : { bits: inputBits, signed, range: { kind: "fixed", max: full }, sliceBits },
    readout: {
      weightSlices: draw(one("digital", "digital", "analog")),
      inputSlices: sliceBits === null ? "digital" : draw(one("digital", "analog")),
    },
  };
  const low = representation.kind === "single" ? 0 : -top;
  const seeds = [draw(int(1, 2 ** 31 - 1)), draw(int(1, 2 ** 31 - 1))] as const;
  return told(
    {
      config,
      inFeatures,
      outFeatures,
      batch,
      weights: wholeNumbers(seeds[0], inFeatures * outFeatures, low, top),
      x: wholeNumbers(seeds[1], inFeatures * batch, signed ? -full : 0, full),
    },
    seeds,
  );
});

/**
 * The same with slices of significance factors instead of digits: every share is a dyadic fraction, so that each level
 * is on every grid. Given slices come with one matrix each; `product` is the matrix they stand for.
 */
export const significanceScene: fc.Arbitrary<Scene & { readonly product: Float32Array }> = fc.gen().map((gen) => {
  const draw: Draw = (arbitrary) => gen(() => arbitrary);
  const inFeatures = draw(int(1, 40));
  const outFeatures = draw(int(1, 20));
  const batch = draw(int(1, 3));
  const kind = draw(one("proportional", "fillLowFirst", "fillHighFirst", "residual", "given"));
  const count = draw(int(1, 4));
  const sizes = Array.from({ length: count }, () => draw(one(1, 2, 4)));
  const factors = kind === "given" ? sizes.map((size) => size * draw(one(1, -1))) : sizes;
  const representation = ((): NonNullable<Weights["representation"]> => {
    const subtract = draw(one("analog", "digital"));
    if (kind === "residual") return { kind: "pair", subtract };
    if (kind === "given")
      return draw(one({ kind: "pair", sides: 2, subtract }, { kind: "pair", subtract }, { kind: "single" }));
    if (kind === "proportional") return drawRepresentation(draw, true);
    const drawn = drawRepresentation(draw, true);
    return drawn.kind === "pair" ? { ...drawn, sides: 1 } : drawn;
  })();
  const signed = draw(fc.boolean());
  const magnitude = draw(int(1, 4));
  const full = 2 ** magnitude - 1;
  const real = draw(int(0, 3)) === 0;
  const sliceBits = real ? null : draw(one(null, 1, draw(int(1, magnitude))));
  const range = { kind: "fixed", max: full } as const;
  const config: CrossbarConfigDraft = {
    weights: {
      scale: { kind: "given", max: 128 },
      representation,
      slices: kind === "given" ? { kind, factors } : { kind, count, factors },
    },
    cells: Array.from({ length: count }, () => drawCells(draw)),
    array: drawArray(draw, inFeatures, outFeatures),
    input: real ? {} : { bits: magnitude + (signed ? 1 : 0), signed, range, sliceBits },
    readout: {
      weightSlices: draw(one("digital", "analog")),
      inputSlices: sliceBits === null ? "digital" : draw(one("digital", "analog")),
    },
  };
  const seeds = [draw(int(1, 2 ** 31 - 1)), draw(int(1, 2 ** 31 - 1))] as const;
  const size = inFeatures * outFeatures;
  const matrices = kind === "given" ? count : 1;
  const weights = wholeNumbers(seeds[0], size * matrices, representation.kind === "single" ? 0 : -128, 128);
  const product = weights.slice(0, size).map((w, i) => {
    return kind === "given" ? factors.reduce((sum, f, k) => sum + f * weights[k * size + i]!, 0) : w;
  });
  const x = wholeNumbers(seeds[1], inFeatures * batch, signed ? -full : 0, full);
  return { ...told({ config, inFeatures, outFeatures, batch, weights, x }, seeds), product };
});

function drawAdc(draw: Draw, config: CrossbarConfigDraft, rowBlocks: number): Adc {
  const { representation, bits } = config.weights!;
  const pair = representation?.kind === "pair" && representation.subtract === "analog";
  const bipolar = (config.input?.signed ?? config.input?.bits == null) || pair;
  const kind = bipolar ? draw(one("none", "uniform", "signMagnitude")) : draw(one("none", "uniform"));
  if (kind === "none") return { kind };
  const adcBits = draw(int(2, 10));
  const granular = bits !== null && config.input?.bits != null;
  const range = draw(
    granular ? one("full", "granular", "fixed", "perSlice", "perBlock") : one("full", "fixed", "perSlice", "perBlock"),
  );
  const limit = () => draw(int(1, 160)) / 8;
  const slices = config.readout?.weightSlices === "analog" ? 1 : sliceCount(config.weights!);
  const edges = (max: number | number[] | number[][]) => {
    const low = (value: number) => (bipolar ? -value : 0);
    const min =
      typeof max === "number" ? low(max) : max.map((row) => (typeof row === "number" ? low(row) : row.map(low)));
    return { kind, bits: adcBits, range: { kind: "fixed" as const, min: min as typeof max, max } };
  };
  const row = () => Array.from({ length: slices }, limit);
  if (range === "fixed") return edges(limit());
  if (range === "perSlice") return edges(row());
  if (range === "perBlock") return edges(Array.from({ length: rowBlocks }, row));
  return { kind, bits: adcBits, range: { kind: range } };
}

/** Scenes over real weights and inputs with converters, limits and scales of every kind; no random error. */
export const lawScene: fc.Arbitrary<Scene> = fc.gen().map((gen) => {
  const draw: Draw = (arbitrary) => gen(() => arbitrary);
  const inFeatures = draw(int(1, 48));
  const outFeatures = draw(int(1, 20));
  const batch = draw(int(1, 3));
  const bits = draw(one(null, 2, 3, 4, 5, 6, 7, 8));
  const representation = drawRepresentation(draw, bits === null);
  const per = draw(one("matrix", "output", "array", "arrayOutput"));
  const scale = draw(
    one<readonly NonNullable<Weights["scale"]>[]>(
      { kind: "absMax", per },
      { kind: "percentile", percentile: draw(one(0.9, 0.99)), per },
      { kind: "given", max: 1.25 },
      { kind: "given", max: Array.from({ length: outFeatures }, (_, m) => 0.75 + (m % 5) / 4) },
    ),
  );
  const weights: Weights = { bits, scale, representation };
  if (bits !== null) weights.slices = drawSlices(draw, neededBits(weights));
  const array = drawArray(draw, inFeatures, outFeatures);
  const inputBits = draw(one(null, 1, 2, 4, 6, 8));
  const signed = inputBits === null ? draw(fc.boolean()) : inputBits > 1 && draw(fc.boolean());
  const magnitude = inputBits === null ? 1 : signed ? inputBits - 1 : inputBits;
  const rowBlocks =
    typeof array.split === "object"
      ? array.split.rows.length
      : array.rows == null
        ? 1
        : Math.ceil(inFeatures / array.rows);
  const range = draw(
    one<readonly NonNullable<NonNullable<CrossbarConfigDraft["input"]>["range"]>[]>(
      { kind: "fixed", max: draw(one(0.5, 1, 1.5)) },
      { kind: "absMax", per: draw(one("layer", "array")) },
      { kind: "calibrated", max: Array.from({ length: rowBlocks }, (_, r) => 0.75 + r / 8) },
    ),
  );
  const sliceBits = inputBits === null ? null : draw(one(null, 1, draw(int(1, magnitude))));
  const config: CrossbarConfigDraft = {
    weights,
    cells: drawCells(draw),
    array,
    input:
      inputBits === null ? { range, signed, clip: draw(fc.boolean()) } : { bits: inputBits, signed, range, sliceBits },
    readout: {
      weightSlices: draw(one("digital", "digital", "analog")),
      inputSlices: sliceBits === null ? "digital" : draw(one("digital", "analog")),
      columnLimit: draw(one(null, null, draw(int(1, 40)) / 4)),
    },
  };
  config.readout!.adc = drawAdc(draw, config, rowBlocks);
  const seeds = [draw(int(1, 2 ** 31 - 1)), draw(int(1, 2 ** 31 - 1))] as const;
  return told(
    {
      config,
      inFeatures,
      outFeatures,
      batch,
      weights: realNumbers(seeds[0], inFeatures * outFeatures, representation.kind === "single" ? 0 : -1, 1),
      x: realNumbers(seeds[1], inFeatures * batch, signed ? -1.25 : 0, 1.25),
    },
    seeds,
  );
});
