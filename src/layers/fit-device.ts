import { ConfigError, NotFiniteError } from "../config/errors.js";
import { compileKernels, createMachine } from "../engine/load.js";
import { checkOptionKeys } from "./numbers.js";

/** One measured device: where it was meant to be and where it was, siemens; `time` in seconds after programming. */
export interface MeasuredDevice {
  readonly target: number;
  readonly measured: number;
  /** Absent or 0: right after programming. */
  readonly time?: number;
}

/** How measurements become a device. */
export interface FitOptions {
  /** "table": straight lines between the measured targets; "polynomial": least squares of the degree below. */
  readonly kind?: "table" | "polynomial";
  /** Degree of polynomials, 0..6; default 2. */
  readonly degree?: number;
  /** Largest conductance of the device, siemens; default the largest target. Beyond what was measured: an error. */
  readonly gMax?: number;
  readonly gMin?: number;
  /** Start of the power law, seconds; default 20. */
  readonly start?: number;
}

/** Measured statistics of the devices that share a target, and what the fit makes of them. */
export interface FittedTarget {
  readonly target: number;
  /** Devices right after programming, and drift measurements. */
  readonly count: number;
  readonly drifts: number;
  readonly mean: number;
  readonly sigma: number;
  readonly fittedMean: number;
  readonly fittedSigma: number;
  /** Mean and standard deviation of the drift exponents; null without measurements over time. */
  readonly exponent: number | null;
  readonly deviation: number | null;
  readonly fittedExponent: number | null;
  readonly fittedDeviation: number | null;
}

type Columns = { readonly mean: number[]; readonly sigma: number[] };
type Exponents = { readonly exponent: number[]; readonly deviation: number[]; readonly start: number };
type Table = { readonly kind: "table"; readonly conductance: number[] };
type Polynomial = { readonly kind: "polynomial"; readonly unit: number; readonly range: [number, number] };

/** A device of one's own, ready for a configuration: `cells: { ...fit.cells }`. */
export interface DeviceFit {
  readonly cells: {
    readonly gMin: number;
    readonly gMax: number;
    readonly programming: (Table | Polynomial) & Columns;
    readonly drift: ((Table | Polynomial) & Exponents) | { readonly kind: "none" };
  };
  readonly targets: readonly FittedTarget[];
  /** Root mean square of fitted minus measured, siemens (exponents: plain); 0 for tables. */
  readonly residual: { readonly mean: number; readonly sigma: number; readonly exponent: number | null };
}

/** Logarithms come from the kernels: engines differ in their own. */
type NaturalLog = (x: number) => number;

/**
 * Fits mean, spread and drift of a device to measurements, and refuses to go beyond them.
 *
 * Devices are grouped by target. An exponent is taken from every measurement after programming,
 * ν = −ln(G/G0)/ln((t + start)/start), with G0 the mean right after programming of that target.
 *
 * @throws {ConfigError} fewer than two devices at a target, or fewer targets than the fit needs, naming the place
 * @example const { cells, targets, residual } = await fitDevice(rows, { kind: "polynomial", degree: 2 });
 */
export async function fitDevice(rows: readonly MeasuredDevice[], options: FitOptions = {}): Promise<DeviceFit> {
  const { kernels } = createMachine(await compileKernels());
  return fitMeasured(rows, options, kernels.f64_log);
}

function fitMeasured(rows: readonly MeasuredDevice[], options: FitOptions, log: NaturalLog): DeviceFit {
  checkOptionKeys("options", options, ["kind", "degree", "gMax", "gMin", "start"]);
  const { kind = "table", degree = 2, start = 20 } = options;
  if (kind !== "table" && kind !== "polynomial") throw new ConfigError("options.kind", kind, '"table" or "polynomial"');
  if (!Number.isInteger(degree) || degree < 0 || degree > 6)
    throw new ConfigError("options.degree", degree, "integer in 0..6");
  if (!(start > 0 && start < Infinity)) throw new ConfigError("options.start", start, "a number of seconds > 0");
  const groups = grouped(rows);
  const needed = kind === "table" ? 2 : Math.max(degree + 1, 2);
  if (groups.length < needed)
    throw new ConfigError("rows", `${groups.length} targets`, `at least ${needed} different targets`);
  const range: [number, number] = [groups[0]!.target, groups[groups.length - 1]!.target];
  const gMin = withinMeasured(options.gMin ?? range[0], range, "options.gMin");
  const gMax = withinMeasured(options.gMax ?? range[1], range, "options.gMax");
  if (gMin >= gMax) throw new ConfigError("options.gMin", gMin, `a conductance below gMax = ${gMax} (siemens)`);
  const stats = groups.map((group) => statistics(group, start, log));
  const drifting = stats.every((s) => s.exponent !== null);
  if (!drifting && stats.some((s) => s.exponent !== null)) {
    const missing = stats.find((s) => s.exponent === null)!;
    throw new ConfigError(
      "rows",
      `no times for target ${missing.target}`,
      "measurements over time at every target, or at none",
    );
  }
  const x = stats.map((s) => s.target / gMax);
  const column = (values: readonly number[]) =>
    kind === "table" ? { own: [...values], at: values } : fitted(x, values, degree);
  const mean = column(stats.map((s) => s.mean / (kind === "table" ? 1 : gMax)));
  const sigma = column(stats.map((s) => s.sigma / (kind === "table" ? 1 : gMax)));
  const exponent = drifting ? column(stats.map((s) => s.exponent as number)) : null;
  const deviation = drifting ? column(stats.map((s) => s.deviation as number)) : null;
  const unit = kind === "table" ? 1 : gMax;
  const shape: Table | Polynomial =
    kind === "table" ? { kind, conductance: stats.map((s) => s.target) } : { kind, unit: gMax, range };
  const targets = stats.map(
    (s, i): FittedTarget => ({
      ...s,
      fittedMean: (mean.at[i] as number) * unit,
      fittedSigma: (sigma.at[i] as number) * unit,
      fittedExponent: exponent === null ? null : (exponent.at[i] as number),
      fittedDeviation: deviation === null ? null : (deviation.at[i] as number),
    }),
  );
  return {
    cells: {
      gMin,
      gMax,
      programming: { ...shape, mean: mean.own, sigma: sigma.own },
      drift:
        exponent === null || deviation === null
          ? { kind: "none" }
          : { ...shape, exponent: exponent.own, deviation: deviation.own, start },
    },
    targets,
    residual: {
      mean: rms(targets.map((t) => t.fittedMean - t.mean)),
      sigma: rms(targets.map((t) => t.fittedSigma - t.sigma)),
      exponent: drifting ? rms(targets.map((t) => (t.fittedExponent as number) - (t.exponent as number))) : null,
    },
  };
}

interface Group {
  readonly target: number;
  readonly fresh: number[];
  readonly later: { g: number; time: number }[];
}

function grouped(rows: readonly MeasuredDevice[]): Group[] {
  if (!Array.isArray(rows as unknown)) throw new ConfigError("rows", rows, "a list of { target, measured, time? }");
  const groups = new Map<number, Group>();
  rows.forEach((row, i) => {
    checkOptionKeys(`rows[${i}]`, row, ["target", "measured", "time"]);
    const { target, measured, time = 0 } = row;
    for (const [name, value] of Object.entries({ target, measured, time })) {
      if (typeof value !== "number" || value - value !== 0) throw new NotFiniteError(`rows.${name}`, i, value);
      if (value < 0) throw new ConfigError(`rows[${i}].${name}`, value, "a number >= 0");
    }
    const group = groups.get(target) ?? { target, fresh: [], later: [] };
    groups.set(target, group);
    if (time === 0) group.fresh.push(measured);
    else group.later.push({ g: measured, time });
  });
  const sorted = [...groups.values()].sort((a, b) => a.target - b.target);
  for (const { target, fresh } of sorted) {
    if (fresh.length < 2) {
      throw new ConfigError(
        "rows",
        `${fresh.length} measurements at target ${target}`,
        "at least two right after programming (time 0)",
      );
    }
  }
  return sorted;
}

type Statistics = Omit<FittedTarget, "fittedMean" | "fittedSigma" | "fittedExponent" | "fittedDeviation">;

function statistics({ target, fresh, later }: Group, start: number, log: NaturalLog): Statistics {
  const [mean, sigma] = moments(fresh);
  const decayed = later.filter(({ g }) => g > 0 && mean > 0);
  const nu = decayed.map(({ g, time }) => -log(g / mean) / log((time + start) / start));
  // The spread right after programming is in every ratio too; what is left of it over time is the exponents' own.
  const [biased, spread] = nu.length < 2 ? [null, null] : moments(nu);
  let [own, bias] = [0, 0];
  for (const { time } of decayed) {
    const relative = sigma / mean / log((time + start) / start);
    own += (relative * relative) / decayed.length;
    // E ln(1 + e) is −σ²/2 to second order: the logarithm of a spread is not the spread of a logarithm.
    bias += (relative * (sigma / mean)) / 2 / decayed.length;
  }
  const exponent = biased === null ? null : biased - bias;
  const deviation = spread === null ? null : Math.sqrt(Math.max(spread * spread - own, 0));
  return { target, count: fresh.length, drifts: nu.length, mean, sigma, exponent, deviation };
}

function moments(values: readonly number[]): [number, number] {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const squares = values.reduce((sum, v) => sum + (v - mean) * (v - mean), 0);
  return [mean, Math.sqrt(squares / (values.length - 1))];
}

function withinMeasured(g: number, [low, high]: readonly [number, number], path: string): number {
  if (typeof g === "number" && g >= low && g <= high) return g;
  throw new ConfigError(path, g, `a conductance in ${low}..${high} (siemens)`, "nothing was measured outside of it");
}

/** Least squares by normal equations; arguments lie in 0..1 and degrees are small, so f64 is ample. */
function fitted(x: readonly number[], y: readonly number[], degree: number): { own: number[]; at: number[] } {
  const size = degree + 1;
  const rows = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0));
  x.forEach((at, i) => {
    const powers = [1];
    for (let p = 1; p < size; p++) powers.push((powers[p - 1] as number) * at);
    for (let r = 0; r < size; r++) {
      const row = rows[r] as number[];
      for (let c = 0; c < size; c++) row[c] = (row[c] as number) + (powers[r] as number) * (powers[c] as number);
      row[size] = (row[size] as number) + (powers[r] as number) * (y[i] as number);
    }
  });
  const own = solved(rows);
  return { own, at: x.map((at) => own.reduceRight((sum, c) => sum * at + c, 0)) };
}

/** Gaussian elimination with the largest pivot of each column. */
function solved(rows: number[][]): number[] {
  const size = rows.length;
  for (let c = 0; c < size; c++) {
    let best = c;
    for (let r = c + 1; r < size; r++) if (Math.abs(rows[r]![c]!) > Math.abs(rows[best]![c]!)) best = r;
    [rows[c], rows[best]] = [rows[best]!, rows[c]!];
    for (let r = 0; r < size; r++) {
      if (r === c) continue;
      const factor = rows[r]![c]! / rows[c]![c]!;
      for (let k = c; k <= size; k++) rows[r]![k] = rows[r]![k]! - factor * rows[c]![k]!;
    }
  }
  return rows.map((row, r) => row[size]! / row[r]!);
}

function rms(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
}
