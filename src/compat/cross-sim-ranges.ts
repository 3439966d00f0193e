import type { CrossSimFields } from "./cross-sim-parameters.js";

/** [min, max] of a converter, in full devices under full input. */
export type Limits = readonly [min: number, max: number];

/** Bits of one weight slice (PHYSICS 2.5); the balanced form counts the sign bit where it divides evenly (S8). */
export function bitsPerSlice(fields: CrossSimFields): number {
  const { weightBits, slices, slicedOffset } = fields;
  if (weightBits % slices === 0) return weightBits / slices;
  return Math.ceil((slicedOffset ? weightBits : weightBits - 1) / slices);
}

/** Converter range of a block of `inputs` rows for the options MAX and GRANULAR (PHYSICS 5.3, table by core style). */
export function limitsOf(fields: CrossSimFields, inputs: number): Limits {
  const top = 1 << fields.adcBits;
  const levels = 1 << bitsPerSlice(fields);
  const corr = dacCorrection(fields);
  const bipolar = fields.dacSigned || (fields.style === "balanced" && fields.subtractInArray);
  const sliced = fields.style === "bitSliced";
  if (fields.adcRange === "max") {
    if (!sliced) return [bipolar ? -inputs : 0, inputs];
    if (!fields.slicedOffset) return [-inputs, inputs];
    const lossless = nearestPowerOfTwo(inputs) * (levels / (levels - 1)) * corr;
    const limit = (lossless * (fields.dacSigned ? top - 2 : top - 1)) / top;
    return [fields.dacSigned ? -limit : 0, limit];
  }
  const step = sliced ? corr / (levels - 1) : corr / (1 << fields.weightBits);
  const symmetric = sliced ? !fields.slicedOffset || fields.dacSigned : bipolar;
  return symmetric ? [-step * (top / 2 - 1), step * (top / 2 - 1)] : [0, step * (top - 1)];
}

/** The tool's factor for the DAC's missing top code: right for accumulated input slices only (S3). Undefined without DAC bits (S13a). */
export function dacCorrection(fields: CrossSimFields): number {
  if (fields.dacBits === 0) return 1;
  const codes = 1 << (fields.dacSigned ? fields.dacBits - 1 : fields.dacBits);
  return codes / (codes - 1);
}

/** 2^round(log2 n): down below the square root of two times a power, else up. */
function nearestPowerOfTwo(n: number): number {
  let power = 1;
  while (power * 2 <= n) power *= 2;
  return n * n >= 2 * power * power ? power * 2 : power;
}
