import { type Curve, MICROSIEMENS, polynomial } from "./curve.js";
import type { DeviceModel } from "./model.js";

const ANY_TIME = { from: 0, to: Number.POSITIVE_INFINITY };

/** ln h needs h > 0: devices below this share of gMax are taken to be there. */
export const SMALLEST_SHARE = 1e-7;

function relative(...pieces: Curve["pieces"]): Curve {
  return { argument: "gMax", result: "plain", pieces };
}

/** h = G/gMax; numbers were fitted at gMax = 25 µS and scale with the device's own gMax. */
export const PCM: DeviceModel = {
  title: "Phase-change memory",
  source: "S. R. Nandakumar et al., ICECS 2019; constants as in aihwkit 1.1 (PCMLikeNoiseModel)",
  validity: { conductance: null, seconds: ANY_TIME },
  typical: { gMin: 0, gMax: 25e-6 },
  programming: polynomial("gMax", { shareOfMax: 1 / 25 }, [0.26348, 1.965, -1.1731]),
  drift: {
    start: 20,
    exponent: relative({ poly: [0.0244], log: -0.0155, low: 0.049, high: 0.1 }),
    deviation: relative({ poly: [-0.0059], log: -0.0125, low: 0.008, high: 0.045 }),
  },
  longTerm: { readTime: 250e-9, quality: relative({ amplitude: 0.0088, power: -0.65, high: 0.2 }) },
};

export const PCM_JOSHI: DeviceModel = {
  title: "Phase-change memory, 27.36 s after programming",
  source: "V. Joshi et al., Nat. Commun. 11, 2473 (2020), Fig. 3b; fit as in CrossSim 3.2",
  validity: { conductance: [0, 25e-6], seconds: null },
  typical: { gMin: 0.25e-6, gMax: 25e-6 },
  programming: polynomial(MICROSIEMENS, { siemens: MICROSIEMENS }, [0.28638599, 0.07585724, -0.00178767]),
};

const HERMES_SOURCE =
  "M. Le Gallo et al., Nat. Electron. 2023; R. Khaddam-Aljameh et al., JSSC 2022; constants as in aihwkit 1.1";

const HERMES_EXPONENT = relative(
  { log: -0.0387, poly: [-0.0182], low: 0.072, high: 0.13 },
  { from: 0.0945, poly: [0.0736, -0.0126, -0.0436] },
);

export const HERMES_ONE: DeviceModel = {
  title: "Hermes phase-change memory, one device",
  source: HERMES_SOURCE,
  validity: { conductance: null, seconds: ANY_TIME },
  typical: { gMin: 0, gMax: 10.35e-6 },
  programming: polynomial("gMax", { shareOfMax: 1 / 10.35 }, [0.15781817, 2.32443916, -2.16310839, 0.68841818]),
  drift: {
    start: 200,
    exponent: HERMES_EXPONENT,
    deviation: relative(
      { log: -0.012, poly: [-0.0023], low: 0.0124, high: 0.04 },
      { from: 0.3039, poly: [0.0104, 0.0116, -0.0165] },
    ),
  },
  longTerm: {
    readTime: 512e-9,
    quality: relative(
      { log: -0.0078, poly: [0.0038], low: 0.0179, high: 0.04 },
      { from: 0.1591, poly: [0.0088, 0.0768, -0.1352, 0.0664] },
    ),
  },
};

export const HERMES_TWO: DeviceModel = {
  title: "Hermes phase-change memory, two devices in parallel",
  source: `${HERMES_SOURCE}; two-device programming: A. Vasilopoulos et al., TED 2023`,
  validity: { conductance: null, seconds: ANY_TIME },
  typical: { gMin: 0, gMax: 20.7e-6 },
  programming: polynomial("gMax", { shareOfMax: 1 / 20.7 }, [0.16603222, 4.71806468, -8.48101252, 4.68961419]),
  drift: {
    start: 300,
    exponent: HERMES_EXPONENT,
    deviation: relative(
      { log: -0.0117, poly: [-0.0057], low: 0.0091, high: 0.04 },
      { from: 0.3055, poly: [0.0073, 0.0093, -0.0118] },
    ),
  },
  longTerm: {
    readTime: 512e-9,
    quality: relative(
      { log: -0.0117, poly: [-0.0069], low: 0.015, high: 0.04 },
      { from: 0.16, poly: [0.0123, 0.0211, -0.028, 0.0069] },
    ),
  },
};
