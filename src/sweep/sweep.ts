import { AbortedError, DisposedError } from "../config/errors.js";
import { lawVersion } from "../config/lawVersion.js";
import type { Engine } from "../layers/engine.js";
import type { TaskPool } from "../pool/task.js";
import { planFingerprint, pointHash, refuseIfAllWrong } from "./key.js";
import { type CheckedPlan, checkPlan, type SweepPlan } from "./plan.js";
import { listPoints, type SweepPoint } from "./points.js";
import { makeRow, type PointResult, type SweepRow } from "./row.js";
import { type PointRunner, pointRunner } from "./runner.js";
import { Shelf } from "./shelf.js";

/** How far a sweep is; told once at the start and after every point, in order of completion. */
export interface SweepProgress {
  /** Points that have a row, failed and remembered ones included. */
  readonly finished: number;
  readonly failed: number;
  readonly total: number;
  /** The row that has just been made; null at the start. */
  readonly row: SweepRow | null;
}

/** How a sweep is run; nothing here changes a row. */
export interface SweepOptions {
  /** Ends the sweep: the iterator throws an AbortedError, rows given out before remain valid. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SweepProgress) => void) | undefined;
  /** Rows of an earlier run: a point whose key is among them gets their result and is not measured again. Failed rows do not count. */
  readonly done?: Iterable<SweepRow> | undefined;
  /** "plan" (default): rows come in order of the plan; "completion": as soon as they are there. */
  readonly order?: "plan" | "completion" | undefined;
}

/**
 * Measures every point of a plan, one row each.
 *
 * A row depends on its point alone: engine or pool, number of workers, order and stretches change no number in it. A point
 * that cannot be built or fails has a row with its error; the sweep goes on. Leaving the loop early stops the rest.
 *
 * @param target  an engine, which measures in this thread and lets other work in between, or a pool
 * @throws {ConfigError | ShapeError | NotFiniteError} a plan that is wrong as a whole
 * @throws {AbortedError} `signal` fired
 * @throws {DisposedError} the engine or pool was closed
 * @example for await (const row of sweep(pool, plan)) console.log(row.chip, row.accuracy);
 */
export async function* sweep(
  target: Engine | TaskPool,
  plan: SweepPlan,
  options: SweepOptions = {},
): AsyncGenerator<SweepRow, void, void> {
  const checked = checkPlan(plan);
  const jobs = listJobs(checked, options.done ?? []);
  const runner = pointRunner(target, checked);
  const rows = new Shelf<SweepRow>(jobs.length, options.order ?? "plan");
  const stop = new AbortController();
  const abort = () => {
    stop.abort();
    rows.breakOff(new AbortedError("sweep"));
  };
  if (options.signal?.aborted) abort();
  options.signal?.addEventListener("abort", abort, { once: true });
  try {
    startLanes(jobs, runner, checked.predictions, rows, stop.signal, options.onProgress);
    for (let place = 0; place < jobs.length; place++) yield await rows.at(place);
  } finally {
    options.signal?.removeEventListener("abort", abort);
    abort();
  }
}

/** Keeps the runner's lanes busy until all rows are on the shelf, one of them fails for good, or the sweep is stopped. */
function startLanes(
  jobs: readonly Job[],
  runner: PointRunner,
  predictions: boolean,
  rows: Shelf<SweepRow>,
  signal: AbortSignal,
  onProgress: SweepOptions["onProgress"],
): void {
  const progress = { finished: 0, failed: 0, total: jobs.length };
  onProgress?.({ ...progress, row: null });
  let next = 0;
  const lane = async () => {
    while (next < jobs.length && !signal.aborted) {
      const index = next++;
      const row = await measure(jobs[index] as Job, runner, predictions, signal);
      if (signal.aborted) return;
      progress.finished++;
      if (row.error !== null) progress.failed++;
      rows.put(index, row);
      onProgress?.({ ...progress, row });
    }
  };
  for (let i = 0; i < runner.lanes; i++) lane().catch((error: unknown) => rows.breakOff(error));
}

/** @throws {AbortedError | DisposedError} what ends the whole sweep; all else becomes the point's own row */
async function measure(job: Job, runner: PointRunner, predictions: boolean, signal: AbortSignal): Promise<SweepRow> {
  const { point, hash, old } = job;
  if (old !== undefined) return makeRow(point, { lawVersion, hash }, old);
  const { config, chip, read } = point;
  try {
    return makeRow(point, { lawVersion, hash }, await runner.run({ config, chip, read, predictions }, signal));
  } catch (thrown) {
    if (thrown instanceof AbortedError || thrown instanceof DisposedError) throw thrown;
    return makeRow(point, { lawVersion, hash }, { thrown });
  }
}

interface Job {
  readonly point: SweepPoint;
  readonly hash: string;
  readonly old: PointResult | undefined;
}

function listJobs(plan: CheckedPlan, done: Iterable<SweepRow>): Job[] {
  const points = listPoints(plan);
  refuseIfAllWrong(points);
  const fingerprint = planFingerprint(plan);
  const good = Array.from(done).filter((row) => row.error === null);
  const known = new Map(good.map((row) => [row.hash, remembered(row, plan.predictions)]));
  return points.map((point) => {
    const hash = pointHash(point, fingerprint);
    return { point, hash, old: known.get(hash) };
  });
}

function remembered(row: SweepRow, predictions: boolean): PointResult | undefined {
  const { accuracy, agreement } = row;
  if (!predictions) return { accuracy, agreement };
  return row.predictions === undefined ? undefined : { accuracy, agreement, predictions: row.predictions };
}
