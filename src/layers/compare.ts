import { type CellsConfig, isNonlinear } from "../config/cells.js";
import { changesLines } from "../config/output.js";
import type { CrossbarConfig } from "../config/schema.js";

/** One effect switched on, after those above it. */
export interface ErrorShare {
  readonly effect: string;
  /** Root mean square of what the effect alone changed in y. */
  readonly rms: number;
  /** The same, relative to the root mean square of y in floating point. */
  readonly relative: number;
}

/** Error of a layer split by cause. */
export interface ErrorSplit {
  /** In order of the signal chain; the steps of each output add up to its whole error. */
  readonly effects: readonly ErrorShare[];
  readonly total: ErrorShare;
  /** y = W x + b in floating point, [batch x outputs]. */
  readonly exact: Float64Array;
  /** What the layer gives. */
  readonly outputs: Float32Array;
}

/** The effects of a configuration, in the order they are switched on, each with the configuration up to it. */
export function effectLadder(config: CrossbarConfig): { effect: string; config: CrossbarConfig; devices: boolean }[] {
  const none = { kind: "none" } as const;
  const direct = { noise: 0, asymmetry: 0, signs: "together", boundManagement: none } as const;
  const output: CrossbarConfig["readout"]["output"] = {
    commonWeight: 0,
    offset: none,
    seriesResistance: 0,
    weightNoise: none,
    nonlinearity: none,
    asymmetry: 0,
    noise: none,
  };
  const quiet = (c: CrossbarConfig): CrossbarConfig => ({
    ...c,
    array: { ...c.array, irDrop: none },
    input: { ...c.input, ...direct },
    readout: { ...c.readout, adc: none, columnLimit: null, output },
  });
  const once = { ...config.input, boundManagement: none };
  const limited: CrossbarConfig = { ...config, input: once, readout: { ...config.readout, adc: none, output } };
  const free: CrossbarConfig = { ...limited, readout: { ...limited.readout, columnLimit: null } };
  const still = mapCells(config, (cell) => ({ ...cell, read: { kind: "none" }, ...withoutMinus(cell, "read") }));
  const straight = mapCells(still, (cell) => ({ ...cell, current: { kind: "linear" } }));
  const ideal = mapCells(straight, (cell) => idealDevice(cell));
  const fresh = mapCells(straight, (cell) => ({ ...cell, drift: { kind: "none" }, ...withoutMinus(cell, "drift") }));
  const real: CrossbarConfig = {
    ...quiet(ideal),
    input: {
      ...config.input,
      ...direct,
      bits: null,
      levels: null,
      sliceBits: null,
      rounding: "nearest",
      clip: false,
      range: { kind: "fixed", max: 1 },
    },
    readout: { ...quiet(ideal).readout, inputSlices: "digital" },
  };
  const ladder = [
    { effect: "weight quantisation", config: real, devices: false },
    { effect: "input quantisation", config: quiet(ideal), devices: false },
    { effect: "programming", config: quiet(fresh), devices: true },
    ...(drifts(config) ? [{ effect: "drift", config: quiet(straight), devices: true }] : []),
    ...(bends(config) ? [{ effect: "current", config: quiet(still), devices: true }] : []),
    { effect: "read noise", config: quiet(config), devices: true },
    ...(perturbs(config.input) ? [{ effect: "drives", config: { ...quiet(config), input: once }, devices: true }] : []),
    ...(config.array.irDrop.kind === "none" ? [] : [{ effect: "wires", config: free, devices: true }]),
    { effect: "column limit", config: limited, devices: true },
    ...(changesLines(config.readout.output)
      ? [
          {
            effect: "outputs",
            config: { ...limited, readout: { ...config.readout, adc: none } },
            devices: true,
          },
        ]
      : []),
    { effect: "ADC", config, devices: true },
  ];
  return ladder;
}

/** Whether drives err, or are applied in phases. */
function perturbs({ noise, asymmetry, signs }: CrossbarConfig["input"]): boolean {
  return noise > 0 || asymmetry !== 0 || signs !== "together";
}

function idealDevice(cell: CellsConfig): CellsConfig {
  const none = { kind: "none" } as const;
  const { minus: _, ...rest } = cell;
  return { ...rest, programming: none, drift: none, stuck: none, verify: null, levels: null };
}

/** The minus devices' own law left out too, where they have one. */
function withoutMinus(cell: CellsConfig, law: "drift" | "read"): Pick<CellsConfig, "minus"> {
  return cell.minus?.[law] === undefined ? {} : { minus: { ...cell.minus, [law]: { kind: "none" } } };
}

function drifts(config: CrossbarConfig): boolean {
  const list = Array.isArray(config.cells) ? config.cells : [config.cells];
  return list.some((cell) => cell.drift.kind !== "none" || (cell.minus?.drift?.kind ?? "none") !== "none");
}

function bends(config: CrossbarConfig): boolean {
  const list = Array.isArray(config.cells) ? config.cells : [config.cells];
  return list.some(isNonlinear);
}

function mapCells<T extends CrossbarConfig["cells"]>(
  config: CrossbarConfig,
  change: (cell: Exclude<T, unknown[]>) => Exclude<T, unknown[]>,
): CrossbarConfig {
  const cells = Array.isArray(config.cells)
    ? config.cells.map((c) => change(c as never))
    : change(config.cells as never);
  return { ...config, cells: cells as CrossbarConfig["cells"] };
}

/** Splits an error into the steps of a ladder of outputs; the last one is the layer's own. */
export function splitError(
  exact: Float64Array,
  ladder: readonly { effect: string; outputs: Float32Array }[],
): ErrorSplit {
  const scale = rootMeanSquare(exact, null);
  const share = (effect: string, after: ArrayLike<number>, before: ArrayLike<number>): ErrorShare => {
    const rms = rootMeanSquare(after, before);
    return { effect, rms, relative: scale === 0 ? 0 : rms / scale };
  };
  const outputs = (ladder[ladder.length - 1] as { outputs: Float32Array }).outputs;
  const effects = ladder.map((step, i) =>
    share(step.effect, step.outputs, i === 0 ? exact : (ladder[i - 1] as typeof step).outputs),
  );
  return { effects, total: share("total", outputs, exact), exact, outputs };
}

function rootMeanSquare(after: ArrayLike<number>, before: ArrayLike<number> | null): number {
  let sum = 0;
  for (let i = 0; i < after.length; i++) {
    const step = (after[i] as number) - (before === null ? 0 : (before[i] as number));
    sum += step * step;
  }
  return Math.sqrt(sum / Math.max(after.length, 1));
}
