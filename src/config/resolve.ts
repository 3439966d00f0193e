import { checkCombinations } from "./combinations.js";
import { parse } from "./parse.js";
import { type CrossbarConfig, type CrossbarConfigInput, CrossbarSchema } from "./schema.js";

/**
 * Fills every default and refuses what cannot be built. Resolving twice changes nothing.
 *
 * @param config  plain data; `{}` or nothing is the idealised crossbar, y = W x
 * @param root    path that error messages start with
 * @throws {ConfigError} with path, value and what is allowed
 * @example resolveConfig({ weights: { bits: 4 } }).input.signed   // true
 */
export function resolveConfig(config: CrossbarConfigInput = {}, root = ""): CrossbarConfig {
  const parsed = parse(CrossbarSchema, config, root);
  const { bits, signed, clip, ...input } = parsed.input;
  const resolved: CrossbarConfig = {
    ...parsed,
    input: { ...input, bits, signed: signed ?? bits === null, clip: clip ?? bits !== null },
  };
  checkCombinations(resolved, root === "" ? "" : `${root}.`);
  return resolved;
}
