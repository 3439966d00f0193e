import type { CrossbarConfigInput } from "./schema.js";

/** A published accelerator or a usual starting point: a configuration, and where its numbers come from. */
export interface Preset {
  readonly config: CrossbarConfigInput;
  readonly source: string;
  /** Where this differs from the source, and why. */
  readonly note: string;
}

/**
 * Configurations with their sources. Spread one and change what you study.
 *
 * @example engine.linear(source, { ...presets.isaac.config, array: { rows: 64 } })
 */
export const presets = {
  isaac: {
    source: "A. Shafiee et al., ISAAC, ISCA 2016, doi:10.1109/ISCA.2016.12; device values as in CrossSim's ISAAC.json",
    note: "9 ADC bits: the paper's flipped weights, which save one bit, are not modelled. Devices err only if you say how.",
    config: {
      weights: {
        bits: 16,
        representation: { kind: "offset", remove: "unitColumn" },
        slices: { kind: "positional", bitsPerSlice: 2 },
      },
      cells: { gMin: 1 / 2e6, gMax: 1 / 2e3 },
      array: { rows: 128, columns: 128 },
      input: { bits: 16, signed: true, range: { kind: "absMax" }, sliceBits: 1 },
      readout: { adc: { kind: "signMagnitude", bits: 9, range: { kind: "granular" } } },
    },
  },
  prime: {
    source:
      "P. Chi et al., PRIME, ISCA 2016, doi:10.1109/ISCA.2016.13; ranges and device values as in CrossSim's PRIME.json",
    note: "The ADC ranges were calibrated on CrossSim's network; calibrate() finds those of yours.",
    config: {
      weights: {
        bits: 8,
        representation: { kind: "pair", subtract: "digital" },
        slices: { kind: "positional", bitsPerSlice: 4 },
      },
      cells: { gMin: 1 / 20e3, gMax: 1 / 1e3 },
      array: { rows: 256, columns: 256 },
      input: { bits: 6, signed: true, range: { kind: "absMax" }, sliceBits: 3 },
      readout: {
        adc: { kind: "ramp", bits: 6, range: { kind: "fixed", min: [-36.75, -2.296875], max: [36.75, 2.296875] } },
      },
    },
  },
  sonos: {
    source:
      "T. P. Xiao et al., An Accurate, Error-Tolerant, and Energy-Efficient Neural Network Inference Engine Based on SONOS " +
      "Analog Memory, IEEE TCAS-I 2022; device: V. Agrawal et al., IEDM 2022; values as in CrossSim's SONOS-TCAS.json",
    note: "Codes fill the asymmetric range; CrossSim spreads them over the symmetric one around it. Its gMax lies beyond the drift data: lower it to 17 µS to age it with drift(t).",
    config: {
      weights: { bits: 8 },
      cells: {
        gMin: 1 / 6e12,
        gMax: 1 / 35e3,
        programming: { kind: "sonos" },
        drift: { kind: "sonos" },
        read: { kind: "sonos" },
      },
      array: { rows: 1152, columns: 256 },
      input: { bits: 8, signed: true, range: { kind: "absMax" }, sliceBits: 1 },
      readout: {
        inputSlices: "analog",
        adc: { kind: "ramp", bits: 8, range: { kind: "fixed", min: -2.9185207451767736, max: 4.271561324751555 } },
      },
    },
  },
  pcmInference: {
    source: "S. R. Nandakumar et al., ICECS 2019 (device); converters as aihwkit's standard hardware-aware preset",
    note: "One analog pair per weight; output noise and bound management are not part of it.",
    config: {
      cells: { gMax: 25e-6, programming: { kind: "pcm" }, drift: { kind: "pcm" } },
      array: { rows: 512, columns: 512 },
      input: { bits: 8, signed: true, range: { kind: "absMax" } },
      readout: { adc: { kind: "signMagnitude", bits: 8, range: { kind: "fixed", min: -10, max: 10 } } },
    },
  },
  vectorUnitCell: {
    source: "aihwkit VectorUnitCell (IBM): several devices per weight, summed in analog with a factor each, one ADC",
    note: "For inference, with a device model per slice, which the unit cell does not have. Significance 1 and 4.",
    config: {
      weights: { slices: { kind: "fillLowFirst", count: 2, factors: [1, 4] } },
      cells: { gMax: 25e-6, programming: { kind: "pcm" }, drift: { kind: "pcm" } },
      array: { rows: 512, columns: 512 },
      input: { bits: 8, signed: true, range: { kind: "absMax" } },
      readout: { weightSlices: "analog", adc: { kind: "signMagnitude", bits: 9 } },
    },
  },
  evenlySliced: {
    source:
      "aihwkit pull request 631, AnalogLinearBitSlicing: eight layers of W/8, read by themselves, summed in digital",
    note: "One scale for all slices; the pull request's layers each find their own, which is the same number.",
    config: {
      weights: { slices: { kind: "proportional", count: 8 } },
      cells: { gMax: 25e-6, programming: { kind: "pcm" }, drift: { kind: "pcm" } },
      array: { rows: 512, columns: 512 },
      input: { bits: 8, signed: true, range: { kind: "absMax" } },
      readout: { adc: { kind: "signMagnitude", bits: 9 } },
    },
  },
} as const satisfies Record<string, Preset>;
