import type { CrossbarConfigInput } from "../../src/config/schema.js";
import type { Engine } from "../../src/layers/engine.js";
import type { Linear } from "../../src/layers/linear.js";

export type CellsInput = Exclude<NonNullable<CrossbarConfigInput["cells"]>, readonly unknown[]>;

export const MICRO = 1e-6;

/** Single devices, `count` of them with each of the target shares of gMin..gMax: one output per target. */
export function devicesAt(engine: Engine, cells: CellsInput, shares: readonly number[], count: number): Linear {
  const weights = new Float32Array(count * shares.length);
  shares.forEach((share, m) => {
    weights.fill(share, m * count, (m + 1) * count);
  });
  const config: CrossbarConfigInput = {
    weights: { representation: { kind: "single" }, scale: { kind: "given", max: 1 } },
    cells,
  };
  return engine.linear({ weights, inFeatures: count, outFeatures: shares.length }, config, { chip: 77, layer: 0 });
}

/** The devices of each target, µS. */
export function columnsOf(layer: Linear): Float64Array[] {
  const { siemens, rows, columns } = layer.conductances()[0]!;
  return Array.from({ length: columns }, (_, m) =>
    Float64Array.from({ length: rows }, (_r, r) => siemens[r * columns + m]! / MICRO),
  );
}

/** Drift exponents of the devices of each target. */
export function exponentsOf(layer: Linear): Float64Array[] {
  const { exponents, rows, columns } = layer.driftExponents()[0]!;
  return Array.from({ length: columns }, (_, m) =>
    Float64Array.from({ length: rows }, (_r, r) => exponents[r * columns + m]!),
  );
}
