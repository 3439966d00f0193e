import { errs, type SideLaws } from "../../config/cells.js";
import { type Curve, MICROSIEMENS } from "../../config/devices/curve.js";
import type { LongTermLaw } from "../../config/devices/model.js";
import { HERMES_ONE, HERMES_TWO, PCM } from "../../config/devices/pcm.js";
import { CMO_RELAXATION } from "../../config/devices/rram.js";
import type { Machine } from "../../engine/machine.js";
import type { SlicePlan } from "../slices.js";
import type { CellChunk } from "./chunk.js";
import { powerLaw, readDeviation } from "./laws.js";
import { type PackedCurve, packCurve } from "./packed-curve.js";
import { longTermGrowth } from "./time.js";

// biome-ignore lint/suspicious/noApproximativeNumericConstant: the engine's own constants are not used in the law
const LN_10 = 2.302585092994046;
/** Standard deviation of an even spread over −1…1. */
const UNIFORM_SIGMA = Math.sqrt(1 / 3);

/** σ = read·log10(G) in µS, to be multiplied by the growth with time. */
export const CMO_READ: Curve = {
  argument: MICROSIEMENS,
  result: { siemens: MICROSIEMENS },
  pieces: [{ log: CMO_RELAXATION.read / LN_10, low: 0 }],
};

/** Standard deviations of one read, device by device, at a time since programming. */
export class ReadSigma {
  readonly #curve: PackedCurve | null;
  /** Relative noise of models that know the time: what their start is, and after which read time it is counted. */
  readonly #growing: { start: number; readTime: number; relative: boolean } | null = null;

  /** @param seconds  null: not drifted since programming */
  constructor(
    private readonly slice: SlicePlan,
    laws: SideLaws,
    private readonly seconds: number | null,
  ) {
    const { read } = laws;
    const plain = readDeviation(read);
    if (!errs(read)) this.#curve = null;
    else if (plain !== null) {
      this.#curve = packCurve(plain.sigma, slice, plain.scale * (plain.uniform ? UNIFORM_SIGMA : 1));
    } else if (read.kind === "rramCmo") {
      this.#curve = packCurve(CMO_READ, slice, read.scale);
      this.#growing = { start: 0, readTime: CMO_RELAXATION.readTime, relative: false };
    } else {
      const { scale } = read as { scale: number };
      const model = read.kind === "pcm" ? PCM : (read as { devices: 1 | 2 }).devices === 1 ? HERMES_ONE : HERMES_TWO;
      const { readTime, quality } = model.longTerm as LongTermLaw;
      this.#curve = packCurve(quality, slice, scale);
      const start = powerLaw(laws.drift)?.start ?? (model.drift as { start: number }).start;
      this.#growing = { start, readTime, relative: true };
    }
  }

  get curves(): readonly PackedCurve[] {
    return this.#curve === null ? [] : [this.#curve];
  }

  /**
   * Evaluates one chunk.
   *
   * @param levels      buffer of the devices as they are now
   * @param programmed  buffer of the devices as programmed, which relative noise is looked up at
   * @returns           false where nothing is noisy; `out` is then undefined
   */
  evaluate(
    chunk: CellChunk,
    machine: Machine,
    levels: number,
    programmed: number,
    out: number,
    spare: number,
    factor: number,
  ): boolean {
    if (this.#curve === null) return false;
    const { kernels } = machine;
    const growing = this.#growing;
    const growth =
      growing === null ? 1 : longTermGrowth(machine, (this.seconds ?? 0) + growing.start, growing.readTime);
    chunk.curve(out, growing?.relative ? programmed : levels, this.#curve);
    chunk.fill(spare, factor * growth);
    kernels.f32_product(chunk.pointer(out), chunk.pointer(spare), chunk.pointer(out), chunk.padded, 0);
    if (growing?.relative) {
      kernels.f32_product(
        chunk.pointer(out),
        chunk.pointer(out),
        chunk.pointer(levels),
        chunk.padded,
        this.slice.baseline,
      );
    }
    return true;
  }
}
