// Compiled by `npm run check:pkg` against the published types, every declaration file checked too.
import { type CrossbarConfigInput, createEngine, createPool, type EnginePool } from "sliced-crossbar";
import { fromCrossSim } from "sliced-crossbar/compat";
import * as report from "sliced-crossbar/report";
import { createPool as createPoolBeside } from "sliced-crossbar/split";

const config: CrossbarConfigInput = { weights: { bits: 4 }, cells: { read: { kind: "proportional", sigma: 0.02 } } };

export async function program(): Promise<Float32Array[]> {
  const engine = await createEngine();
  const pools: EnginePool[] = [await createPool(), await createPoolBeside({ workers: 1 })];
  const source = { weights: [1, 2], inFeatures: 2, outFeatures: 1 };
  const answers = pools.map(async (pool) => (await pool.linear(source, config)).forward([1, 2]));
  return [engine.linear(source, config).forward([1, 2]), ...(await Promise.all(answers))];
}

export const entries = [fromCrossSim, report];
