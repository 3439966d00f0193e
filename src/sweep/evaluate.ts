import type { Engine } from "../layers/engine.js";
import type { NetworkSource } from "../layers/graph.js";
import type { Task, TaskContext } from "../pool/task.js";
import type { SweepConfig, SweepData } from "./plan.js";
import type { PointResult } from "./row.js";

/** What all points of a sweep share. */
export interface SweepSubject {
  readonly network: NetworkSource;
  readonly data: SweepData;
  readonly count: number;
}

/** What makes one point. */
export interface PointPayload {
  readonly config: SweepConfig;
  readonly chip: number;
  readonly read: number;
  readonly predictions: boolean;
}

/** The task's name in the pool, and the name of the subject among its shared data. */
export const POINT_TASK = "sweepPoint";
export const SUBJECT = "sweep";

/** Stretches of work between two chances to abort. */
const STRETCH_MS = 50;

/**
 * Programs the network once and reads every vector once: the sweep's task, alike in a worker and in this thread.
 *
 * Vectors are read in stretches whose length follows the clock; every vector has its own draws, so the stretches leave
 * no trace in the result.
 */
export const evaluatePoint: Task<PointPayload, PointResult> = async (engine, payload, context) => {
  const subject = context.shared<SweepSubject>(SUBJECT);
  const classes = await readClasses(engine, subject, payload, context);
  const { labels, reference } = subject.data;
  const result = { accuracy: shareEqual(classes, labels), agreement: shareEqual(classes, reference) };
  return payload.predictions ? { ...result, predictions: Array.from(classes) } : result;
};

async function readClasses(engine: Engine, subject: SweepSubject, payload: PointPayload, context: TaskContext) {
  const { data, count } = subject;
  const inFeatures = data.inputs.length / count;
  const classes = new Uint32Array(count);
  await context.breathe();
  const network = engine.network(subject.network, payload.config, { chip: payload.chip });
  try {
    let first = 0;
    let stretch = 16;
    while (first < count) {
      const started = performance.now();
      const last = Math.min(first + stretch, count);
      const x = data.inputs.subarray(first * inFeatures, last * inFeatures);
      classes.set(largest(network.forward(x, { read: payload.read, firstSample: first }), last - first), first);
      first = last;
      const elapsed = performance.now() - started;
      if (elapsed < STRETCH_MS / 2) stretch *= 2;
      else if (elapsed > STRETCH_MS && stretch > 1) stretch /= 2;
      await context.breathe();
    }
  } finally {
    network.dispose();
  }
  return classes;
}

/** Index of the first largest of every vector's outputs; a network that ends in argmax has done it already. */
function largest(y: ArrayLike<number>, vectors: number): Uint32Array {
  const outputs = y.length / vectors;
  if (outputs === 1) return Uint32Array.from(y);
  return Uint32Array.from({ length: vectors }, (_, v) => {
    let best = 0;
    for (let m = 1; m < outputs; m++) {
      if ((y[v * outputs + m] as number) > (y[v * outputs + best] as number)) best = m;
    }
    return best;
  });
}

function shareEqual(classes: Uint32Array, expected: ArrayLike<number> | undefined): number | null {
  if (expected === undefined) return null;
  let equal = 0;
  for (let i = 0; i < classes.length; i++) if (classes[i] === expected[i]) equal++;
  return equal / classes.length;
}
