import type { Machine } from "../../engine/machine.js";
import { PURPOSE, type Purpose, word1, word3 } from "../address.js";

/**
 * Elements of one converter's draws (DESIGN 5.3): 64·number + n, number = its place along the outputs of its array.
 *
 *     converterMismatch   ramp, sar    n = 0…bits          capacitors 0…bits
 *                         pipeline     n = 3·stage + 0…2   C1, C2, parasitic; a cyclic converter is one stage
 *     comparatorOffset    ramp         n = 0               number = the output: a comparator each
 *                         sar          n = 0
 *                         pipeline     n = 2·stage + 0, 1  high, low; the last comparator 2·(bits − 1)
 *                         cyclic       n = 0, 1, 2         high, low, last
 *
 * Array, side and slice are the conversion's own (a slice sum has its first slice's number); key (chip, 0).
 */
const ELEMENTS = 64;

/** The converters of one array's conversions. */
export interface ConverterAddress {
  readonly chip: number;
  readonly layer: number;
  readonly tile: number;
  readonly side: number;
  readonly slice: number;
}

/** What a converter's parts are drawn with: standard normals of each purpose. */
export class ConverterErrors {
  readonly #mismatch: Float32Array | null;
  readonly #offset: Float32Array | null;

  /**
   * @param converters   how many share the array's outputs
   * @param comparators  how many draw an offset: the converters, or the outputs of a ramp
   */
  constructor(machine: Machine, address: ConverterAddress, converters: number, comparators: number) {
    this.#mismatch = converters === 0 ? null : draw(machine, address, PURPOSE.converterMismatch, converters);
    this.#offset = comparators === 0 ? null : draw(machine, address, PURPOSE.comparatorOffset, comparators);
  }

  /** σ·ξ of one part; 0 where nothing errs. */
  mismatch(converter: number, n: number, sigma: number): number {
    return sigma === 0 || this.#mismatch === null ? 0 : sigma * (this.#mismatch[ELEMENTS * converter + n] as number);
  }

  offset(comparator: number, n: number, sigma: number): number {
    return sigma === 0 || this.#offset === null ? 0 : sigma * (this.#offset[ELEMENTS * comparator + n] as number);
  }
}

function draw(machine: Machine, address: ConverterAddress, purpose: Purpose, count: number): Float32Array {
  const scratch = machine.arena.scratch(count * ELEMENTS * 4);
  const where = word1(address.tile, address.side, address.slice);
  const what = word3(address.layer, purpose);
  machine.kernels.f32_normal_fill(scratch, (count * ELEMENTS) / 4, 0, where, 0, what, address.chip, 0);
  return machine.f32.slice(scratch >>> 2, (scratch >>> 2) + count * ELEMENTS);
}
