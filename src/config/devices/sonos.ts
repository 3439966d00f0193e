import type { DeviceModel } from "./model.js";

/**
 * Currents at the read voltage in nA, times in days. Deviation A·(1 − e^(−I/B)) and mean shift Σ p_i I^i; all
 * numbers are interpolated linearly between the days that were measured.
 */
export const SONOS_DAYS: readonly { readonly a: number; readonly b: number; readonly shift: readonly number[] }[] = [
  { a: 19.88665, b: 176.3115, shift: [] },
  {
    a: 25.59102,
    b: 186.85544,
    shift: [
      1.72684e-1, 5.72552e-2, -6.85715e-4, 3.50271e-6, -9.37682e-9, 1.40575e-11, -1.19803e-14, 5.41293e-18,
      -8.85448e-22, -1.66869e-25, 5.9518e-29,
    ],
  },
  {
    a: 28.72753,
    b: 193.56834,
    shift: [
      2.50712e-1, 6.62195e-2, -6.83218e-4, 2.99442e-6, -6.78255e-9, 7.70482e-12, -3.04983e-15, -2.15919e-18,
      2.94617e-21, -1.23359e-24, 1.85329e-28,
    ],
  },
  {
    a: 31.04318,
    b: 198.90332,
    shift: [
      -1.753e-2, 9.76883e-2, -9.63791e-4, 4.55551e-6, -1.22391e-8, 1.93786e-11, -1.85899e-14, 1.07659e-17, -3.58211e-21,
      5.96785e-25, -3.3041e-29,
    ],
  },
  {
    a: 33.76214,
    b: 204.77023,
    shift: [
      4.03338e-2, 1.03111e-1, -1.0474e-3, 4.83961e-6, -1.28132e-8, 1.99484e-11, -1.85139e-14, 1.00008e-17, -2.84944e-21,
      3.01008e-25, 1.18747e-29,
    ],
  },
  {
    a: 34.57909,
    b: 207.34309,
    shift: [
      3.19927e-1, 1.06596e-1, -1.04054e-3, 4.5029e-6, -1.10352e-8, 1.56477e-11, -1.27592e-14, 5.45513e-18, -7.26841e-22,
      -2.43893e-25, 7.14608e-29,
    ],
  },
];

/** Read noise: σ = a·(1 − e^(−I/b)), nA. */
export const SONOS_READ = { a: 12.58037, b: 215.36557 } as const;

export const NANOAMPERE = 1e-9;
export const SECONDS_PER_DAY = 86400;
/** Largest current the programming data reach, and the drift data, nA. */
export const SONOS_LIMIT = { programming: 3200, drift: 1800 } as const;

export const SONOS: DeviceModel = {
  title: "SONOS charge trap, 40 nm",
  source: "V. Agrawal et al., IEDM 2022; fit as in CrossSim 3.2",
  validity: { conductance: [0, 32e-6], seconds: { from: 0, to: 5 * SECONDS_PER_DAY } },
  typical: { gMin: 0, gMax: 16e-6 },
  remark: "Conductances at a read voltage of 0.1 V; the laws are in currents. Drift data end at 1800 nA and 5 days.",
};
