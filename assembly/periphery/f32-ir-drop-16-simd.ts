import { dropVoltage } from "./ir-drop";

/**
 * Takes what wires lose (ir-drop.ts) off lines that have been summed, in place.
 *
 *     lines     f32[reads][16]
 *     packed    drives as f32_pack_drives leaves them
 *     cellsA    one panel; cellsB the same and subtracted, held to +-limit, or 0
 *     strip     scratch f32[rows][8]
 */
export function f32_ir_drop_16__simd(
  lines: usize,
  reads: usize,
  packed: usize,
  cellsA: usize,
  cellsB: usize,
  rows: usize,
  limit: f32,
  load: f32,
  factor: f32,
  strip: usize,
): void {
  assert(((lines | packed | cellsA | cellsB | strip) & 15) == 0);
  dropVoltage(lines, reads, packed, cellsA, cellsB, rows, limit, load, factor, strip, false);
}
