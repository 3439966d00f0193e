import { percent } from "sliced-crossbar/report";

/** What the numbers say, a sentence each. */
export function findings({ readings, slicings, devices, float, times, inLowPair }) {
  const [start, end] = [times[0], times.at(-1)];
  const at = (rows, variant, time, sum) =>
    rows.find((row) => row.variant === variant && row.time === time && (sum === undefined || row.sum === sum));
  const show = (row) => `${percent(row.mean)} %`;
  const points = (share) => `${share < 0 ? "−" : "+"}${percent(Math.abs(share))} points`;
  const best = (rows, time) => rows.filter((row) => row.time === time).reduce((a, b) => (b.mean > a.mean ? b : a));

  const [analog, digital] = [...new Set(readings.map((row) => row.sum))];
  const pairs = readings
    .filter((row) => row.sum === analog)
    .map((row) => [row, at(readings, row.variant, row.time, digital)]);
  const differences = pairs.map(([a, d]) => a.mean - d.mean);
  const mean = differences.reduce((sum, d) => sum + d, 0) / differences.length;
  const largest = Math.max(...differences.map(Math.abs));
  const spread = Math.sqrt(pairs.reduce((sum, [a, d]) => sum + (a.sd ** 2 + d.sd ** 2) / 2, 0) / pairs.length);

  const compensated = (time) => {
    const [none, layer, output] = ["none", "one factor per layer", "one factor per output"].map((variant) =>
      show(at(readings, variant, time, digital)),
    );
    return `${none} without compensation, ${layer} with one factor per layer, ${output} with one per output`;
  };
  const [first, last] = [best(slicings, start), best(slicings, end)];
  const gain = (variant, time) => at(devices, variant, time).mean - at(devices, "neither", time).mean;
  const gains = (variant) => `${points(gain(variant, start))} at ${start}, ${points(gain(variant, end))} after ${end}`;
  const backfires = gain("the pair that counts once", end) < 0;

  return [
    `Analog or digital: the analog sum is ${percent(Math.abs(mean))} points ${mean < 0 ? "worse" : "better"} on average over all ` +
      `times and compensations, at most ${percent(largest)} apart, where chips spread by ${percent(spread)} (standard deviation). ` +
      `It takes ${pairs[0][0].conversions} conversions per text, the digital sum ${pairs[0][1].conversions}` +
      (Math.abs(mean) < spread ? ": on these devices the second ADC hardly pays." : "."),
    `Drift: at ${start} ${compensated(start)}; after ${end} ${compensated(end)}. In floating point the network has ` +
      `${percent(float)} %; it was not trained for analog devices.`,
    `Sharing weights out: at ${start} the best is "${first.variant}" (${show(first)}), after ${end} ` +
      `${last.variant === first.variant ? "it still is" : `"${last.variant}"`} (${show(last)}). ` +
      `The low pair can hold ${percent(inLowPair[0], 0)} % of the hidden layer's weights by itself, and ${percent(inLowPair[1], 0)} % of the last layer's.`,
    `Half the errors under the pair that counts fourfold: ${gains("the pair that counts fourfold")}; under the pair that counts ` +
      `once: ${gains("the pair that counts once")}${backfires ? ". Pairs that drift unequally cannot be put right by one factor." : "."}`,
  ];
}
