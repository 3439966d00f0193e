import type { AdcConfig } from "../../config/schema.js";
import type { Machine } from "../../engine/machine.js";
import { cyclicTransfer } from "./cyclic.js";
import { type ConverterAddress, ConverterErrors } from "./errors.js";
import { pipelineTransfer, type Stage, stageOf } from "./pipeline.js";
import { rampTransfer } from "./ramp.js";
import { sarTransfer } from "./sar.js";
import type { Transfer } from "./transfer.js";

/** Converters built of capacitors and comparators. */
export type CircuitAdc = Extract<AdcConfig, { kind: "ramp" | "sar" | "pipeline" | "cyclic" }>;

/** Whether codes are equal parts of the range, so that zero of a symmetric one lies between two codes. */
export function isCircuit(adc: AdcConfig): adc is CircuitAdc {
  return adc.kind === "ramp" || adc.kind === "sar" || adc.kind === "pipeline" || adc.kind === "cyclic";
}

/** The converters of one array's conversions, each with its transfer. */
export interface ConverterRow {
  /** One per converter; the same object where nothing sets them apart. */
  readonly transfers: readonly Transfer[];
  /** Consecutive outputs of a converter. */
  readonly groupSize: number;
  /** Added to the input of each output's comparison, in half ranges. */
  readonly offsets: Float64Array;
}

/** Builds and draws the converters of one array; the parts are drawn apart for every converter (S10). */
export class CircuitBuilder {
  readonly #gain: number;
  /** What all converters are where no part errs. */
  #exact: Transfer | null = null;

  constructor(
    private readonly machine: Machine,
    private readonly adc: CircuitAdc,
  ) {
    this.#gain = machine.kernels.f64_pow(10, adc.gainDb / 20);
  }

  /** @param outputs  lines that are converted, the outputs of the block or one unit column */
  row(outputs: number, address: ConverterAddress): ConverterRow {
    const { adc } = this;
    const groupSize = Math.min(adc.groupSize ?? outputs, outputs);
    const count = Math.ceil(outputs / groupSize);
    const staged = adc.kind === "pipeline" || adc.kind === "cyclic";
    const comparators = adc.comparatorOffset === 0 ? 0 : adc.kind === "ramp" ? outputs : count;
    const errors = new ConverterErrors(this.machine, address, this.#mismatched ? count : 0, comparators);
    const alike = !this.#mismatched && !(staged && comparators > 0);
    const transfers = Array.from({ length: count }, (_, converter) =>
      alike ? (this.#exact ??= this.#transfer(0, errors)) : this.#transfer(converter, errors),
    );
    const offsets = Float64Array.from({ length: outputs }, (_, output) => {
      if (staged) return 0;
      return errors.offset(adc.kind === "ramp" ? output : Math.floor(output / groupSize), 0, adc.comparatorOffset);
    });
    return { transfers, groupSize, offsets };
  }

  get #mismatched(): boolean {
    const { adc } = this;
    const capacitors = [adc.capacitorMismatch].flat().some((sigma) => sigma > 0);
    return capacitors || ("parasiticCapacitance" in adc && adc.parasiticCapacitance > 0);
  }

  #transfer(converter: number, errors: ConverterErrors): Transfer {
    const { adc } = this;
    const { bits, comparatorOffset } = adc;
    if (adc.kind === "ramp" || adc.kind === "sar") {
      const sigma = adc.capacitorMismatch;
      const deviations = Float64Array.from({ length: bits + 1 }, (_, n) => errors.mismatch(converter, n, sigma));
      return adc.kind === "ramp"
        ? rampTransfer(bits, adc.symmetricCdac, this.#gain, deviations)
        : sarTransfer(bits, adc.splitCdac, this.#gain, deviations);
    }
    const [c1, c2] = Array.isArray(adc.capacitorMismatch)
      ? (adc.capacitorMismatch as [number, number])
      : [adc.capacitorMismatch, adc.capacitorMismatch];
    const stage = (n: number): Stage =>
      stageOf(
        this.#gain,
        errors.mismatch(converter, 3 * n, c1),
        errors.mismatch(converter, 3 * n + 1, c2),
        errors.mismatch(converter, 3 * n + 2, adc.parasiticCapacitance),
        errors.offset(converter, 2 * n, comparatorOffset),
        errors.offset(converter, 2 * n + 1, comparatorOffset),
      );
    if (adc.kind === "cyclic") return cyclicTransfer(bits, stage(0), errors.offset(converter, 2, comparatorOffset));
    const last = errors.offset(converter, 2 * (bits - 1), comparatorOffset);
    return pipelineTransfer(
      Array.from({ length: bits - 1 }, (_, n) => stage(n)),
      last,
    );
  }
}
