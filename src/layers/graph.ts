import { ConfigError } from "../config/errors.js";
import { MAX_LAYERS } from "../model/address.js";
import { checkOptionKeys } from "./numbers.js";
import { checkLinearSource, type LinearMap, type LinearSource } from "./source.js";

interface NodePlace {
  /** Unique in its network; default its kind and number, "linear0". */
  readonly name?: string;
  /** Name of the node whose output it reads, or "input"; default the node before it. */
  readonly from?: string;
}

/** A node as the user writes it. */
export type NetworkNode =
  | (NodePlace & { readonly kind: "linear" } & LinearSource)
  | (NodePlace & { readonly kind: "relu" | "softmax" | "argmax" });

/** A graph of named nodes; the bare list of nodes is its short form. */
export type NetworkSource =
  | readonly NetworkNode[]
  | { readonly nodes: readonly NetworkNode[]; readonly output?: string };

/** A checked node: names resolved, shapes known. Its number in the list is its layer number on the chip. */
export interface GraphNode {
  readonly name: string;
  readonly kind: NetworkNode["kind"];
  /** Number of the node it reads; −1 is the network's input. */
  readonly from: number;
  readonly features: number;
  readonly source: LinearMap | null;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly output: number;
}

const KINDS = ["linear", "relu", "softmax", "argmax"] as const;

/**
 * Checks a network and orders it: a node reads the input or a node listed before it.
 *
 * @throws {ConfigError | ShapeError | NotFiniteError} naming the node
 */
export function checkGraph(source: NetworkSource): Graph {
  const list = Array.isArray(source)
    ? (source as readonly NetworkNode[])
    : (source as { nodes: readonly NetworkNode[] })?.nodes;
  const wanted = Array.isArray(source) ? undefined : (source as { output?: string }).output;
  if (!Array.isArray(source)) checkOptionKeys("network", source, ["nodes", "output"]);
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_LAYERS) {
    throw new ConfigError("nodes", list, `a list of 1..${MAX_LAYERS} nodes`);
  }
  const first = list.find((node) => node?.kind === "linear") as LinearSource | undefined;
  if (first === undefined) throw new ConfigError("nodes", list, "at least one linear node");
  const nodes: GraphNode[] = [];
  for (const [i, node] of list.entries()) nodes.push(checkNode(node, i, nodes, first.inFeatures));
  const output = wanted === undefined ? nodes.length - 1 : nodes.findIndex((n) => n.name === wanted);
  if (output < 0) throw new ConfigError("network.output", wanted, `the name of a node: ${names(nodes)}`);
  return { nodes, inFeatures: first.inFeatures, outFeatures: (nodes[output] as GraphNode).features, output };
}

function checkNode(node: NetworkNode, number: number, before: readonly GraphNode[], inputs: number): GraphNode {
  const path = `nodes[${number}]`;
  if (typeof node !== "object" || node === null || !KINDS.includes(node.kind)) {
    throw new ConfigError(`${path}.kind`, node?.kind, `one of ${KINDS.map((k) => JSON.stringify(k)).join(", ")}`);
  }
  const { name = `${node.kind}${number}`, from: fromName, kind, ...rest } = node;
  if (typeof name !== "string" || name === "" || name === "input" || before.some((n) => n.name === name)) {
    throw new ConfigError(`${path}.name`, name, 'a name no other node has, and not "input"');
  }
  const from =
    fromName === undefined ? number - 1 : fromName === "input" ? -1 : before.findIndex((n) => n.name === fromName);
  if (fromName !== undefined && fromName !== "input" && from < 0) {
    throw new ConfigError(`${path}.from`, fromName, `"input" or the name of an earlier node: ${names(before)}`);
  }
  const width = from < 0 ? inputs : (before[from] as GraphNode).features;
  if (kind !== "linear") {
    checkOptionKeys(path, rest, []);
    return { name, kind, from, features: kind === "argmax" ? 1 : width, source: null };
  }
  const source = checkLinearSource(rest as LinearSource, path);
  if (source.inFeatures !== width) {
    throw new ConfigError(
      `${path}.inFeatures`,
      source.inFeatures,
      `${width}, what ${from < 0 ? "the input" : `node "${(before[from] as GraphNode).name}"`} has`,
    );
  }
  return { name, kind, from, features: source.outFeatures, source };
}

function names(nodes: readonly GraphNode[]): string {
  return nodes.length === 0 ? "none" : nodes.map((n) => n.name).join(", ");
}
