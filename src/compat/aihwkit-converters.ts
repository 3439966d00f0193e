import type { CrossbarConfigInput } from "../config/schema.js";
import { ConfigError } from "../config/errors.js";
import type { LayerMaker, ReferenceCase, ReferenceResult } from "./reference.js";

/** Parameters of aihwkit's conductance converters; conductances in µS, pairs lowest significance first. */
export interface AihwkitConverter {
  readonly converter: "SinglePair" | "NPair" | "DualPair" | "CustomPair" | "SingleDevice";
  readonly args: {
    readonly g_max?: number;
    readonly g_min?: number;
    /** Significance of each pair. */
    readonly f_lst?: readonly number[];
    /** Tables over a uniform grid of weights: plus and minus of each pair. */
    readonly g_lst?: readonly (readonly number[])[];
  };
}

const MICRO = 1e-6;

/**
 * How aihwkit's converters are written here. `SingleDevice` spans its range from the smallest weight to the largest:
 * program it with `shift` taken off all weights.
 *
 * @param weights  all weights of the matrix
 * @throws {ConfigError} a converter that is none of aihwkit's
 */
export function fromAihwkitConverter(
  { converter, args }: AihwkitConverter,
  weights: readonly number[],
): { config: CrossbarConfigInput; shift: number } {
  const single = converter === "SingleDevice";
  const gMax = (args.g_max ?? (single ? 88.199997 : 25)) * MICRO;
  const gMin = (args.g_min ?? (single ? 9 : 0)) * MICRO;
  const cells = { gMin, gMax };
  const pairs = (slices: NonNullable<CrossbarConfigInput["weights"]>["slices"]) => ({
    config: { weights: { ...(slices === undefined ? {} : { slices }) }, cells },
    shift: 0,
  });
  switch (converter) {
    case "SinglePair":
      return pairs(undefined);
    case "NPair":
    case "DualPair": {
      const factors = [...(args.f_lst ?? [1])];
      return pairs({ kind: "fillLowFirst", count: factors.length, factors });
    }
    case "CustomPair": {
      // A table's entries may lie a rounding outside of the range they were made for.
      const table = (g: readonly number[]) => g.map((x) => Math.min(Math.max(x * MICRO, gMin), gMax));
      const side = (first: number) => (args.g_lst ?? []).filter((_, i) => i % 2 === first).map(table);
      return pairs({ kind: "table", plus: side(0), minus: side(1), factors: [...(args.f_lst ?? [1])] });
    }
    case "SingleDevice": {
      const shift = weights.reduce((least, w) => Math.min(least, w), Infinity);
      const most = weights.reduce((max, w) => Math.max(max, w), -Infinity);
      const span = most > shift ? most - shift : 1;
      const scale = { kind: "given" as const, max: span };
      return { config: { weights: { representation: { kind: "single" }, scale }, cells }, shift };
    }
    default:
      throw new ConfigError(
        "converter",
        converter,
        'one of "SinglePair", "NPair", "DualPair", "CustomPair", "SingleDevice"',
      );
  }
}

interface ConverterCase extends ReferenceCase, AihwkitConverter {
  readonly matrix: readonly (readonly number[])[];
  /** [device][output][input], µS. */
  readonly conductances: readonly (readonly (readonly number[])[])[];
}

/** Programs the case's matrix and compares every device, in units of the largest conductance. */
export async function runConverterCase(engine: LayerMaker, reference: ReferenceCase): Promise<ReferenceResult> {
  const { id, kind, matrix, converter, args, conductances } = reference as ConverterCase;
  const [outFeatures, inFeatures] = [matrix.length, matrix[0]?.length ?? 0];
  const weights = matrix.flat();
  const { config, shift } = fromAihwkitConverter({ converter, args }, weights);
  const layer = await engine.linear({ weights: weights.map((w) => w - shift), inFeatures, outFeatures }, config);
  try {
    const arrays = await layer.conductances();
    const given = arrays.map(({ siemens, columns }) =>
      matrix.map((row, m) => row.map((_, j) => (siemens[j * columns + m] as number) / MICRO)),
    );
    const gMax = (Array.isArray(config.cells) ? 0 : ((config.cells as { gMax: number }).gMax ?? 0)) / MICRO;
    let error = given.length === conductances.length ? 0 : Infinity;
    given.forEach((device, k) => {
      device.forEach((row, m) => {
        row.forEach((g, j) => {
          const distance = Math.abs(g - (conductances[k]?.[m]?.[j] ?? Number.NaN)) / gMax;
          error = distance >= 0 ? Math.max(error, distance) : Infinity;
        });
      });
    });
    return { id, kind, conductances: given, error, tolerance: 1e-6, passed: error <= 1e-6 };
  } finally {
    await layer.dispose();
  }
}
