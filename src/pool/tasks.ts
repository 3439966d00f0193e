import { evaluatePoint, POINT_TASK } from "../sweep/evaluate.js";
import type { Task } from "./task.js";

/** Every task a worker knows, by name. */
export const TASKS: Readonly<Record<string, Task>> = { [POINT_TASK]: evaluatePoint };
