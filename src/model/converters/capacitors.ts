import { powerOfTwo } from "../rounding.js";

/**
 * A capacitor built of `nominal` unit capacitors that err independently: the error grows with the root of the size.
 *
 * No capacitor falls below a hundredth of its nominal size, however large the mismatch.
 *
 * @param deviation  σ·ξ, of one unit capacitor
 */
export function capacitance(nominal: number, deviation: number): number {
  return Math.max(nominal + deviation * Math.sqrt(nominal), nominal / 100);
}

/** Binary-weighted capacitors 1, 2, 4, …, one per deviation from `first` on. */
export function binaryCapacitors(count: number, deviations: Float64Array, first = 0): Float64Array {
  return Float64Array.from({ length: count }, (_, n) => capacitance(powerOfTwo(n), deviations[first + n] as number));
}

/** Σ bit_n(code)·capacitors[n] of every code below 2^length. */
export function switchedSums(capacitors: Float64Array): Float64Array {
  const sums = new Float64Array(powerOfTwo(capacitors.length));
  capacitors.forEach((c, n) => {
    const bit = powerOfTwo(n);
    for (let code = 0; code < bit; code++) sums[bit + code] = (sums[code] as number) + c;
  });
  return sums;
}

/** What finite gain leaves of a level: 1/(1 + 1/(A·β)). */
export function settled(gain: number, feedback: number): number {
  return 1 / (1 + 1 / (gain * feedback));
}
