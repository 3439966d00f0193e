import { ConfigError, NotFiniteError, ShapeError } from "../config/errors.js";
import type { CrossbarConfig } from "../config/schema.js";
import type { Machine } from "../engine/machine.js";
import { largestMagnitude } from "../model/largest.js";
import { checkOptionKeys } from "./numbers.js";

/** Numbers as a caller may hold them; they are read as f32. */
export type Numbers = Float32Array | Float64Array | readonly number[];

/** A trained linear map: y = W x + b. */
export interface LinearSource {
  /**
   * [outFeatures x inFeatures], row-major, as PyTorch and ONNX store it. For slices of kind "given" one such matrix per
   * slice, one after another.
   */
  readonly weights: Numbers;
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** One per output; none means zero. */
  readonly bias?: Numbers | null;
}

/** A checked copy that nobody outside can change. */
export interface LinearMap {
  readonly weights: Float32Array;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly bias: Float32Array | null;
}

/** What one look at the weights tells: that they are finite, and their largest magnitude, which full scales ask for. */
export interface MeasuredMap {
  readonly map: LinearMap;
  readonly largest: number;
}

/**
 * Checks and copies a linear map for a layer that is made at once. The largest magnitude stays beside the map, which
 * is part of a state that others may write.
 *
 * @throws {ShapeError | NotFiniteError | ConfigError} naming the path
 */
export function measureLinearSource(source: LinearSource, machine: Machine): MeasuredMap {
  let largest = 0;
  const map = checkLinearSource(source, "source", (weights) => {
    largest = largestMagnitude(machine, weights);
    return Number.isFinite(largest);
  });
  return { map, largest };
}

/**
 * Checks and copies a linear map.
 *
 * @param finite  looks at the weights
 * @throws {ShapeError | NotFiniteError | ConfigError} naming the path
 */
export function checkLinearSource(source: LinearSource, path = "source", finite = allFinite): LinearMap {
  checkOptionKeys(path, source, ["weights", "inFeatures", "outFeatures", "bias"]);
  const { inFeatures, outFeatures } = source;
  for (const [name, count] of Object.entries({ inFeatures, outFeatures })) {
    if (!Number.isInteger(count) || count < 1 || count > 1 << 24) {
      throw new ConfigError(`${path}.${name}`, count, `integer in 1..${1 << 24}`);
    }
  }
  const weights = finiteF32(source.weights, `${path}.weights`, finite);
  if (weights.length === 0 || weights.length % (inFeatures * outFeatures) !== 0) {
    throw new ShapeError(
      `${path}.weights`,
      weights,
      `${outFeatures} x ${inFeatures} = ${inFeatures * outFeatures} numbers`,
    );
  }
  const bias = source.bias === undefined || source.bias === null ? null : finiteF32(source.bias, `${path}.bias`);
  if (bias !== null && bias.length !== outFeatures)
    throw new ShapeError(`${path}.bias`, bias, `${outFeatures} numbers`);
  return { weights, inFeatures, outFeatures, bias };
}

/**
 * A finite f32 copy of a caller's numbers.
 *
 * @throws {ConfigError} not an array of numbers
 * @throws {NotFiniteError} a NaN, an infinity, or a value beyond the range of f32
 */
export function finiteF32(values: unknown, path: string, finite = allFinite): Float32Array {
  if (!(values instanceof Float32Array || values instanceof Float64Array || Array.isArray(values))) {
    throw new ConfigError(path, values, "a Float32Array, Float64Array or array of numbers");
  }
  if (Array.isArray(values)) {
    const at = values.findIndex((value) => typeof value !== "number");
    if (at >= 0) throw new ConfigError(`${path}[${at}]`, values[at], "a number");
  }
  const copy = new Float32Array(values as ArrayLike<number>);
  checkFinite(copy, path, values as ArrayLike<number>, finite);
  return copy;
}

/**
 * One matrix, or one per slice where the slices are given.
 *
 * @throws {ShapeError}
 */
export function checkMatrices({ weights, inFeatures, outFeatures }: LinearMap, config: CrossbarConfig): void {
  const { slices } = config.weights;
  const matrices = slices.kind === "given" ? slices.factors.length : 1;
  if (weights.length === matrices * inFeatures * outFeatures) return;
  const shape = `${outFeatures} x ${inFeatures} = ${inFeatures * outFeatures} numbers`;
  throw new ShapeError(
    "source.weights",
    weights,
    matrices === 1 ? shape : `${matrices} matrices, one per slice, of ${shape}`,
  );
}

/** Whether all are finite: looked at in wasm memory, much faster, where there is a machine. */
export function finiteBy(machine: Machine | null): typeof allFinite {
  return machine === null ? allFinite : (values) => Number.isFinite(largestMagnitude(machine, values));
}

export function checkFinite(
  values: Float32Array,
  path: string,
  original: ArrayLike<number> = values,
  finite = allFinite,
): void {
  if (finite(values)) return;
  const i = values.findIndex((value) => !Number.isFinite(value));
  throw new NotFiniteError(path, i, original[i]);
}

const MAGNITUDE = 0x7fffffff;
/** What the bits of infinity, the least that are not finite, lack of 2^31. */
const LACK = 0x00800000;

/**
 * Looks at the bits: with that added, only what is not finite reaches the sign. In arithmetic
 * (x - x is 0 or NaN) it takes four times as long, and one at a time three times.
 */
function allFinite(values: Float32Array): boolean {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const fours = bits.length & ~3;
  let seen = 0;
  for (let i = 0; i < fours; i += 4) {
    const a = ((bits[i] as number) & MAGNITUDE) + LACK;
    const b = ((bits[i + 1] as number) & MAGNITUDE) + LACK;
    const c = ((bits[i + 2] as number) & MAGNITUDE) + LACK;
    const d = ((bits[i + 3] as number) & MAGNITUDE) + LACK;
    seen |= a | b | c | d;
  }
  for (let i = fours; i < bits.length; i++) seen |= ((bits[i] as number) & MAGNITUDE) + LACK;
  return seen >= 0;
}
