import * as v from "valibot";
import { choice, section } from "./checks.js";

/**
 * "exact": weights are summed from the devices themselves, so no noise and no LSB enters the factor.
 * "measured": unit vectors go through the layer with its converters and noise, from draws of their own.
 */
const reading = () => v.optional(choice(["exact", "measured"]), "exact");

/** Digital factors that undo the mean decay of the devices: programmed sum over drifted sum, signs of the targets. */
export const Compensation = v.variant("kind", [
  section({ kind: v.literal("none") }),
  /** One factor for the layer, against its devices as they were programmed. */
  section({ kind: v.literal("global"), reading: reading() }),
  /** One factor for the layer, against the weights that were asked for. */
  section({ kind: v.literal("exactReference"), reading: reading() }),
  /** One factor per output, against the devices as they were programmed. */
  section({ kind: v.literal("perColumn"), reading: reading() }),
]);

export type CompensationConfig = v.InferOutput<typeof Compensation>;
