/** Parameter files of other tools, turned into configurations: `sliced-crossbar/compat`. */
export { type AihwkitParameters, type FromAihwkit, fromAihwkit } from "./aihwkit.js";
export { type AihwkitConverter, fromAihwkitConverter } from "./aihwkit-converters.js";
export type { AihwkitSection } from "./aihwkit-parameters.js";
export { aihwkitDevice } from "./aihwkit-moments.js";
export { type CrossSimOptions, type FromCrossSim, fromCrossSim } from "./cross-sim.js";
export type { CrossSimParameters } from "./cross-sim-parameters.js";
export type { Partition } from "./cross-sim-partition.js";
export type { Limits } from "./cross-sim-ranges.js";
export { type Note, whyUnsupported } from "./note.js";
export type { LayerMaker, ReferenceCase, ReferenceResult } from "./reference.js";
export { runReferenceCase } from "./reference-case.js";
