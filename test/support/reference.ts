/**
 * An independent f64 evaluation of DESIGN section 2, written from the documents for clarity.
 * It shares no line with src/: where both agree, each was understood the same way twice.
 */
export type { LawConfig, LawCells } from "./reference-config.js";
export { type LawLevels, type LawProgram, levelOf, programReference, siemensOf } from "./reference-weights.js";
export { readReference, type Reading } from "./reference-read.js";
export { withConductances } from "./reference-cells.js";
