import type { CrossbarConfigInput } from "../config/schema.js";
import { type IoParameters, member } from "./aihwkit-parameters.js";
import type { NoteBook } from "./note.js";

type Input = NonNullable<CrossbarConfigInput["input"]>;
type Range = NonNullable<Input["range"]>;
type Management = NonNullable<Input["boundManagement"]>;

const PASSES = ["ONE_PASS", "POS_NEG_SEPARATE", "POS_NEG_SEPARATE_DIGITAL_SUM"] as const;
const NOISE_MANAGEMENT = [
  "NONE",
  "ABS_MAX",
  "MAX",
  "CONSTANT",
  "AVERAGE_ABS_MAX",
  "AVERAGE_ABS_MAX_SINGLE_VALUE",
  "ABS_MAX_NP_SUM",
] as const;
const BOUND_MANAGEMENT = ["NONE", "ITERATIVE", "ITERATIVE_WORST_CASE", "SHIFT"] as const;

/** A resolution as the share of the whole range that one step is; 0: no steps. */
export function resolution(r: number): number {
  if (!(r > 0)) return 0;
  return r > 1 ? 1 / r : r;
}

/**
 * Sign-magnitude converter with steps of r·2·bound: bits, and levels where the bits are not all used.
 *
 * The tool rounds first and clips then, so a bound between two steps is one more, uneven level: here the nearest
 * whole number of steps reaches the bound.
 */
export function steps(r: number, path: string, book: NoteBook): { bits: number; levels: number | null } | null {
  const share = resolution(r);
  if (share === 0) return null;
  const exact = 0.5 / share;
  const count = Math.max(1, Math.floor(exact + 0.5));
  if (Math.abs(exact - count) > 1e-6 * count) {
    book.changed(path, r, `the bound is ${exact} steps; here ${count} even ones`);
  }
  let bits = 2;
  for (let codes = 1; codes < count; codes = 2 * codes + 1) bits++;
  if (bits > 16) {
    book.unsupported(path, r, "more than 16 bits; no converter is modelled in its place");
    return null;
  }
  let codes = 1;
  for (let i = 2; i < bits; i++) codes = 2 * codes + 1;
  return { bits, levels: codes === count ? null : 2 * count + 1 };
}

/** Full devices that the tool's bound of an output is; null: no bound. */
export function outputBound({ out_bound, inp_bound }: IoParameters): number | null {
  return out_bound > 0 && Number.isFinite(out_bound) ? out_bound / driveUnit(inp_bound) : null;
}

/** What full drive is in the tool's units: the bound of its inputs. */
export function driveUnit(inp_bound: number): number {
  return inp_bound > 0 && Number.isFinite(inp_bound) ? inp_bound : 1;
}

/** Scaling, DAC, noise and passes of the inputs. */
export function inputOf(io: IoParameters, path: string, inputRange: number | null, book: NoteBook): Input {
  const unit = driveUnit(io.inp_bound);
  const bounded = io.inp_bound > 0 && Number.isFinite(io.inp_bound);
  let dac = steps(io.inp_res, `${path}.inp_res`, book);
  if (dac !== null && !bounded) {
    book.unsupported(`${path}.inp_bound`, io.inp_bound, "a DAC needs a bound");
    dac = null;
  }
  const passes = member(io.mv_type, PASSES, `${path}.mv_type`);
  if (io.w_read_asymmetry_dtod !== 0) {
    const where = `${path}.w_read_asymmetry_dtod`;
    if (passes === "ONE_PASS") book.ignored(where, io.w_read_asymmetry_dtod, "only separate passes use it");
    else book.unsupported(where, io.w_read_asymmetry_dtod, "weights do not differ between the passes");
  }
  const range = rangeOf(io, path, unit, inputRange, book);
  return {
    bits: dac?.bits ?? null,
    levels: dac?.levels ?? null,
    signed: true,
    clip: bounded,
    range,
    rounding: io.inp_sto_round && dac !== null ? "stochastic" : "nearest",
    noise: Math.max(io.inp_noise, 0) / unit,
    asymmetry: io.inp_asymmetry,
    signs: passes === "ONE_PASS" ? "together" : passes === "POS_NEG_SEPARATE" ? "analogSum" : "digitalSum",
    boundManagement: managementOf(io, path, book),
  };
}

function rangeOf(io: IoParameters, path: string, unit: number, inputRange: number | null, book: NoteBook): Range {
  const where = `${path}.noise_management`;
  const kind = member(io.noise_management, NOISE_MANAGEMENT, where);
  const fixed = (alpha: number): Range => ({ kind: "fixed", max: alpha * unit * (inputRange ?? 1) });
  if (kind === "NONE") return fixed(1);
  if (kind === "CONSTANT") return fixed(io.nm_thres > 0 ? io.nm_thres : 1);
  if (unit !== 1) book.unsupported(`${path}.inp_bound`, io.inp_bound, "the tool scales inputs to a bound of 1 only");
  if (inputRange !== null) book.unsupported(where, kind, "an input range takes its place");
  const cap = io.nm_thres > 0 ? io.nm_thres : null;
  switch (kind) {
    case "ABS_MAX":
      return { kind: "absMax", per: "array", cap };
    case "MAX":
      return { kind: "signedMax", per: "array", cap };
    case "ABS_MAX_NP_SUM":
      return { kind: "expectedSum", ...expectedSum(io) };
    case "AVERAGE_ABS_MAX":
    case "AVERAGE_ABS_MAX_SINGLE_VALUE": {
      const reason =
        "a running mean depends on the order of the vectors; give the range it settles at as input.range of kind calibrated";
      book.unsupported(where, kind, reason);
      return { kind: "absMax", per: "array", cap };
    }
  }
}

function expectedSum(io: IoParameters) {
  const share = 2 * resolution(io.inp_res);
  return {
    assumedWeight: io.nm_assumed_wmax,
    bound: outputBound(io) ?? 1,
    largestRatio: share > 0 ? io.max_bm_res / share : null,
    cap: io.nm_thres > 0 ? io.nm_thres : null,
  };
}

function managementOf(io: IoParameters, path: string, book: NoteBook): Management {
  const where = `${path}.bound_management`;
  const kind = member(io.bound_management, BOUND_MANAGEMENT, where);
  const none: Management = { kind: "none" };
  if (kind === "NONE" || outputBound(io) === null) return none;
  if (kind === "SHIFT") {
    book.unsupported(where, kind, "the tool itself does not implement it");
    return none;
  }
  if (!io.bm_test_negative_bound) {
    const reason =
      "there a negative output beyond the bound takes back what an earlier positive one set off; here only positive ones count";
    book.changed(`${path}.bm_test_negative_bound`, false, reason);
  }
  const maxFactor = lastFactor(io);
  // The limit ends the first round already.
  if (maxFactor === 1) return none;
  const limits = { maxFactor, tests: io.bm_test_negative_bound ? "both" : "positive" } as const;
  if (kind === "ITERATIVE") return { kind: "iterative", ...limits };
  const noise = member(io.noise_management, NOISE_MANAGEMENT, `${path}.noise_management`);
  if (noise === "ABS_MAX_NP_SUM") return { kind: "iterative", ...limits };
  if (noise === "NONE") {
    const reason =
      "without noise management the tool's second round repeats the first one's range; here it is left out, and rounds double from the first";
    book.changed(where, kind, reason);
    return { kind: "iterative", ...limits };
  }
  return { kind: "iterativeWorstCase", ...limits, ...expectedSum(io) };
}

/** The tool stops after the first round whose factor is beyond a limit: that factor is the last one used. */
function lastFactor({ max_bm_factor, max_bm_res, inp_res }: IoParameters): number {
  const share = 2 * resolution(inp_res);
  const limit = Math.min(Math.floor(max_bm_factor) + 1, 536870912);
  let factor = 1;
  while (factor < limit && !(share > 0 && factor > max_bm_res / share)) factor *= 2;
  return factor;
}
