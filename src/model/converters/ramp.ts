import { powerOfTwo } from "../rounding.js";
import { binaryCapacitors, capacitance, settled, switchedSums } from "./capacitors.js";
import { nearestLevel, type Transfer } from "./transfer.js";

/**
 * A ramp converter: comparators watch a capacitive DAC step through all its levels (Spear et al. 2023; PHYSICS 5.4).
 *
 * @param deviations  σ·ξ of capacitors 0…bits, the last one in feedback
 */
export function rampTransfer(bits: number, symmetric: boolean, gain: number, deviations: Float64Array): Transfer {
  return nearestLevel(symmetric ? symmetricLevels(bits, gain, deviations) : plainLevels(bits, gain, deviations));
}

/** Levels of a CDAC that switches the magnitude and turns the reference around for codes below the middle. */
export function symmetricLevels(bits: number, gain: number, deviations: Float64Array): Float64Array {
  const middle = powerOfTwo(bits - 1);
  const capacitors = binaryCapacitors(bits, deviations);
  const sums = switchedSums(capacitors);
  const feedback = capacitance(middle, deviations[bits] as number);
  const half = 1 / powerOfTwo(bits);
  return Float64Array.from({ length: 2 * middle }, (_, code) => {
    const sum = sums[Math.abs(code - middle)] as number;
    const level = sum / (capacitors[bits - 1] as number);
    return ((code < middle ? -level : level) + half) * settled(gain, feedback / (feedback + sum));
  });
}

/** Levels of a CDAC that counts up from the lower end. */
function plainLevels(bits: number, gain: number, deviations: Float64Array): Float64Array {
  const codes = powerOfTwo(bits);
  const sums = switchedSums(binaryCapacitors(bits, deviations));
  const feedback = capacitance(codes, deviations[bits] as number);
  return sums.map((sum) => ((2 * sum) / feedback - (codes - 1) / codes) * settled(gain, feedback / (feedback + sum)));
}
