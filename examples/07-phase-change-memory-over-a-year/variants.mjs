// What is compared: weights on two pairs of phase-change devices, one that counts once and one that counts fourfold.

/** A noise model: programming error, drift and the long-term noise that drift brings with it (its default). */
const PCM = { gMax: 25e-6, programming: { kind: "pcm" }, drift: { kind: "pcm" } };
/** The same device with half of each. */
const BETTER = {
  gMax: 25e-6,
  programming: { kind: "pcm", scale: 0.5 },
  drift: { kind: "pcm", scale: 0.5, noise: { kind: "pcm", scale: 0.5 } },
};

/** Significance of the two pairs. */
export const FACTORS = [1, 4];
const two = (kind) => ({ kind, count: FACTORS.length, factors: FACTORS });

/**
 * The low pair is filled first: weights up to a fifth of the largest lie in it alone, so that their errors count once,
 * and the other pair holds what is beyond. The second figure shows what other ways give.
 */
function configuration({
  slices = two("fillLowFirst"),
  cells = [PCM, PCM],
  sum = "digital",
  compensation = "perColumn",
}) {
  return {
    weights: { slices, scale: { kind: "absMax", per: "output" } },
    cells,
    array: { rows: 512, columns: 512 },
    input: { bits: 8, range: { kind: "absMax" } },
    readout: {
      weightSlices: sum,
      adc: { kind: "signMagnitude", bits: 8 },
      compensation: { kind: compensation },
    },
  };
}

const SUMS = { "summed in analog, one ADC": "analog", "summed in digital, an ADC each": "digital" };
const COMPENSATIONS = { none: "none", "one factor per layer": "global", "one factor per output": "perColumn" };

/** Where the two are summed, and what is done about drift. */
export const READINGS = Object.entries(SUMS).flatMap(([sum, weightSlices]) =>
  Object.entries(COMPENSATIONS).map(([variant, compensation]) => ({
    sum,
    variant,
    config: configuration({ sum: weightSlices, compensation }),
  })),
);

/** How a weight is shared out; summed in digital, compensated per output. */
export const SLICINGS = [
  ["low pair first", configuration({})],
  ["high pair first", configuration({ slices: two("fillHighFirst") })],
  ["both alike", configuration({ slices: two("proportional") })],
  ["read back: the low pair corrects", configuration({ slices: two("residual") })],
  ["one pair alone", configuration({ slices: { kind: "proportional", count: 1 }, cells: PCM })],
].map(([variant, config]) => ({ variant, config }));

/** A noise model under each pair: where do better devices pay? */
export const DEVICES = [
  ["neither", [PCM, PCM]],
  ["the pair that counts once", [BETTER, PCM]],
  ["the pair that counts fourfold", [PCM, BETTER]],
  ["both", [BETTER, BETTER]],
].map(([variant, cells]) => ({ variant, config: configuration({ cells }) }));

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/** Seconds since programming. */
export const TIMES = {
  "1 s": 1,
  "1 min": MINUTE,
  "1 h": HOUR,
  "1 day": DAY,
  "1 week": 7 * DAY,
  "1 month": 30 * DAY,
  "1 year": 365 * DAY,
};
