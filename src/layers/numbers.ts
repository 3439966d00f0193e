import { ConfigError } from "../config/errors.js";
import { checkLayerNumber, checkSeed, MAX_LAYERS } from "../model/address.js";

/** Where a layer's devices and reads draw from; every field has a default. */
export interface LayerOptions {
  /** Seed of everything drawn while programming; unsigned 32-bit, default 0. */
  readonly chip?: number;
  /** Number of the layer on its chip; default the next free one. Two layers that share it share their errors. */
  readonly layer?: number;
  /** Seed of everything drawn while reading; unsigned 32-bit, default 0. */
  readonly read?: number;
}

export interface LayerAddress {
  readonly chip: number;
  readonly layer: number;
  readonly read: number;
}

const OPTION_KEYS = ["chip", "layer", "read"];

/**
 * Hands out layer numbers, per chip in the order of the calls (DESIGN 5.4).
 *
 * The engine and the pool each hold one, so that the same calls give the same numbers in both.
 */
export class LayerNumbers {
  readonly #next = new Map<number, number>();
  readonly #pinned = new Map<number, Set<number>>();

  /** @throws {ConfigError} unknown options, seeds beyond 32 bits, a chip with no number left */
  assign(options: LayerOptions = {}): LayerAddress {
    const address = this.check(options);
    const { chip, read } = address;
    const pinned = this.#pinned.get(chip) ?? new Set();
    this.#pinned.set(chip, pinned);
    if (address.layer !== null) {
      pinned.add(address.layer);
      return { chip, read, layer: address.layer };
    }
    let layer = this.#next.get(chip) ?? 0;
    while (pinned.has(layer)) layer++;
    if (layer >= MAX_LAYERS) throw new ConfigError("options.layer", layer, `at most ${MAX_LAYERS} layers per chip`);
    this.#next.set(chip, layer + 1);
    return { chip, read, layer };
  }

  /** Checks options without taking a number. */
  check(options: LayerOptions): { chip: number; read: number; layer: number | null } {
    checkOptionKeys("options", options, OPTION_KEYS);
    return {
      chip: checkSeed("options.chip", options.chip ?? 0),
      read: checkSeed("options.read", options.read ?? 0),
      layer: options.layer === undefined ? null : checkLayerNumber("options.layer", options.layer),
    };
  }
}

/** @throws {ConfigError} anything but a plain object with known keys */
export function checkOptionKeys(path: string, options: unknown, keys: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new ConfigError(path, options, `an object with the keys ${keys.join(", ")}`);
  }
  for (const [key, value] of Object.entries(options)) {
    if (!keys.includes(key)) throw new ConfigError(`${path}.${key}`, value, `one of the keys ${keys.join(", ")}`);
  }
}
