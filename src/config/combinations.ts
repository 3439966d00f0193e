import { checkAdc } from "./adcChecks.js";
import { checkCurrent } from "./current-checks.js";
import { checkDevices } from "./device-checks.js";
import { ConfigError } from "./errors.js";
import type { CellsConfig, CrossbarConfig, SlicesConfig } from "./schema.js";
import { checkPeriphery } from "./periphery-checks.js";
import { neededBits, positionalBits, sliceCount } from "./significance.js";

export { convertsSigned, edgeAt } from "./adcChecks.js";

/** Refuses what the schema allows field by field but no crossbar can be, before anything is built. */
export function checkCombinations(config: CrossbarConfig, root: string): void {
  checkWeights(config, root);
  checkCells(config, root);
  checkInput(config, root);
  checkReadout(config, root);
  checkPeriphery(config, root);
}

function checkWeights(config: CrossbarConfig, root: string): void {
  const { bits, representation, slices } = config.weights;
  if (representation.kind === "pair" && representation.sides === 2 && bits !== null) {
    throw new ConfigError(
      `${root}weights.representation.sides`,
      2,
      "1 where weights.bits is given",
      "two-sided pairs need analog cells: set weights.bits to null",
    );
  }
  if (bits !== null && !config.weights.scale.clip) {
    throw new ConfigError(
      `${root}weights.scale.clip`,
      false,
      "true where weights.bits is given",
      "digits cannot hold weights beyond full scale",
    );
  }
  if (slices.kind !== "positional") {
    checkSignificance(config, slices, root);
    return;
  }
  const needed = neededBits(config);
  if (needed === null) {
    if (slices.bitsPerSlice !== null || (slices.count ?? 1) !== 1) {
      throw new ConfigError(
        `${root}weights.slices`,
        slices,
        "one slice where weights.bits is null",
        'analog weights have no digits; give weights.bits, or slices of kind "proportional" or "fillLowFirst"',
      );
    }
    return;
  }
  if (Array.isArray(slices.bitsPerSlice) && slices.count !== null && slices.count !== slices.bitsPerSlice.length) {
    throw new ConfigError(
      `${root}weights.slices.count`,
      slices.count,
      `${slices.bitsPerSlice.length}, the length of bitsPerSlice`,
    );
  }
  const perSlice = positionalBits(slices, needed);
  const held = perSlice.reduce((a, b) => a + b, 0);
  if (held < needed) {
    throw new ConfigError(
      `${root}weights.slices.bitsPerSlice`,
      slices.bitsPerSlice,
      `at least ${needed} bits in all for ${bits}-bit weights as ${representation.kind}`,
      `${perSlice.length} slices hold ${held}`,
    );
  }
  if (held > 30)
    throw new ConfigError(`${root}weights.slices.bitsPerSlice`, slices.bitsPerSlice, "at most 30 bits in all");
}

function checkSignificance(
  config: CrossbarConfig,
  slices: Exclude<SlicesConfig, { kind: "positional" }>,
  root: string,
): void {
  const { representation } = config.weights;
  const at = `${root}weights.slices`;
  const count = sliceCount(config);
  if (slices.factors !== undefined && slices.factors.length !== count) {
    throw new ConfigError(`${at}.factors`, slices.factors, `${count} factors, one per slice`);
  }
  if (slices.kind === "residual" && (representation.kind !== "pair" || representation.sides !== 1)) {
    throw new ConfigError(
      `${root}weights.representation`,
      representation,
      "one-sided pairs for residual slices",
      "what a slice missed has either sign",
    );
  }
  const twoSided = representation.kind === "pair" && representation.sides === 2;
  if (twoSided && (slices.kind === "fillLowFirst" || slices.kind === "fillHighFirst" || slices.kind === "table")) {
    throw new ConfigError(
      `${at}.kind`,
      slices.kind,
      'one of "positional", "proportional", "given" for two-sided pairs',
    );
  }
  if (slices.kind === "given" && representation.kind === "offset") {
    throw new ConfigError(
      `${root}weights.representation.kind`,
      "offset",
      '"pair" or "single" where slices are given',
      "each given matrix has its own sign",
    );
  }
  if (slices.kind === "table") checkTables(config, slices, at);
}

function checkTables(config: CrossbarConfig, slices: Extract<SlicesConfig, { kind: "table" }>, at: string): void {
  if (config.weights.representation.kind !== "pair") {
    throw new ConfigError(
      `${at}.kind`,
      "table",
      "tables only for pairs",
      "tables give the plus and the minus device of a pair",
    );
  }
  if (slices.minus.length !== slices.plus.length) {
    throw new ConfigError(`${at}.minus`, slices.minus, `${slices.plus.length} tables, as many as plus`);
  }
  const points = (slices.plus[0] as number[]).length;
  for (const side of ["plus", "minus"] as const) {
    slices[side].forEach((table, k) => {
      if (table.length !== points)
        throw new ConfigError(`${at}.${side}[${k}]`, table, `${points} conductances, as in the first table`);
      const { gMin, gMax } = Array.isArray(config.cells) ? (config.cells[k] as CellsConfig) : config.cells;
      const outside = table.findIndex((g) => g < gMin || g > gMax);
      if (outside >= 0) {
        throw new ConfigError(
          `${at}.${side}[${k}][${outside}]`,
          table[outside],
          `a conductance in gMin..gMax = ${gMin}..${gMax}`,
        );
      }
    });
  }
}

function checkCells(config: CrossbarConfig, root: string): void {
  const list = Array.isArray(config.cells) ? config.cells : [config.cells];
  const slices = sliceCount(config);
  if (Array.isArray(config.cells) && list.length !== slices) {
    throw new ConfigError(
      `${root}cells`,
      config.cells,
      `one device for all, or a list of ${slices}, one per weight slice`,
    );
  }
  list.forEach((cell: CellsConfig, k) => {
    const at = Array.isArray(config.cells) ? `${root}cells[${k}]` : `${root}cells`;
    checkDevices(cell, at);
    checkCurrent(cell, at);
  });
}

function checkInput(config: CrossbarConfig, root: string): void {
  const { bits, signed, clip, sliceBits, rounding } = config.input;
  const at = `${root}input`;
  if (bits === null) {
    if (sliceBits !== null) {
      throw new ConfigError(
        `${at}.sliceBits`,
        sliceBits,
        "null where input.bits is null",
        "real inputs have no bits to slice",
      );
    }
    if (rounding !== "nearest") {
      throw new ConfigError(
        `${at}.rounding`,
        rounding,
        '"nearest" where input.bits is null',
        "real inputs stay as they are",
      );
    }
    return;
  }
  if (signed && bits < 2)
    throw new ConfigError(`${at}.bits`, bits, "integer in 2..16 for signed inputs (one bit is the sign)");
  if (!clip)
    throw new ConfigError(`${at}.clip`, clip, "true where input.bits is given", "a quantising DAC always clips");
  const magnitude = signed ? bits - 1 : bits;
  if (sliceBits !== null && sliceBits > magnitude) {
    throw new ConfigError(`${at}.sliceBits`, sliceBits, `integer in 1..${magnitude}, the magnitude bits of the input`);
  }
}

function checkReadout(config: CrossbarConfig, root: string): void {
  const { inputSlices, adc, weightSlices } = config.readout;
  if (inputSlices === "analog" && config.input.sliceBits === null) {
    throw new ConfigError(
      `${root}readout.inputSlices`,
      inputSlices,
      '"digital" where input.sliceBits is null',
      "there are no input slices to accumulate",
    );
  }
  checkAdc(config, adc, weightSlices === "analog" ? 1 : sliceCount(config), `${root}readout.adc`);
}
