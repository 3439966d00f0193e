export { evaluatePoint, POINT_TASK, type PointPayload, SUBJECT, type SweepSubject } from "./evaluate.js";
export type { Json } from "./patch.js";
export type { PatchAxis, PatchValue, PathAxis, SweepConfig, SweepData, SweepPatch, SweepPlan } from "./plan.js";
export type { PointError, PointResult, SweepRow } from "./row.js";
export { type Summary, summarise } from "./summary.js";
export { sweep, type SweepOptions, type SweepProgress } from "./sweep.js";
