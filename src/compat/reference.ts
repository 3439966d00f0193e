import type { CrossbarConfigInput } from "../config/schema.js";
import type { ArrayConductances } from "../layers/conductances.js";
import type { ArrayExponents } from "../layers/programming.js";
import type { LinearSource } from "../layers/source.js";

/** A case computed by another tool; test/golden/README.md describes the fields. */
export interface ReferenceCase {
  readonly id: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** What came of a case: in the layout of test/golden/README.md, with the largest error where there are outputs. */
export interface ReferenceResult {
  readonly id: string;
  readonly kind: string;
  readonly outputs?: readonly (readonly number[])[];
  /** Cases of kind "converter": [device][output][input], µS. */
  readonly conductances?: readonly (readonly (readonly number[])[])[];
  /** Cases of kind "moments": one row per target, from so many devices each. */
  readonly samples?: number;
  readonly rows?: readonly MomentRow[];
  readonly unsupported?: string;
  /** Largest distance from the reference, in units of its largest output. */
  readonly error: number;
  readonly tolerance: number;
  readonly passed: boolean;
  /** Which outputs a tie decides, where the case passes only without them. */
  readonly remark?: string;
}

/** Mean and standard deviation of devices with one target, µS; ν is a plain number. */
export interface MomentRow {
  readonly programmed: readonly [number, number];
  readonly nu: readonly [number, number];
  /** At times in seconds. */
  readonly drift: readonly (readonly [number, number, number])[];
}

/** An engine, or a pool: whatever programs a layer and reads it. */
export interface LayerMaker {
  linear(source: LinearSource, config: CrossbarConfigInput): Layer | Promise<Layer>;
}

interface Layer {
  forward(x: Float32Array): Float32Array | Promise<Float32Array>;
  setConductances(arrays: readonly ArrayConductances[]): unknown;
  conductances(): ArrayConductances[] | Promise<ArrayConductances[]>;
  drift(seconds: number): unknown;
  driftExponents(): ArrayExponents[] | Promise<ArrayExponents[]>;
  dispose(): unknown;
}
