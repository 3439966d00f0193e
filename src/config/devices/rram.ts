import { MICROSIEMENS, polynomial } from "./curve.js";
import type { DeviceModel } from "./model.js";

const MICRO = { siemens: MICROSIEMENS };

export const RRAM_MILO: DeviceModel = {
  title: "HfO2 resistive memory, IGVVA-100",
  source: "V. Milo et al., IRPS 2021, Fig. 4; fit as in CrossSim 3.2",
  validity: { conductance: [49.99e-6, 225.01e-6], seconds: null },
  typical: { gMin: 50e-6, gMax: 225e-6 },
  programming: polynomial(MICROSIEMENS, MICRO, [4.782321, -0.009107]),
};

export const RRAM_WAN_CUBIC: DeviceModel = {
  title: "Resistive memory of NeuRRAM, 1 s after programming",
  source: "W. Wan et al., Nature 608 (2022), Ext. Data Fig. 3; cubic fit as in CrossSim 3.2",
  validity: { conductance: [0, 39.26e-6], seconds: null },
  typical: { gMin: 0, gMax: 39e-6 },
  programming: polynomial(MICROSIEMENS, MICRO, [1.053, 2.374e-1, -1.167e-2, 1.536e-4]),
};

/** Deviation from the target at the three times that were measured, µS at gMax = 40 µS. */
export const WAN_TIMES = [1, 86400, 172800] as const;
const WAN_SIGMA = [
  [0.348, 16.03, -43.853, 45.393, -16.815],
  [0.701, 22.086, -50.773, 47.095, -16.458],
  [0.782, 20.274, -43.507, 37.062, -11.934],
];

/** Standard deviation around the target at one of `WAN_TIMES`. */
export const WAN_DEVIATIONS = WAN_SIGMA.map((c) => polynomial("gMax", { shareOfMax: 1 / 40 }, c));

export const RRAM_WAN: DeviceModel = {
  title: "Resistive memory of NeuRRAM over two days",
  source: "W. Wan et al., Nature 608 (2022); quartic fit as in aihwkit 1.1 (ReRamWan2022NoiseModel)",
  validity: { conductance: null, seconds: WAN_TIMES },
  typical: { gMin: 0, gMax: 40e-6 },
  programming: WAN_DEVIATIONS[0]!,
  remark: "The fit was made at gMax = 40 µS and scales with gMax; the tool leaves the factor gMax/40 µS out (S15).",
};

/** Acceptance range of program and verify, as a share of the target, with σ = c0 + c1·G in µS. */
export const CMO_ACCEPTANCE = { 0.002: [0.00081107, 0.00106879], 0.02: [0.0112185391, 0.01129027418] } as const;

/** Relaxation after programming, t from 1 s: mean shift, deviation and read noise; µS and natural logarithms. */
export const CMO_RELAXATION = {
  shift: -0.08900206,
  deviation: [0.41183342, 0.04201137],
  read: 0.0277316483,
  readTime: 1e-6,
} as const;

export const RRAM_CMO: DeviceModel = {
  title: "CMO/HfOx resistive memory, accepted within 0.2 %",
  source: "D. F. Falcone et al.; constants as in aihwkit 1.1 (ReRamCMONoiseModel)",
  validity: { conductance: [8.99e-6, 88.21e-6], seconds: { from: 0, to: Number.POSITIVE_INFINITY } },
  typical: { gMin: 9e-6, gMax: 88.199997e-6 },
  programming: polynomial(MICROSIEMENS, MICRO, CMO_ACCEPTANCE[0.002]),
  remark: "Nothing was measured between 0 and 1 s. The tool's default acceptance 0.02 picks the 0.2 % curve (S16).",
};
