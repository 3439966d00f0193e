import type { Machine } from "../../src/engine/machine.js";
import type { Draws } from "./circuits.js";

/** Which converter of a layer; side 0 plus, 1 minus, 2 unit column. */
export interface ConverterPlace {
  readonly chip: number;
  readonly layer: number;
  readonly tile: number;
  readonly side: number;
  readonly slice: number;
}

const [MISMATCH, OFFSET, ELEMENTS] = [9, 10, 64];

/**
 * Draws of a converter from their addresses: 64 elements each, numbered along the outputs of the array.
 *
 * @param comparator  number of the comparator, where it is not the converter's
 */
export function converterDraws(
  machine: Machine,
  place: ConverterPlace,
  converter: number,
  comparator = converter,
): Draws {
  const normals = (purpose: number, number: number): Float32Array => {
    const out = machine.arena.allocate(ELEMENTS * 4);
    const word1 = place.tile + place.side * 2 ** 16 + place.slice * 2 ** 18;
    const word3 = place.layer * 2 ** 6 + purpose * 2 ** 26;
    const [first, quads] = [(number * ELEMENTS) / 4, ELEMENTS / 4];
    machine.kernels.f32_normal_fill(out, quads, first, word1, 0, word3, place.chip, 0);
    const drawn = machine.f32.slice(out / 4, out / 4 + ELEMENTS);
    machine.arena.free(out);
    return drawn;
  };
  const [mismatch, offset] = [normals(MISMATCH, converter), normals(OFFSET, comparator)];
  return { mismatch: (n) => mismatch[n]!, offset: (n) => offset[n]! };
}
