import { ConfigError } from "../config/errors.js";
import type { CrossbarConfigInput } from "../config/schema.js";
import type { ArrayConductances } from "../layers/conductances.js";
import { runMvmCase } from "./aihwkit-case.js";
import { runConverterCase } from "./aihwkit-converters.js";
import { runMomentsCase } from "./aihwkit-moments.js";
import { fromCrossSim } from "./cross-sim.js";
import type { CrossSimParameters } from "./cross-sim-parameters.js";
import type { Partition } from "./cross-sim-partition.js";
import { whyUnsupported } from "./note.js";
import type { LayerMaker, ReferenceCase, ReferenceResult } from "./reference.js";

interface CrossSimCase extends ReferenceCase {
  readonly params: CrossSimParameters;
  readonly matrix: readonly (readonly number[])[];
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  readonly partition: Partition;
  /** Blocks (row-major over outputs) → slices → sides → [output][input], gMax = 1; a unit column is output 0. */
  readonly programmed?: readonly (readonly (readonly (readonly (readonly number[])[])[])[])[] | null;
}

/**
 * Runs one reference case.
 *
 * @throws {ConfigError} for a case that is no such case
 */
export async function runReferenceCase(engine: LayerMaker, reference: ReferenceCase): Promise<ReferenceResult> {
  if (reference?.kind === "converter") return runConverterCase(engine, reference);
  if (reference?.kind === "moments") return runMomentsCase(engine, reference);
  if (reference?.kind === "mvm") return runMvmCase(engine, reference);
  if (reference?.["params"] === undefined || !Array.isArray(reference["matrix"])) {
    return unsupported(
      reference,
      `cases of kind ${JSON.stringify(reference?.kind)} without CrossSim parameters have no adapter`,
    );
  }
  return runCrossSimCase(engine, reference as CrossSimCase);
}

async function runCrossSimCase(engine: LayerMaker, reference: CrossSimCase): Promise<ReferenceResult> {
  const { matrix, outputs, partition, params } = reference;
  const [outFeatures, inFeatures] = [matrix.length, matrix[0]?.length ?? 0];
  const { config, notes } = fromCrossSim(params, { outputs: outFeatures, inputs: inFeatures, partition });
  const why = whyUnsupported(notes);
  if (why !== null) return unsupported(reference, why);
  const y = await read(engine, reference, config);
  const error = largestError(y, outputs);
  // Given and analog cells are rounded to the grid that makes sums exact.
  const coarse = reference.kind === "programmed" || (config.weights?.bits ?? null) === null;
  const tolerance = coarse ? 3e-4 : 1e-4;
  const result = { id: reference.id, kind: reference.kind, outputs: y, error, tolerance, passed: error <= tolerance };
  return result.passed ? result : { ...result, ...(await withoutTies(engine, reference, config, result)) };
}

/**
 * A case promises that no tie decides it. Where one does all the same, the two sides may take different codes, and
 * the tool's is found again once the range is moved by a millionth, to one side or the other.
 */
async function withoutTies(
  engine: LayerMaker,
  reference: CrossSimCase,
  config: CrossbarConfigInput,
  { outputs, tolerance }: { outputs: readonly (readonly number[])[]; tolerance: number },
): Promise<Partial<ReferenceResult>> {
  const adc = config.readout?.adc;
  if (adc === undefined || adc.kind === "none" || adc.kind === "table" || adc.range?.kind !== "fixed") return {};
  const { min, max } = adc.range;
  const moved = await Promise.all(
    [1 - 1e-6, 1 + 1e-6].map((factor) => {
      const range = { kind: "fixed" as const, min: scaled(min, factor), max: scaled(max, factor) };
      return read(engine, reference, { ...config, readout: { ...config.readout, adc: { ...adc, range } } });
    }),
  );
  const largest = Math.max(...reference.outputs.flat().map(Math.abs));
  const near = (y: readonly (readonly number[])[], b: number, m: number) =>
    Math.abs((y[b]?.[m] ?? Number.NaN) - (reference.outputs[b]?.[m] ?? Number.NaN)) <= tolerance * largest;
  const tied = outputs.flatMap((row, b) => row.flatMap((_, m) => (near(outputs, b, m) ? [] : [[b, m] as const])));
  if (!tied.every(([b, m]) => moved.some((y) => near(y, b, m)))) return {};
  return { passed: true, remark: `a tie decides ${tied.map(([b, m]) => `outputs[${b}][${m}]`).join(", ")}` };
}

type Edge = number | readonly number[] | readonly (readonly number[])[];

function scaled(edge: Edge, factor: number): Edge {
  if (typeof edge === "number") return edge * factor;
  return (edge as readonly Edge[]).map((entry) => scaled(entry, factor)) as Edge;
}

/** The outputs of a case, [vector][output]. */
async function read(engine: LayerMaker, reference: CrossSimCase, config: CrossbarConfigInput): Promise<number[][]> {
  const { matrix, inputs } = reference;
  const [outFeatures, inFeatures] = [matrix.length, matrix[0]?.length ?? 0];
  const layer = await engine.linear({ weights: matrix.flat(), inFeatures, outFeatures }, withoutErrors(config));
  try {
    if (reference.kind === "programmed") {
      await layer.setConductances(givenConductances(await layer.conductances(), reference, gMaxOf(config)));
    }
    const y = await layer.forward(Float32Array.from(inputs.flat()));
    return inputs.map((_, b) => Array.from(y.subarray(b * outFeatures, (b + 1) * outFeatures)));
  } finally {
    await layer.dispose();
  }
}

function unsupported(reference: ReferenceCase, why: string): ReferenceResult {
  const { id, kind } = reference;
  return { id, kind, unsupported: why, error: Number.NaN, tolerance: 0, passed: false };
}

/** The errors that the tool drew are given as conductances; none is drawn again. */
function withoutErrors(config: CrossbarConfigInput): CrossbarConfigInput {
  const cells = config.cells as Exclude<CrossbarConfigInput["cells"], readonly unknown[]>;
  return { ...config, cells: { ...cells, programming: { kind: "none" } } };
}

function gMaxOf(config: CrossbarConfigInput): number {
  const { cells } = config;
  if (cells === undefined || !("gMax" in cells) || cells.gMax === undefined) {
    throw new ConfigError("config.cells", cells, "one device with a stated gMax");
  }
  return cells.gMax;
}

function givenConductances(
  arrays: readonly ArrayConductances[],
  reference: CrossSimCase,
  gMax: number,
): ArrayConductances[] {
  const [outputBlocks, inputBlocks] = reference.partition;
  return arrays.map((array) => {
    // Our tiles run over output blocks within an input block, the tool's over input blocks within an output block.
    const rowBlock = Math.floor(array.tile / outputBlocks.length);
    const block = (array.tile % outputBlocks.length) * inputBlocks.length + rowBlock;
    const sides = reference.programmed?.[block]?.[array.slice];
    const side = sides?.[array.polarity === "minus" ? 1 : 0];
    const skipped = array.polarity === "single" && side?.length === array.columns + 1 ? 1 : 0;
    const siemens = new Float64Array(array.rows * array.columns);
    for (let row = 0; row < array.rows; row++) {
      for (let column = 0; column < array.columns; column++) {
        const g = side?.[column + skipped]?.[row];
        if (g === undefined)
          throw new ConfigError(`${reference.id}.programmed[${block}]`, side, "cells of every device");
        siemens[row * array.columns + column] = g * gMax;
      }
    }
    return { ...array, siemens };
  });
}

function largestError(computed: readonly (readonly number[])[], reference: readonly (readonly number[])[]): number {
  let error = 0;
  let largest = 0;
  reference.forEach((row, b) => {
    row.forEach((value, m) => {
      const difference = Math.abs((computed[b]?.[m] ?? Number.NaN) - value);
      // A missing or undefined output is as wrong as can be.
      error = difference >= 0 ? Math.max(error, difference) : Number.POSITIVE_INFINITY;
      largest = Math.max(largest, Math.abs(value));
    });
  });
  return largest === 0 ? error : error / largest;
}
