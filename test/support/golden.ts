import crossSim from "../golden/cross-sim.json" with { type: "json" };

/** One case of test/golden/cross-sim.json; test/golden/README.md describes every field. */
export interface CrossSimCase {
  readonly id: string;
  readonly kind: "plain" | "sliced" | "noadc" | "tiled" | "adc" | "parasitic" | "programmed";
  readonly params: Readonly<Record<string, unknown>>;
  readonly matrix: readonly (readonly number[])[];
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  readonly partition: readonly [number[], number[]];
  readonly adcLimits?: readonly (readonly [number, number])[] | null;
  readonly programmed?: readonly (readonly (readonly number[][])[][])[];
}

export const crossSimCases = crossSim.cases as unknown as readonly CrossSimCase[];
