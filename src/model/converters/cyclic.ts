import { pipelineTransfer, type Stage } from "./pipeline.js";
import type { Transfer } from "./transfer.js";

/** One stage of 1.5 bits that every bit passes through (Spear et al. 2023; PHYSICS 5.4). */
export function cyclicTransfer(bits: number, stage: Stage, last: number): Transfer {
  return pipelineTransfer(new Array<Stage>(bits - 1).fill(stage), last);
}
