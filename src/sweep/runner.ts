import { AbortedError } from "../config/errors.js";
import type { Engine } from "../layers/engine.js";
import { breathe } from "../pool/runtime.js";
import type { TaskContext, TaskPool } from "../pool/task.js";
import { evaluatePoint, POINT_TASK, type PointPayload, SUBJECT, type SweepSubject } from "./evaluate.js";
import type { PointResult } from "./row.js";

/** Measures points: in this thread or in a pool's workers. */
export interface PointRunner {
  /** How many points to keep under way. */
  readonly lanes: number;
  run(payload: PointPayload, signal: AbortSignal): Promise<PointResult>;
}

/** @param target  an engine of this thread, or a pool */
export function pointRunner(target: Engine | TaskPool, subject: SweepSubject): PointRunner {
  return "run" in target ? inPool(target, subject) : inThread(target, subject);
}

/** Twice as many points as workers: while a result travels, its worker has the next point. */
function inPool(pool: TaskPool, subject: SweepSubject): PointRunner {
  const shared = { [SUBJECT]: subject };
  return { lanes: pool.workers * 2, run: (payload, signal) => pool.run(POINT_TASK, payload, { signal, shared }) };
}

function inThread(engine: Engine, subject: SweepSubject): PointRunner {
  return { lanes: 1, run: async (payload, signal) => evaluatePoint(engine, payload, threadContext(subject, signal)) };
}

function threadContext(subject: SweepSubject, signal: AbortSignal): TaskContext {
  return {
    aborted: () => signal.aborted,
    async breathe() {
      await breathe();
      if (signal.aborted) throw new AbortedError("sweep");
    },
    shared: <T>() => subject as T,
  };
}
