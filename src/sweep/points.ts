import type { CrossbarConfigInput } from "../config/schema.js";
import { type Json, overlay } from "./patch.js";
import type { CheckedPlan, PatchValue, SweepConfig, SweepPatch } from "./plan.js";

/** One combination of values and seeds. */
export interface SweepPoint {
  /** Entries of the axes' columns. */
  readonly columns: Readonly<Record<string, Json>>;
  readonly config: SweepConfig;
  readonly chip: number;
  readonly read: number;
}

/** All points of a plan, in its order: the first axis slowest, then chips, then reads. */
export function listPoints(plan: CheckedPlan): SweepPoint[] {
  return combinations(plan.axes.map((axis) => axis.values)).flatMap((values) => {
    const columns = Object.assign(
      {},
      ...values.map((value, a) => ({ [plan.axes[a]!.name]: value.label, ...value.columns })),
    );
    const config = values.reduce((base, value) => layPatch(base, value.config), plan.config);
    const { chips, reads } = { ...plan, ...lastOf(values, "chips"), ...lastOf(values, "reads") };
    return chips.flatMap((chip) => reads.map((read) => ({ columns, config, chip, read })));
  });
}

/** Seeds of the last value that names some. */
function lastOf(values: readonly PatchValue[], what: "chips" | "reads") {
  const named = values.filter((value) => value[what] !== undefined).at(-1);
  return named === undefined ? {} : { [what]: named[what] };
}

function combinations<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((all, list) => all.flatMap((head) => list.map((item) => [...head, item])), [[]]);
}

/** Lays a patch over a configuration of one form or the other; layer patches go to the end, where they win. */
function layPatch(config: SweepConfig, patch: SweepPatch): SweepConfig {
  if (!perLayer(config) && !perLayer(patch)) return overlay(config, patch) as CrossbarConfigInput;
  const base = inLayers(config);
  const over = inLayers(patch);
  return {
    default: overlay(base.default, over.default) as CrossbarConfigInput,
    layers: [...base.layers, ...over.layers],
  };
}

function perLayer(config: SweepConfig | SweepPatch): boolean {
  return "default" in config || "layers" in config;
}

function inLayers(config: SweepConfig | SweepPatch) {
  const parts = (perLayer(config) ? config : { default: config }) as Exclude<SweepConfig, CrossbarConfigInput>;
  return { default: parts.default ?? {}, layers: parts.layers ?? [] };
}
