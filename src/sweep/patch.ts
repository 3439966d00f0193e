import { ConfigError } from "../config/errors.js";

/** Plain JSON data. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
type Section = { readonly [key: string]: unknown };

/**
 * Lays a patch over a configuration: sections merge key by key, everything else is replaced.
 *
 * A section of another `kind` is replaced whole, for its keys mean nothing under the new kind. A section over a list
 * (cells, one per slice) is laid over every entry.
 *
 * @example overlay({ adc: { kind: "uniform", bits: 8 } }, { adc: { bits: 6 } })       // adc: uniform, 6 bits
 * @example overlay({ adc: { kind: "uniform", bits: 8 } }, { adc: { kind: "none" } })  // adc: none
 */
export function overlay(base: unknown, patch: unknown): unknown {
  if (!isSection(patch)) return patch;
  if (Array.isArray(base)) return base.map((entry) => overlay(entry, patch));
  if (!isSection(base) || (patch["kind"] !== undefined && patch["kind"] !== base["kind"])) return { ...patch };
  const out: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) out[key] = overlay(base[key], value);
  return out;
}

/**
 * A patch that sets one path of a configuration.
 *
 * @param path   keys joined by dots, as error messages print them
 * @param where  what an error calls the path
 * @throws {ConfigError} an empty key; list entries, which no patch can reach
 * @example patchAt("weights.slices.bitsPerSlice", 2)   // { weights: { slices: { bitsPerSlice: 2 } } }
 */
export function patchAt(path: string, value: unknown, where = "path"): Section {
  const keys = path.split(".");
  if (keys.some((key) => !/^[A-Za-z]\w*$/.test(key))) {
    throw new ConfigError(where, path, "keys of a configuration joined by dots, such as weights.bits");
  }
  return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Section;
}

function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
