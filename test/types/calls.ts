// Compiled by `npm run check`, never run: right calls compile, wrong calls do not.
import { type AsyncLinear, createEngine, createPool, type Linear } from "../../src/index.js";

const source = { weights: [1, 2], inFeatures: 2, outFeatures: 1 };

export async function calls(signal: AbortSignal): Promise<void> {
  const engine = await createEngine();
  const pool = await createPool({ workers: 2 });

  const here: Linear = engine.linear(source, { weights: { bits: 4 } }, { chip: 1 });
  const there: AsyncLinear = await pool.linear(source, { weights: { bits: 4 } }, { chip: 1 });
  const y: Float32Array = here.forward([1, 2], { read: 1 });
  const same: Float32Array = await there.forward([1, 2], { read: 1, signal });
  const counts: readonly number[] = [y.length, same.length, there.samples, there.inFeatures];
  const restored = await pool.restore(await there.state());
  await restored.dispose();

  // @ts-expect-error an engine has no promises to abort
  here.forward(counts, { signal });
  // @ts-expect-error a promise is not its value
  const notYet: Float32Array = there.forward([1, 2]);
  // @ts-expect-error the kinds are a closed list
  engine.linear(source, { readout: { adc: { kind: "perfect" } } });
  // @ts-expect-error no unknown keys
  engine.linear(source, { colour: "red" });
  // @ts-expect-error configurations are read-only once resolved
  there.config.weights = notYet;
  // @ts-expect-error what workers restore is no part of the public twin
  there.restoreByHand([]);
  // @ts-expect-error shapes are needed
  await pool.linear({ weights: [1] });
}
