import { AbortedError } from "../config/errors.js";
import { type Crew, single } from "./crew.js";
import type { SharedValues } from "./shared-values.js";
import type { Slot } from "./slot.js";
import type { RunOptions } from "./task.js";
import { unpackError } from "./wire.js";

const UNKNOWN_MS = 3_000;

let nextJob = 0;

/** Runs a named task in the next free worker; see `TaskPool.run`. */
export async function runTask<Result>(
  crew: Crew,
  values: SharedValues,
  task: string,
  payload: unknown,
  options: RunOptions = {},
): Promise<Result> {
  const { signal, estimateMs = UNKNOWN_MS, shared = {} } = options;
  if (signal?.aborted) throw new AbortedError(task);
  const job = nextJob++;
  const needed = Object.values(shared);
  const ids = Object.fromEntries(Object.entries(shared).map(([name, value]) => [name, values.idOf(value)]));
  let at: Slot | undefined;
  let abort = () => {};
  try {
    return await new Promise<Result>((resolve, reject) => {
      const work = single({
        suits: (slot) => needed.every((value) => slot.shared.has(values.idOf(value))),
        fail: reject,
        run: async (slot) => {
          if (signal?.aborted) return;
          await values.bring(slot, needed);
          at = slot;
          const reply = await slot.ask((host) => host.runTask({ job, task, payload, shared: ids }), estimateMs);
          at = undefined;
          if (reply.ok) resolve(reply.value as Result);
          else reject(unpackError(reply.error));
        },
      });
      abort = () => {
        crew.remove(work);
        at?.tell((host) => host.abortTask(job));
        reject(new AbortedError(task));
      };
      signal?.addEventListener("abort", abort, { once: true });
      crew.add(work);
    });
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
