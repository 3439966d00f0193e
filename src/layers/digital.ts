import { nearestEven, powerOfTwo } from "../model/rounding.js";
import type { DigitalConfig } from "./layerConfig.js";
import type { LinearMap } from "./source.js";

/**
 * A linear map kept in digital: f64 sums in order of the inputs, one rounding to f32.
 *
 * With bits, weights are quantised once (abs-max of the matrix) and activations per vector (abs-max).
 */
export class DigitalLinear {
  readonly #weights: Float64Array;
  readonly #weightStep: number;

  constructor(
    private readonly source: LinearMap,
    readonly config: DigitalConfig,
  ) {
    const { codes, step } = quantise(source.weights, config.weightBits);
    this.#weights = codes;
    this.#weightStep = step;
  }

  forward(x: Float32Array): Float32Array {
    const { inFeatures, outFeatures, bias } = this.source;
    const batch = x.length / inFeatures;
    const out = new Float32Array(batch * outFeatures);
    for (let v = 0; v < batch; v++) {
      const { codes, step } = quantise(x.subarray(v * inFeatures, (v + 1) * inFeatures), this.config.activationBits);
      for (let m = 0; m < outFeatures; m++) {
        let sum = 0;
        const row = m * inFeatures;
        for (let j = 0; j < inFeatures; j++) sum += (this.#weights[row + j] as number) * (codes[j] as number);
        out[v * outFeatures + m] = sum * this.#weightStep * step + (bias === null ? 0 : (bias[m] as number));
      }
    }
    return out;
  }
}

function quantise(values: Float32Array, bits: number | null): { codes: Float64Array; step: number } {
  if (bits === null) return { codes: Float64Array.from(values), step: 1 };
  const top = powerOfTwo(bits - 1) - 1;
  const most = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  if (most === 0) return { codes: new Float64Array(values.length), step: 0 };
  return { codes: Float64Array.from(values, (value) => nearestEven((top * value) / most)), step: most / top };
}
