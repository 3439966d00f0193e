import { ConfigError } from "./errors.js";
import type { AdcConfig, CrossbarConfig } from "./schema.js";

/** Refuses combinations of scaling, levels and bound management that cannot be, before anything is built. */
export function checkPeriphery(config: CrossbarConfig, root: string): void {
  const { bits, signed, levels, signs, boundManagement } = config.input;
  if (levels !== null) {
    if (bits === null) throw new ConfigError(`${root}input.levels`, levels, "null where input.bits is null");
    checkLevels(levels, bits, signed, `${root}input.levels`);
  }
  if (signs !== "together" && !signed) {
    const remedy = "unsigned inputs have no negative ones to apply apart";
    throw new ConfigError(`${root}input.signs`, signs, '"together" where input.signed is false', remedy);
  }
  const { adc } = config.readout;
  if ((adc.kind === "uniform" || adc.kind === "signMagnitude") && adc.levels !== null) {
    checkLevels(adc.levels, adc.bits, adc.kind === "signMagnitude", `${root}readout.adc.levels`);
  }
  if (adc.kind === "clip" && adc.range.kind === "granular") {
    const remedy = "a converter without steps has no LSB";
    throw new ConfigError(`${root}readout.adc.range.kind`, "granular", '"full" or "fixed" for clipping alone', remedy);
  }
  if (boundManagement.kind !== "none" && !hasFixedRange(adc)) {
    throw new ConfigError(
      `${root}input.boundManagement.kind`,
      boundManagement.kind,
      '"none" unless readout.adc has a range of kind "fixed"',
      "bound management repeats what leaves a fixed range",
    );
  }
}

function checkLevels(levels: number, bits: number, symmetric: boolean, path: string): void {
  let codes = 1;
  for (let i = 0; i < bits; i++) codes *= 2;
  const most = symmetric ? codes - 1 : codes;
  if (levels > most) throw new ConfigError(path, levels, `at most ${most} levels for ${bits} bits`);
  if (symmetric && (levels % 2 === 0 || levels < 3)) {
    throw new ConfigError(path, levels, "an odd number >= 3 for signed levels, zero among them");
  }
}

function hasFixedRange(adc: AdcConfig): boolean {
  return "range" in adc && adc.range.kind === "fixed";
}
