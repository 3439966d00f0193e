import { sampleWords } from "./address.js";
import type { ReadAddress } from "./address.js";

/** Vectors of a chunk whose sample numbers follow one another: kernels that draw take them together. */
export interface SampleRun {
  /** Place of the first of them in the chunk. */
  readonly first: number;
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

/** Sample number of a chunk's vector. */
export function sampleOf({ sample, vectors }: ReadAddress, v: number): number {
  return sample + (vectors === undefined ? v : (vectors[v] as number));
}

/** A chunk's vectors as runs; one of them unless some were left out. */
export function sampleRuns(address: ReadAddress, count: number): SampleRun[] {
  if (address.vectors === undefined) return [{ first: 0, count, ...sampleWords(address.sample) }];
  const runs: SampleRun[] = [];
  for (let first = 0; first < count; ) {
    const sample = sampleOf(address, first);
    let length = 1;
    while (first + length < count && sampleOf(address, first + length) === sample + length) length++;
    runs.push({ first, count: length, ...sampleWords(sample) });
    first += length;
  }
  return runs;
}
