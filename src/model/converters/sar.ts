import { powerOfTwo } from "../rounding.js";
import { binaryCapacitors, capacitance, settled, switchedSums } from "./capacitors.js";
import { symmetricLevels } from "./ramp.js";
import { searched, type Transfer } from "./transfer.js";

/**
 * A successive-approximation converter over a capacitive DAC (Spear et al. 2023; PHYSICS 5.4).
 *
 * @param split       whether a bridge capacitor parts the array, so that no capacitor is larger than 2^(bits/2)
 * @param deviations  σ·ξ of capacitors 0…bits; the last one in feedback, or the bridge
 */
export function sarTransfer(bits: number, split: boolean, gain: number, deviations: Float64Array): Transfer {
  const half = 1 / powerOfTwo(bits);
  if (!split) return searched(symmetricLevels(bits, gain, deviations).map((level) => level - half));
  const middle = powerOfTwo(bits - 1);
  const switched = splitSums(bits, deviations);
  return searched(
    Float64Array.from({ length: 2 * middle }, (_, code) => {
      const level = switched[Math.abs(code - middle)] as number;
      return ((code < middle ? -level : level) + half) * settled(gain, 1) - half;
    }),
  );
}

/** Output of the split array for every magnitude, in half ranges. */
function splitSums(bits: number, deviations: Float64Array): Float64Array {
  const low = Math.floor(bits / 2);
  const ratio = powerOfTwo(low) / (powerOfTwo(low) - 1);
  const bridge = capacitance(ratio, deviations[bits] as number);
  const lower = binaryCapacitors(low, deviations);
  const upper = binaryCapacitors(bits - 1 - low, deviations, low);
  // The lower part ends in one more unit capacitor, which no magnitude but the lowest code's would switch.
  const lowerTotal = lower.reduce((sum, c) => sum + c, capacitance(1, deviations[bits - 1] as number));
  const upperTotal = upper.reduce((sum, c) => sum + c, 0);
  const whole = (lowerTotal + bridge) * (upperTotal + bridge) - bridge * bridge;
  const [lowerSums, upperSums] = [switchedSums(lower), switchedSums(upper)];
  const levels = new Float64Array(powerOfTwo(bits - 1) + 1);
  for (let magnitude = 0; magnitude < levels.length - 1; magnitude++) {
    const fine = lowerSums[magnitude % lowerSums.length] as number;
    const coarse = upperSums[Math.floor(magnitude / lowerSums.length)] as number;
    levels[magnitude] = (bridge * fine + (lowerTotal + bridge) * coarse) / whole;
  }
  // The lowest code stands for the whole range below zero; a search never compares with it.
  levels[levels.length - 1] = 1;
  return levels;
}
