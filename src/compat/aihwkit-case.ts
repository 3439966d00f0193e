import { ConfigError } from "../config/errors.js";
import { type AihwkitParameters, fromAihwkit } from "./aihwkit.js";
import { whyUnsupported } from "./note.js";
import type { LayerMaker, ReferenceCase, ReferenceResult } from "./reference.js";

interface MvmCase extends ReferenceCase, Pick<AihwkitParameters, "forward" | "mapping"> {
  readonly matrix: readonly (readonly number[])[];
  readonly bias: readonly number[] | null;
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
}

const TOLERANCE = 1e-4;

/** Reads one linear layer of aihwkit and compares every output, in units of the largest. */
export async function runMvmCase(engine: LayerMaker, reference: ReferenceCase): Promise<ReferenceResult> {
  const { id, kind, matrix, bias, inputs, outputs, forward, mapping } = reference as MvmCase;
  if (!Array.isArray(matrix) || !Array.isArray(inputs)) {
    throw new ConfigError(`${id}.matrix`, matrix, "a matrix and inputs");
  }
  const given = { ...(forward === undefined ? {} : { forward }), ...(mapping === undefined ? {} : { mapping }) };
  const { config, notes } = fromAihwkit(given);
  const why = whyUnsupported(notes);
  if (why !== null) return { id, kind, unsupported: why, error: Number.NaN, tolerance: 0, passed: false };
  const [outFeatures, inFeatures] = [matrix.length, matrix[0]?.length ?? 0];
  const source = { weights: matrix.flat(), inFeatures, outFeatures, ...(bias == null ? {} : { bias }) };
  const layer = await engine.linear(source, config);
  try {
    const y = await layer.forward(Float32Array.from(inputs.flat()));
    const made = inputs.map((_, b) => Array.from(y.subarray(b * outFeatures, (b + 1) * outFeatures)));
    const largest = Math.max(...outputs.flat().map(Math.abs));
    let error = 0;
    outputs.forEach((row, b) => {
      row.forEach((value, m) => {
        const distance = Math.abs((made[b]?.[m] ?? Number.NaN) - value) / (largest || 1);
        error = distance >= 0 ? Math.max(error, distance) : Infinity;
      });
    });
    return { id, kind, outputs: made, error, tolerance: TOLERANCE, passed: error <= TOLERANCE };
  } finally {
    await layer.dispose();
  }
}
