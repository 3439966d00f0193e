/** Currents of devices that do not follow Ohm's law: I = G·V + second(G)·V² + third(G)·V³, siemens and volts. */

/** A made-up device: I = G·(V − 0.25·V³), as CrossSim 3.2 has it. */
export const CUBIC_CURRENT = { third: -0.25, readVoltage: 2 } as const;

/**
 * HfO2 resistive memory: both coefficients are polynomials of u = log10(G + tiny), constant first, and 0 below
 * `least`. V. Milo et al., IRPS 2021, Fig. 1; fit as in CrossSim 3.2.
 */
export const MILO_CURRENT = {
  second: [0.007063, 0.005711, 0.001541, 0.0001388],
  third: [1.2968e-3, 6.7919e-4, 8.871e-5, 0],
  tiny: 1e-16,
  least: 1e-9,
  readVoltage: 0.5,
} as const;
