import { powerOfTwo } from "../rounding.js";
import { capacitance, settled } from "./capacitors.js";
import type { Transfer } from "./transfer.js";

/** A stage of 1.5 bits: two comparators, and an amplifier that doubles what they leave. Voltages in half ranges. */
export interface Stage {
  /** C2/C1: what a decision adds or takes away, and the gain above one. */
  readonly ratio: number;
  /** What the amplifier's finite gain leaves. */
  readonly settled: number;
  /** Thresholds of the two comparators, ideally 1/4 and −1/4. */
  readonly high: number;
  readonly low: number;
}

/** Parts of the range narrower than this, 2^-40, are nothing but rounding of the arithmetic. */
const THINNEST = 9.094947017729282e-13;

/** A stage from the deviations of its C1, C2 and parasitic capacitor, and the offsets of its comparators. */
export function stageOf(gain: number, c1: number, c2: number, parasitic: number, high: number, low: number): Stage {
  const feedback = capacitance(1, c1);
  const sampling = capacitance(1, c2);
  const load = Math.max(feedback + sampling + parasitic, feedback);
  return { ratio: sampling / feedback, settled: settled(gain, feedback / load), high: 0.25 + high, low: -0.25 + low };
}

/**
 * Stages one after another and a last comparator (Spear et al. 2023; PHYSICS 5.4). Each stage maps its input
 *
 *     V → ((1 + γ)·V + C·γ)·settled        C = −1 above `high`, +1 below `low`, else 0
 *
 * so the code is constant on intervals of the input, found by following each interval through the stages. An input on a
 * threshold counts as between: the tool loses it (it asks for strictly above, strictly below and strictly between).
 *
 * @param last  threshold of the last comparator
 */
export function pipelineTransfer(stages: readonly Stage[], last: number): Transfer {
  const edges: number[] = [];
  const codes: number[] = [];
  const put = (from: number, code: number) => {
    if (codes.at(-1) === code) return;
    if (codes.length > 0) edges.push(from);
    codes.push(code);
  };
  /** Inputs x in from…to reach stage n as gain·x + shift. */
  const follow = (n: number, from: number, to: number, gain: number, shift: number, code: number): void => {
    if (!(to - from > THINNEST)) return;
    const edgeOf = (threshold: number) => Math.min(Math.max((threshold - shift) / gain, from), to);
    const stage = stages[n];
    if (stage === undefined) {
      const edge = edgeOf(last);
      if (edge - from > THINNEST) put(from, code);
      if (to - edge > THINNEST) put(edge, code + 1);
      return;
    }
    const next = (low: number, high: number, decision: number, digit: number) =>
      follow(
        n + 1,
        low,
        high,
        (1 + stage.ratio) * gain * stage.settled,
        ((1 + stage.ratio) * shift + decision * stage.ratio) * stage.settled,
        code + digit,
      );
    const weight = powerOfTwo(stages.length - n);
    const crossed = stage.low > stage.high;
    const lower = edgeOf(crossed ? stage.high : stage.low);
    const upper = edgeOf(crossed ? stage.low : stage.high);
    next(from, lower, 1, 0);
    // Between thresholds that offsets have exchanged both comparators fire, and their decisions cancel.
    next(lower, upper, 0, crossed ? weight : weight / 2);
    next(upper, to, -1, weight);
  };
  follow(0, -1, 1, 1, 0, 0);
  return { edges: Float64Array.from(edges), codes: Float64Array.from(codes) };
}
