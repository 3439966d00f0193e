import { ConfigError } from "./errors.js";
import type { AdcConfig, CrossbarConfig } from "./schema.js";

/** Whether a conversion sees values of both signs. */
export function convertsSigned(config: CrossbarConfig): boolean {
  const { representation } = config.weights;
  return config.input.signed || (representation.kind === "pair" && representation.subtract === "analog");
}

/** @param conversions  converted weight slices of an output */
export function checkAdc(config: CrossbarConfig, adc: AdcConfig, conversions: number, at: string): void {
  if (adc.kind === "none") return;
  if (adc.kind === "table") {
    checkTables(adc, conversions, at);
    return;
  }
  const two = adc.kind === "pipeline" || adc.kind === "cyclic" ? adc.capacitorMismatch : 0;
  if (Array.isArray(two) && two.length !== 2) {
    throw new ConfigError(`${at}.capacitorMismatch`, two, "one number, or two, for C1 and C2");
  }
  checkRange(config, adc, conversions, at);
}

const MAX_EDGES = 65535;

/** Measured transfers: as many as they belong to, each strictly ascending, with values that fit the edges. */
function checkTables(adc: AdcConfig & { kind: "table" }, conversions: number, at: string): void {
  const { edges, values, per } = adc;
  const several = Array.isArray(edges[0]);
  const tables = (several ? edges : [edges]) as number[][];
  if (several && per === "slice" && tables.length !== conversions) {
    throw new ConfigError(`${at}.edges`, edges, `one list, or ${conversions}, one per converted weight slice`);
  }
  if (values !== null && (Array.isArray(values[0]) !== several || (several && values.length !== tables.length))) {
    const shape = several ? `${tables.length} lists, one for each list of edges` : "one list, as edges is one";
    throw new ConfigError(`${at}.values`, values, shape);
  }
  tables.forEach((table, t) => {
    const path = (name: string) => `${at}.${name}${several ? `[${t}]` : ""}`;
    checkAscending(table, path("edges"));
    if (table.length > MAX_EDGES) {
      throw new ConfigError(path("edges"), table, `at most ${MAX_EDGES} edges, the codes of 16 bits`);
    }
    if (values === null && table.length < 2) {
      const remedy = "a single step has no width to take the middle of; give values";
      throw new ConfigError(path("edges"), table, "at least two edges where values is null", remedy);
    }
    if (values === null) return;
    const output = (several ? values[t] : values) as number[];
    checkAscending(output, path("values"));
    if (output.length !== table.length + 1) {
      throw new ConfigError(path("values"), output, `${table.length + 1} numbers, one more than edges`);
    }
  });
}

function checkAscending(list: readonly number[], path: string): void {
  const wrong = list.findIndex((value, i) => i > 0 && !(value > (list[i - 1] as number)));
  if (wrong > 0)
    throw new ConfigError(`${path}[${wrong}]`, list[wrong], `more than ${list[wrong - 1]}, the entry before`);
}

type Ranged = Exclude<AdcConfig, { kind: "none" } | { kind: "table" }>;

function checkRange(config: CrossbarConfig, adc: Ranged, conversions: number, at: string): void {
  const { range } = adc;
  if (range.kind === "full" || range.kind === "granular") {
    if (adc.kind === "signMagnitude" && !convertsSigned(config)) {
      throw new ConfigError(
        `${at}.kind`,
        adc.kind,
        '"uniform" where lines carry one sign only',
        "a sign-magnitude range is symmetric; half of its codes could never occur",
      );
    }
    if (range.kind === "granular" && (config.input.bits === null || config.weights.bits === null)) {
      throw new ConfigError(
        `${at}.range.kind`,
        range.kind,
        '"full" or "fixed" for real inputs or analog cells',
        "there is no smallest level to make one LSB of",
      );
    }
    return;
  }
  const { min, max } = range;
  for (const [name, edge] of [
    ["min", min],
    ["max", max],
  ] as const) {
    for (const row of Array.isArray(edge) && Array.isArray(edge[0]) ? (edge as number[][]) : [edge]) {
      if (Array.isArray(row) && row.length !== conversions) {
        throw new ConfigError(
          `${at}.range.${name}`,
          row,
          `one number, or ${conversions}, one per converted weight slice`,
        );
      }
    }
  }
  if (Array.isArray(min) && Array.isArray(max) && min.length !== max.length) {
    throw new ConfigError(`${at}.range.max`, max, `the same shape as min, which has ${min.length} entries`);
  }
  const blocks = Math.max(...[min, max].map((e) => (Array.isArray(e) && Array.isArray(e[0]) ? e.length : 1)));
  for (let r = 0; r < blocks; r++) {
    for (let k = 0; k < conversions; k++) {
      const low = edgeAt(min, r, k);
      const high = edgeAt(max, r, k);
      if (!(low < high)) throw new ConfigError(`${at}.range.min`, low, `a number below max = ${high}`);
      if (adc.kind === "signMagnitude" && low !== -high) {
        throw new ConfigError(`${at}.range.min`, low, `${-high}, the negative of max, for a sign-magnitude ADC`);
      }
    }
  }
}

/** The edge of a range for one row block and slice, from whichever shape it was given in. */
export function edgeAt(
  edge: number | readonly number[] | readonly (readonly number[])[],
  rowBlock: number,
  slice: number,
): number {
  if (typeof edge === "number") return edge;
  const row = edge[0];
  if (typeof row === "number") return edge[slice] as number;
  return (edge as readonly (readonly number[])[])[rowBlock]?.[slice] as number;
}
