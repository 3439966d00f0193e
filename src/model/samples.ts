import type { Machine } from "../engine/machine.js";
import { sampleWords } from "./address.js";
import type { ReadAddress } from "./address.js";
import type { Workspace } from "./workspace.js";

/** Sample number of a chunk's vector. */
export function sampleOf({ sample, vectors }: ReadAddress, v: number): number {
  return sample + (vectors === undefined ? v : (vectors[v] as number));
}

/** Lays a chunk's sample numbers out for the kernels that draw, so that vectors may be missing among them. */
export function placeSamples({ u32 }: Machine, address: ReadAddress, count: number, at: Workspace): void {
  for (let v = 0, place = at.samples >>> 2; v < count; v++, place += 2) {
    const { low, high } = sampleWords(sampleOf(address, v));
    u32[place] = low;
    u32[place + 1] = high;
  }
}
