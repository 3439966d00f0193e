import { ConfigError } from "../config/errors.js";
import type { CrossbarConfigInput } from "../config/schema.js";
import type { LayerMaker, MomentRow, ReferenceCase, ReferenceResult } from "./reference.js";

interface MomentsCase extends ReferenceCase {
  readonly model: string;
  /** µS */
  readonly g_max: number;
  readonly g_min: number;
  readonly samples: number;
  readonly rows: readonly (MomentRow & { readonly g_target: number })[];
}

type Cells = Exclude<NonNullable<CrossbarConfigInput["cells"]>, readonly unknown[]>;

const MICRO = 1e-6;
const INPUTS = 4000;
/** Fit of the Wan model in µS, which the tool does not rescale (S15): here its scale takes the factor back. */
const WAN_REFERENCE = 40;

/** Devices of aihwkit's inference noise models, with the tool's habits written out. */
export function aihwkitDevice(model: string, gMax: number): Pick<Cells, "programming" | "drift"> {
  const scale = WAN_REFERENCE / gMax;
  switch (model) {
    case "PCMLike":
      return { programming: { kind: "pcm" }, drift: { kind: "pcm" } };
    case "ReRamWan2022":
      return { programming: { kind: "rramWan", scale }, drift: { kind: "rramWan", scale } };
    case "ReRamCMO":
      // The tool's default acceptance range picks the 0.2 % curve (S16).
      return { programming: { kind: "rramCmo", acceptance: 0.002 }, drift: { kind: "rramCmo" } };
    default:
      throw new ConfigError("model", model, 'one of "PCMLike", "ReRamWan2022", "ReRamCMO"');
  }
}

/** Programs many devices to each target and compares means and spreads, in units of what is allowed. */
export async function runMomentsCase(engine: LayerMaker, reference: ReferenceCase): Promise<ReferenceResult> {
  const { id, kind, model, g_max, g_min, samples, rows } = reference as MomentsCase;
  const cells = { gMin: g_min * MICRO, gMax: g_max * MICRO, ...aihwkitDevice(model, g_max) };
  const outputs = Math.max(1, Math.ceil(samples / INPUTS));
  const made: MomentRow[] = [];
  let error = 0;
  for (const row of rows) {
    const times = row.drift.map(([t]) => t);
    const target = (row.g_target - g_min) / (g_max - g_min);
    const mine = await measure(engine, cells, target, outputs, times);
    // The tool hands the target back in place of an exponent where a model has none.
    const moments = { ...mine, nu: mine.nu ?? ([row.g_target, 0] as const) };
    made.push(moments);
    const n = INPUTS * outputs;
    const gate = (a: readonly number[], b: readonly number[], floor: number) => distance(a, b, n, floor);
    error = Math.max(error, gate(moments.programmed, row.programmed, 1e-3 * g_max));
    if (mine.nu !== null) error = Math.max(error, gate(moments.nu, row.nu, 0));
    moments.drift.forEach(([, ...m], i) => {
      const [, ...reference] = row.drift[i] as readonly [number, number, number];
      error = Math.max(error, gate(m, reference, 1e-3 * g_max));
    });
  }
  return { id, kind, samples: INPUTS * outputs, rows: made, error, tolerance: 1, passed: error <= 1 };
}

async function measure(
  engine: LayerMaker,
  cells: Cells,
  target: number,
  outFeatures: number,
  times: readonly number[],
) {
  const config: CrossbarConfigInput = {
    weights: { representation: { kind: "single" }, scale: { kind: "given", max: 1 } },
    cells,
  };
  const weights = new Float32Array(INPUTS * outFeatures).fill(target);
  const layer = await engine.linear({ weights, inFeatures: INPUTS, outFeatures }, config);
  try {
    const now = async () => {
      const [array] = await layer.conductances();
      return moments((array as { siemens: Float64Array }).siemens, MICRO);
    };
    const programmed = await now();
    const exponents = (await layer.driftExponents())[0]?.exponents;
    const nu = exponents === undefined || cells.drift?.kind !== "pcm" ? null : moments(exponents, 1);
    const drift: [number, number, number][] = [];
    for (const t of times) {
      await layer.drift(t);
      drift.push([t, ...(await now())]);
    }
    return { programmed, nu, drift };
  } finally {
    await layer.dispose();
  }
}

function moments(values: ArrayLike<number>, unit: number): [number, number] {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (values[i] as number) / unit / n;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const d = (values[i] as number) / unit - mean;
    squares += d * d;
  }
  return [mean, Math.sqrt(squares / (n - 1))];
}

/** Worst of mean and deviation: 5 standard errors + 0.3 %, and 1.5 %, of the larger of the value and `floor`. */
function distance(ours: readonly number[], theirs: readonly number[], n: number, floor: number): number {
  const [mean, sd] = theirs as readonly [number, number];
  const standardError = sd * Math.sqrt(2 / n);
  const ofMean = Math.abs((ours[0] as number) - mean) / (5 * standardError + 0.003 * Math.max(Math.abs(mean), floor));
  const ofSd = Math.abs((ours[1] as number) - sd) / (0.015 * Math.max(sd, floor));
  return Math.max(ofMean, ofSd);
}
