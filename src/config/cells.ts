import * as v from "valibot";
import { choice, flag, integer, listOf, number, positive, section } from "./checks.js";
import { CUBIC_CURRENT, MILO_CURRENT } from "./devices/current.js";

/** Devices: what one cell can hold and how it errs (DESIGN 2.1). Everything in siemens and seconds. */

const scale = () => v.optional(number(0, 1000), 1);
const coefficients = () =>
  v.pipe(listOf(number(), "coefficients, constant first"), v.maxLength(12, "at most 12 coefficients"));
const conductances = () => v.pipe(v.array(number(0, Infinity, "(siemens)"), "a list of conductances"));
const numbers = () => v.array(number(), "a list of numbers");

/** Argument g = G/unit; results in the same unit. The polynomial is used within `range` only. */
const ownPolynomial = {
  kind: v.literal("polynomial"),
  /** Conductance at which the argument is 1, siemens. */
  unit: positive("(siemens)"),
  /** Conductances that were measured, siemens. */
  range: v.tuple([number(0, Infinity, "(siemens)"), positive("(siemens)")], "two conductances"),
};

/** Straight lines between measured points; used between the first and the last conductance only. */
const ownTable = {
  kind: v.literal("table"),
  /** Measured conductances, ascending, siemens. */
  conductance: conductances(),
};

const none = section({ kind: v.literal("none") });
/** Standard deviation sigma·gMax, the same at every conductance. */
const independent = section({ kind: v.literal("independent"), sigma: number(0, 10) });
/** Standard deviation sigma·G. */
const proportional = section({ kind: v.literal("proportional"), sigma: number(0, 10) });
/** Standard deviation sigma·gMax²/G; none at G = 0. */
const inverseProportional = section({ kind: v.literal("inverseProportional"), sigma: number(0, 10) });
/** Evenly spread within ±halfWidth times gMax, G, or gMax²/G. */
const uniform = section({
  kind: v.literal("uniform"),
  halfWidth: number(0, 10),
  of: v.optional(choice(["gMax", "conductance", "inverse"]), "gMax"),
});
const hermesDevices = () => v.optional(v.picklist([1, 2], "1 or 2"), 2);
const readVoltage = () => v.optional(positive("(volts)"), 0.1);

export const DeviceError = v.variant("kind", [
  none,
  independent,
  proportional,
  inverseProportional,
  uniform,
  /** Your own device: standard deviation and, if given, mean after programming as polynomials of the target. */
  section({ ...ownPolynomial, sigma: coefficients(), mean: v.optional(coefficients()) }),
  /** Your own device as measured points, siemens. */
  section({ ...ownTable, sigma: numbers(), mean: v.optional(numbers()) }),
  section({ kind: v.literal("pcm"), scale: scale() }),
  section({ kind: v.literal("pcmJoshi") }),
  section({ kind: v.literal("hermes"), devices: hermesDevices(), scale: scale() }),
  section({ kind: v.literal("rramMilo") }),
  section({ kind: v.literal("rramWan"), fit: v.optional(choice(["quartic", "cubic"]), "quartic"), scale: scale() }),
  /** Accepted within this share of the target. */
  section({
    kind: v.literal("rramCmo"),
    acceptance: v.optional(v.picklist([0.002, 0.02], "0.002 or 0.02"), 0.02),
    scale: scale(),
  }),
  section({ kind: v.literal("sonos"), readVoltage: readVoltage() }),
]);

export const ReadNoise = v.variant("kind", [
  none,
  independent,
  proportional,
  inverseProportional,
  uniform,
  section({ ...ownPolynomial, sigma: coefficients() }),
  section({ ...ownTable, sigma: numbers() }),
  /** Low-frequency noise that grows with the time since programming, drawn afresh at every read. */
  section({ kind: v.literal("pcm"), scale: scale() }),
  section({ kind: v.literal("hermes"), devices: hermesDevices(), scale: scale() }),
  section({ kind: v.literal("rramCmo"), scale: scale() }),
  section({ kind: v.literal("sonos"), readVoltage: readVoltage() }),
]);

/** Noise that a device keeps once drawn: it grows with time and is the same at every read. */
const LongTermNoise = v.variant("kind", [
  none,
  section({ kind: v.literal("pcm"), scale: scale() }),
  /** Without `devices`: as many as drift. */
  section({ kind: v.literal("hermes"), devices: v.optional(v.picklist([1, 2], "1 or 2")), scale: scale() }),
  /** Standard deviation sigma·G·sqrt(ln((T + readTime)/(2·readTime))), T = t + start. */
  section({
    kind: v.literal("relative"),
    sigma: number(0, 10),
    readTime: v.optional(positive("(seconds)"), 250e-9),
  }),
]);

const start = () => v.optional(positive("(seconds)"), 20);
const quiet = { kind: "none" } as const;

/** Conductances over time. Power laws: G(t) = G·((t + start)/start)^−ν, ν = |exponent(G) + deviation(G)·ξ|. */
export const Drift = v.variant("kind", [
  none,
  section({
    kind: v.literal("pcm"),
    scale: scale(),
    noise: v.optional(LongTermNoise, { kind: "pcm" }),
  }),
  section({
    kind: v.literal("hermes"),
    devices: hermesDevices(),
    scale: scale(),
    noise: v.optional(LongTermNoise, { kind: "hermes" }),
  }),
  /** The same exponents at every conductance. */
  section({
    kind: v.literal("constant"),
    exponent: number(-10, 10),
    deviation: v.optional(number(0, 10), 0),
    start: start(),
    noise: v.optional(LongTermNoise, quiet),
  }),
  /** Your own device: exponents as polynomials of the target conductance; results are plain numbers. */
  section({
    ...ownPolynomial,
    exponent: coefficients(),
    deviation: v.optional(coefficients(), [0]),
    start: start(),
    noise: v.optional(LongTermNoise, quiet),
  }),
  /** Your own device as measured points. */
  section({
    ...ownTable,
    exponent: numbers(),
    deviation: v.optional(numbers()),
    start: start(),
    noise: v.optional(LongTermNoise, quiet),
  }),
  /** Deviations at 1 s, 1 day and 2 days; no other times were measured. */
  section({ kind: v.literal("rramWan"), scale: scale() }),
  section({
    kind: v.literal("rramCmo"),
    scale: scale(),
    /** Factor of the long-term noise; 0 leaves it out. */
    noise: scale(),
  }),
  section({ kind: v.literal("sonos"), readVoltage: readVoltage() }),
]);

/** Volts at full drive, up to where a model holds. */
function driveVoltage(most: number) {
  const message = `finite number > 0 and <= ${most} (volts)`;
  return v.pipe(v.number(message), v.finite(message), v.gtValue(0, message), v.maxValue(most, message));
}

/** Current of a device over its voltage. */
const Current = v.variant("kind", [
  /** I = G·V. */
  section({ kind: v.literal("linear") }),
  /** I = G·(V − 0.25·V³), V = readVoltage at full drive. */
  section({ kind: v.literal("cubic"), readVoltage: driveVoltage(CUBIC_CURRENT.readVoltage) }),
  /** I = G·V + second(G)·V² + third(G)·V³ as measured: the two signs of a voltage differ. */
  section({ kind: v.literal("rramMilo"), readVoltage: driveVoltage(MILO_CURRENT.readVoltage) }),
]);

const probability = () => number(0, 1);

/** Devices that cannot be programmed. */
const Stuck = v.variant("kind", [
  none,
  section({
    kind: v.literal("random"),
    /** Probability that a device stays at gMin. */
    gMin: v.optional(probability(), 0),
    gMax: v.optional(probability(), 0),
    /** A third conductance and its probability. */
    other: v.optional(section({ probability: probability(), conductance: number(0, Infinity, "(siemens)") })),
  }),
  section({
    kind: v.literal("map"),
    /** Devices by place, as `conductances()` counts tiles, rows and columns, and where they are stuck (siemens). */
    devices: v.array(
      section({
        tile: v.optional(integer(0), 0),
        polarity: v.optional(choice(["plus", "minus", "single", "unit"]), "plus"),
        row: integer(0),
        column: integer(0),
        conductance: number(0, Infinity, "(siemens)"),
      }),
      "a list of devices",
    ),
  }),
]);

/** Program and verify: each attempt is a new draw, kept as soon as a read-back lies within the tolerance. */
const Verify = section({
  attempts: integer(1, 255),
  /** Accepted distance from the target, as a share of gMax − gMin. */
  tolerance: positive(),
  /** Reads averaged before a decision. */
  reads: v.optional(integer(1, 1_000_000), 1),
});

const laws = {
  programming: v.optional(DeviceError, quiet),
  drift: v.optional(Drift, quiet),
  read: v.optional(ReadNoise, quiet),
  stuck: v.optional(Stuck, quiet),
};

export const Cells = section({
  gMin: v.optional(number(0, Infinity, "(siemens)"), 0),
  gMax: v.optional(positive("(siemens)"), 25e-6),
  /** Programmable levels of the device; null: as many as the digits ask for. */
  levels: v.optional(v.nullable(integer(2, 65536)), null),
  /** false: a conductance is only kept from going negative; true: it is kept in gMin..gMax. */
  clip: v.optional(flag(), false),
  ...laws,
  /** null: one attempt, whatever comes of it. */
  verify: v.optional(v.nullable(Verify), null),
  /** What the minus devices of a pair do otherwise; the rest is as for the plus devices. */
  minus: v.optional(
    section({
      programming: v.optional(DeviceError),
      drift: v.optional(Drift),
      read: v.optional(ReadNoise),
      stuck: v.optional(Stuck),
    }),
  ),
  /** "line": one draw per line with the summed variance; "cell": one draw per device. */
  sampling: v.optional(choice(["line", "cell"]), "line"),
  /** Nonlinear currents need sampling "cell". */
  current: v.optional(Current, { kind: "linear" }),
});

export type CellsConfig = v.InferOutput<typeof Cells>;
export type DeviceErrorConfig = v.InferOutput<typeof DeviceError>;
export type ReadNoiseConfig = v.InferOutput<typeof ReadNoise>;
export type DriftConfig = v.InferOutput<typeof Drift>;
export type LongTermNoiseConfig = v.InferOutput<typeof LongTermNoise>;
export type StuckConfig = CellsConfig["stuck"];
export type VerifyConfig = v.InferOutput<typeof Verify>;
/** The laws of one side's devices. */
export type SideLaws = Pick<CellsConfig, "programming" | "drift" | "read" | "stuck">;

/** The laws of a pair's minus devices, or of all others. */
export function lawsOf(cells: CellsConfig, minus: boolean): SideLaws {
  const { programming, drift, read, stuck } = cells;
  if (!minus || cells.minus === undefined) return { programming, drift, read, stuck };
  const own = cells.minus;
  return {
    programming: own.programming ?? programming,
    drift: own.drift ?? drift,
    read: own.read ?? read,
    stuck: own.stuck ?? stuck,
  };
}

/** Whether an error is one at all: a model scaled to zero is not. */
export function errs(error: DeviceErrorConfig | ReadNoiseConfig): boolean {
  if (error.kind === "none") return false;
  if ("halfWidth" in error) return error.halfWidth > 0;
  if ("scale" in error) return error.scale > 0;
  return !("sigma" in error) || typeof error.sigma !== "number" || error.sigma > 0;
}

/** Whether any device of a slice is noisy when read. */
export function readsNoisily(cells: CellsConfig): boolean {
  return errs(cells.read) || errs(lawsOf(cells, true).read);
}

/** Whether a slice's devices do not follow Ohm's law. */
export function isNonlinear(cells: CellsConfig): boolean {
  return cells.current.kind !== "linear";
}

/** Whether time does anything to a slice's devices or to how they are read. */
export function changesWithTime(cells: CellsConfig): boolean {
  return [false, true].some((minus) => {
    const { drift, read } = lawsOf(cells, minus);
    return drift.kind !== "none" || read.kind === "pcm" || read.kind === "hermes" || read.kind === "rramCmo";
  });
}
