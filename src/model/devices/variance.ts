import type { SideLaws } from "../../config/cells.js";
import type { Machine } from "../../engine/machine.js";
import type { SlicePlan } from "../slices.js";
import { CellChunk, type DeviceAddress, eachChunk } from "./chunk.js";
import { ReadSigma } from "./read-sigma.js";

const [LEVELS, PROGRAMMED, SIGMA, SPARE] = [0, 1, 2, 3];

/**
 * Standard deviation of one read of each device, in levels.
 *
 * @param programmed  levels as programmed, which relative noise is looked up at
 * @param seconds     since programming; null: not drifted
 */
export function readDeviations(
  machine: Machine,
  slice: SlicePlan,
  laws: SideLaws,
  address: DeviceAddress,
  levels: Float32Array,
  programmed: Float32Array,
  seconds: number | null,
): Float32Array {
  const read = new ReadSigma(slice, laws, seconds);
  const chunk = new CellChunk(machine, address, 4, read.curves);
  const out = new Float32Array(levels.length);
  eachChunk(chunk, levels.length, () => {
    chunk.load(LEVELS, levels);
    chunk.load(PROGRAMMED, programmed);
    if (read.evaluate(chunk, machine, LEVELS, PROGRAMMED, SIGMA, SPARE, 1)) chunk.store(SIGMA, out);
  });
  return out;
}
