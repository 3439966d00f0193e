import * as v from "valibot";
import { integer, section } from "../config/checks.js";
import { ConfigError } from "../config/errors.js";
import { parse } from "../config/parse.js";
import { resolveConfig } from "../config/resolve.js";
import type { CrossbarConfig, CrossbarConfigInput } from "../config/schema.js";
import type { GraphNode } from "./graph.js";

/** A layer kept in digital: exact, or with quantised weights and activations. */
export interface DigitalConfig {
  readonly weightBits: number | null;
  readonly activationBits: number | null;
}

/** A patch of the default for the nodes that match. */
export interface LayerPatch {
  /** "fc*" (names, * is anything), "type:linear", or "#0" (number of the node). */
  readonly match: string;
  readonly config: CrossbarConfigInput | "digital" | { readonly digital: Partial<DigitalConfig> };
}

/** One configuration for all layers, or a default with patches; later patches win. */
export type NetworkConfig =
  | CrossbarConfigInput
  | { readonly default?: CrossbarConfigInput; readonly layers: readonly LayerPatch[] };

export type NodeConfig = { readonly analog: CrossbarConfig } | { readonly digital: DigitalConfig };

const Patched = section({
  default: v.optional(v.unknown()),
  layers: v.optional(v.array(section({ match: v.string("a pattern"), config: v.unknown() }), "a list of patches"), []),
});

const bits = () => v.optional(v.nullable(integer(2, 24)), null);
const Digital = section({ weightBits: bits(), activationBits: bits() });

/**
 * The configuration of every linear node.
 *
 * @throws {ConfigError} a bad configuration, or a pattern that matches nothing (listing the names)
 */
export function configureNodes(config: NetworkConfig, nodes: readonly GraphNode[]): (NodeConfig | null)[] {
  const patched = typeof config === "object" && config !== null && ("layers" in config || "default" in config);
  const base = patched ? parse(Patched, config) : { default: config, layers: [] };
  const plain: unknown[] = nodes.map(() => base.default ?? {});
  resolveConfig(base.default as CrossbarConfigInput, patched ? "default" : "");
  base.layers.forEach(({ match, config: patch }, i) => {
    const hits = nodes.flatMap((node, n) => (node.kind === "linear" && matches(match, node, n) ? [n] : []));
    if (hits.length === 0) {
      const known = nodes.filter((n) => n.kind === "linear").map((n) => n.name);
      throw new ConfigError(`layers[${i}].match`, match, `a pattern that matches a linear node: ${known.join(", ")}`);
    }
    for (const n of hits) plain[n] = applyPatch(plain[n], patch, base.default ?? {});
  });
  return nodes.map((node, n) => (node.kind === "linear" ? settle(plain[n], node.name) : null));
}

function applyPatch(current: unknown, patch: unknown, base: unknown): unknown {
  if (patch === "digital") return { digital: {} };
  if (isRecord(patch) && "digital" in patch) return patch;
  return merge(isRecord(current) && "digital" in current ? base : current, patch);
}

function settle(config: unknown, name: string): NodeConfig {
  if (isRecord(config) && "digital" in config) return { digital: parse(Digital, config["digital"], `${name}.digital`) };
  return { analog: resolveConfig(config as CrossbarConfigInput, name) };
}

/** Lays a patch over plain data. Objects merge key by key, but one of another `kind` replaces the whole. */
export function merge(base: unknown, patch: unknown): unknown {
  if (!isRecord(base) || !isRecord(patch)) return patch;
  if (patch["kind"] !== undefined && base["kind"] !== patch["kind"]) return patch;
  const out: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) out[key] = key in base ? merge(base[key], value) : value;
  return out;
}

function matches(pattern: string, node: GraphNode, number: number): boolean {
  if (pattern.startsWith("#")) return pattern === `#${number}`;
  if (pattern.startsWith("type:")) return pattern === `type:${node.kind}`;
  const parts = pattern.split("*");
  if (parts.length === 1) return pattern === node.name;
  let at = 0;
  for (const [i, part] of parts.entries()) {
    const found = i === parts.length - 1 ? node.name.length - part.length : node.name.indexOf(part, at);
    if (found < at || (i === 0 && found !== 0) || !node.name.startsWith(part, found)) return false;
    at = found + part.length;
  }
  return true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
