import { CrossbarError } from "../config/errors.js";
import type { Json } from "./patch.js";
import type { SweepPoint } from "./points.js";

/** What measuring one point gave. */
export interface PointResult {
  /** Share of vectors whose largest output is at their label; null without labels. */
  readonly accuracy: number | null;
  /** Share of vectors with the class of the reference; null without one. */
  readonly agreement: number | null;
  /** Predicted class of every vector, when the plan asks for it. */
  readonly predictions?: readonly number[];
}

/** Why a point has no result. */
export interface PointError {
  /** As in the error catalogue; "UNKNOWN" for errors of other making. */
  readonly code: string;
  readonly message: string;
}

/** One point as a tidy record: a column per axis, the seeds, the result or the error, and what it is keyed by. */
export type SweepRow = PointResult & {
  readonly chip: number;
  readonly read: number;
  readonly error: PointError | null;
  readonly lawVersion: number;
  /** Key of the point: its resolved configuration, seeds, law version, network and data. Equal keys, equal rows. */
  readonly hash: string;
} & { readonly [column: string]: Json | PointError | readonly number[] | undefined };

/** The row of a point, from its result or from what was thrown instead. Plain data, ready for JSON. */
export function makeRow(
  point: SweepPoint,
  key: { lawVersion: number; hash: string },
  outcome: PointResult | { thrown: unknown },
): SweepRow {
  const result = "thrown" in outcome ? { accuracy: null, agreement: null } : outcome;
  const error = "thrown" in outcome ? describeError(outcome.thrown) : null;
  return { ...point.columns, chip: point.chip, read: point.read, ...result, error, ...key } as SweepRow;
}

function describeError(thrown: unknown): PointError {
  if (thrown instanceof CrossbarError) return { code: thrown.code, message: thrown.message };
  return { code: "UNKNOWN", message: thrown instanceof Error ? thrown.message : String(thrown) };
}
