import * as v from "valibot";
import { flag, integer, listOf, section } from "../config/checks.js";
import { ConfigError, NotFiniteError, ShapeError } from "../config/errors.js";
import { parse } from "../config/parse.js";
import type { NetworkSource } from "../layers/graph.js";
import type { NetworkConfig } from "../layers/layerConfig.js";
import { type Json, patchAt } from "./patch.js";

/** What the points of a plan vary: one configuration, or a default with patches of layers. */
export type SweepConfig = NetworkConfig;

/** Part of a configuration, laid over the plan's. Entries of `layers` go behind those already there, so they win. */
export type SweepPatch = { readonly [key: string]: unknown };

/** An axis along one configuration path: every value is a column entry and what stands at the path. */
export interface PathAxis {
  /** For example "weights.bits" or "cells.programming.sigma". */
  readonly path: string;
  /** Column name; the path by default. */
  readonly name?: string | undefined;
  readonly values: readonly Json[];
}

/** An axis whose values are named patches. */
export interface PatchAxis {
  readonly name: string;
  readonly values: readonly PatchValue[];
}

/** One value of an axis: what it is called in the rows, and what it changes. */
export interface PatchValue {
  /** The entry in the axis's column. */
  readonly label: Json;
  /** More columns of rows with this value, for an axis that stands for several quantities. */
  readonly columns?: Readonly<Record<string, Json>> | undefined;
  readonly config: SweepPatch;
  /** Chips and reads of points with this value, where the plan's make no sense: one chip suffices without errors. */
  readonly chips?: readonly number[] | undefined;
  readonly reads?: readonly number[] | undefined;
}

/** What a network is measured on. `labels`, `reference` or both are needed. */
export interface SweepData {
  /** Vectors [count x inFeatures], row-major. */
  readonly inputs: Float32Array;
  /** True class of every vector. */
  readonly labels?: ArrayLike<number> | undefined;
  /** Class that another evaluation gave every vector, for example the float network. */
  readonly reference?: ArrayLike<number> | undefined;
}

/** A sweep as plain data: a network, what it is measured on, and the grid of configurations and seeds. */
export interface SweepPlan {
  readonly version?: 1 | undefined;
  /** Nodes as `engine.network` takes them. */
  readonly network: NetworkSource;
  readonly data: SweepData;
  /** What all points share; `{}` by default. */
  readonly config?: SweepConfig | undefined;
  /** The first axis varies slowest; chips and reads vary fastest. None: one configuration. */
  readonly axes?: readonly (PathAxis | PatchAxis)[] | undefined;
  /** Unsigned 32-bit seeds, `[0]` by default. */
  readonly chips?: readonly number[] | undefined;
  readonly reads?: readonly number[] | undefined;
  /** Whether rows carry the predicted class of every vector. */
  readonly predictions?: boolean | undefined;
  /** Anything; not part of any key. */
  readonly meta?: unknown;
}

/** A plan with its defaults, every axis in patch form, and the number of vectors. */
export interface CheckedPlan {
  readonly network: NetworkSource;
  readonly data: SweepData;
  readonly count: number;
  readonly config: SweepConfig;
  readonly axes: readonly PatchAxis[];
  readonly chips: readonly number[];
  readonly reads: readonly number[];
  readonly predictions: boolean;
}

const seeds = () => listOf(integer(0, 0xffffffff), "unsigned 32-bit seeds");
const object = (what: string) => v.custom<object>((x) => typeof x === "object" && x !== null, what);
const text = (what: string) => v.pipe(v.string(what), v.minLength(1, what));
const json = () => v.custom<Json>(isJson, "plain JSON data");

const patchAxis = section({
  name: text("a column name"),
  values: listOf(
    section({
      label: json(),
      columns: v.optional(v.record(v.string(), json())),
      config: object("a patch of the configuration"),
      chips: v.optional(seeds()),
      reads: v.optional(seeds()),
    }),
    "values { label, config }",
  ),
});
const pathAxis = section({
  path: text("a path into the configuration"),
  name: v.optional(text("a column name")),
  values: listOf(json(), "values"),
});

const SweepPlanSchema = section({
  version: v.optional(v.literal(1, "1"), 1),
  network: object("the nodes of a network"),
  data: section({
    inputs: v.instance(Float32Array, "a Float32Array [count x inFeatures]"),
    labels: v.optional(object("a list of classes")),
    reference: v.optional(object("a list of classes")),
  }),
  config: v.optional(object("a configuration"), {}),
  axes: v.optional(
    v.array(
      v.lazy<typeof patchAxis | typeof pathAxis>((axis) =>
        typeof axis === "object" && axis !== null && "path" in axis ? pathAxis : patchAxis,
      ),
      "a list of axes",
    ),
    [],
  ),
  chips: v.optional(seeds(), [0]),
  reads: v.optional(seeds(), [0]),
  predictions: v.optional(flag(), false),
  meta: v.optional(v.unknown()),
});

/** Columns every row has beside those of the axes. */
export const ROW_COLUMNS = ["chip", "read", "accuracy", "agreement", "predictions", "error", "lawVersion", "hash"];

/**
 * Checks a plan and brings it into one form.
 *
 * @throws {ConfigError} unknown keys, wrong values, two columns of one name
 * @throws {ShapeError} inputs, labels and reference that do not fit together
 * @throws {NotFiniteError} an input that is not a finite number
 */
export function checkPlan(plan: SweepPlan): CheckedPlan {
  const parsed = parse(SweepPlanSchema, plan, "plan");
  const axes = parsed.axes.map((axis, a) => ("path" in axis ? fromPath(axis, `plan.axes[${a}]`) : (axis as PatchAxis)));
  checkColumns(axes);
  const data = parsed.data as SweepData;
  const { network, config, chips, reads, predictions } = parsed;
  const subject = { network: network as NetworkSource, data, count: checkData(data) };
  return { ...subject, config: config as SweepConfig, axes, chips, reads, predictions };
}

function fromPath(axis: v.InferOutput<typeof pathAxis>, at: string): PatchAxis {
  const values = axis.values.map((value) => ({ label: value, config: patchAt(axis.path, value, `${at}.path`) }));
  return { name: axis.name ?? axis.path, values };
}

function checkColumns(axes: readonly PatchAxis[]): void {
  const taken = new Set(ROW_COLUMNS);
  axes.forEach((axis, a) => {
    const own = new Set([axis.name, ...axis.values.flatMap((value) => Object.keys(value.columns ?? {}))]);
    for (const column of own) {
      if (taken.has(column))
        throw new ConfigError(`plan.axes[${a}]`, column, "a column name no other axis or result has");
      taken.add(column);
    }
  });
}

/** Number of vectors. */
function checkData({ inputs, labels, reference }: SweepData): number {
  const count = labels?.length ?? reference?.length;
  if (count === undefined) throw new ConfigError("plan.data", undefined, "labels, reference or both");
  if (count === 0 || inputs.length === 0 || inputs.length % count !== 0) {
    throw new ShapeError("plan.data.inputs", inputs, `a multiple of the ${count} labels`);
  }
  for (const [name, list] of Object.entries({ labels, reference })) {
    if (list === undefined) continue;
    if (list.length !== count) throw new ShapeError(`plan.data.${name}`, list.length, `${count} entries`);
    for (let i = 0; i < count; i++) {
      const entry = list[i] as number;
      if (!Number.isInteger(entry) || entry < 0)
        throw new ConfigError(`plan.data.${name}[${i}]`, entry, "a class, 0 or more");
    }
  }
  const bad = inputs.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) throw new NotFiniteError("plan.data.inputs", bad, inputs[bad]);
  return count;
}

function isJson(value: unknown): boolean {
  if (value === null || typeof value === "boolean" || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || ArrayBuffer.isView(value)) return false;
  return Object.values(value as object).every(isJson);
}
