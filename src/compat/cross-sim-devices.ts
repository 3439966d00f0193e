import type { CrossbarConfigInput } from "../config/schema.js";
import { type CrossSimFields, type CrossSimParameters, leaf } from "./cross-sim-parameters.js";
import { bitsPerSlice } from "./cross-sim-ranges.js";
import type { NoteBook } from "./note.js";

type Cells = Exclude<NonNullable<CrossbarConfigInput["cells"]>, readonly unknown[]>;
type Programming = NonNullable<Cells["programming"]>;
type Reading = NonNullable<Cells["read"]>;
type Drift = NonNullable<Cells["drift"]>;

const DEVICE = "xbar.device";

/** Devices of every slice: the tool has one device for all. */
export function cellsOf(params: CrossSimParameters, fields: CrossSimFields, book: NoteBook): Cells {
  if (leaf(params, "xbar.array.parasitics.enable") === true) {
    book.unsupported("xbar.array.parasitics.enable", true, "wire resistance is not modelled");
  }
  const drift = driftOf(params, book);
  // Without a programming error the tool takes the drift model's at time 0.
  const programming = enabled(params, `${DEVICE}.programming_error`) ? programmingOf(params, book) : drift;
  return {
    gMin: fields.infiniteOnOff ? 0 : 1 / fields.resistanceMax,
    gMax: 1 / fields.resistanceMin,
    levels: deviceLevels(fields, book),
    programming,
    drift,
    clip: fields.clipConductance,
    read: readingOf(params, book),
    ...currentOf(params, book),
  };
}

/** Models of the tool that hold for reads too. */
function generic(params: CrossSimParameters, path: string): Extract<Programming, Reading> | null {
  const model = String(leaf(params, `${path}.model`)).replace(/Device$/, "");
  const magnitude = leaf(params, `${path}.magnitude`);
  if (typeof magnitude !== "number") return null;
  // Uniform models take the full width.
  const halfWidth = magnitude / 2;
  switch (model) {
    case "NormalIndependent":
      return { kind: "independent", sigma: magnitude };
    case "NormalProportional":
      return { kind: "proportional", sigma: magnitude };
    case "NormalInverseProportional":
      return { kind: "inverseProportional", sigma: magnitude };
    case "UniformIndependent":
      return { kind: "uniform", halfWidth, of: "gMax" };
    case "UniformProportional":
      return { kind: "uniform", halfWidth, of: "conductance" };
    case "UniformInverseProportional":
      return { kind: "uniform", halfWidth, of: "inverse" };
    default:
      return null;
  }
}

function programmingOf(params: CrossSimParameters, book: NoteBook): Programming {
  const path = `${DEVICE}.programming_error`;
  const model = leaf(params, `${path}.model`);
  const time = leaf(params, `${DEVICE}.time`) ?? 0;
  if (time !== 0) {
    book.changed(`${DEVICE}.time`, time, "the tool skips the programming error at any time but 0; here it is drawn");
  }
  switch (model) {
    case "PCMJoshi":
      return { kind: "pcmJoshi" };
    case "RRAMMilo":
      return { kind: "rramMilo" };
    case "RRAMWan":
      return { kind: "rramWan", fit: "cubic" };
    case "SONOS":
      return { kind: "sonos", readVoltage: readVoltage(params) };
    default:
      return generic(params, path) ?? notThere(path, model, book);
  }
}

function readingOf(params: CrossSimParameters, book: NoteBook): Reading {
  const path = `${DEVICE}.read_noise`;
  if (!enabled(params, path)) return { kind: "none" };
  const model = leaf(params, `${path}.model`);
  const noise: Reading | null =
    model === "SONOS" ? { kind: "sonos", readVoltage: readVoltage(params) } : generic(params, path);
  if (noise === null) return notThere(path, model, book);
  book.changed(
    `${path}.model`,
    model,
    "the tool clips every device after its draw; here the noise of a line is normal",
  );
  return noise;
}

/** Currents that do not follow Ohm's law are read cell by cell. */
function currentOf(params: CrossSimParameters, book: NoteBook): Pick<Cells, "current" | "sampling"> {
  const path = `${DEVICE}.nonlinear_IV`;
  if (!enabled(params, path)) return {};
  const model = leaf(params, `${path}.model`);
  switch (String(model).replace(/Device$/, "")) {
    case "Cubic":
      return { current: { kind: "cubic", readVoltage: readVoltage(params) }, sampling: "cell" };
    case "RRAMMilo":
      return { current: { kind: "rramMilo", readVoltage: readVoltage(params) }, sampling: "cell" };
    default:
      notThere(path, model, book);
      return {};
  }
}

function driftOf(params: CrossSimParameters, book: NoteBook): { kind: "none" } | Extract<Drift, { kind: "sonos" }> {
  const path = `${DEVICE}.drift_error`;
  if (!enabled(params, path)) return { kind: "none" };
  const model = leaf(params, `${path}.model`);
  if (model !== "SONOS") return notThere(path, model, book);
  const days = leaf(params, `${DEVICE}.time`) ?? 0;
  if (days !== 0) {
    const reason = "time is no part of a configuration: call drift() of the layer with these days in seconds";
    book.changed(`${DEVICE}.time`, days, reason);
  }
  return { kind: "sonos", readVoltage: readVoltage(params) };
}

function readVoltage(params: CrossSimParameters): number {
  const volts = leaf(params, `${DEVICE}.Vread`);
  return typeof volts === "number" && volts > 0 ? volts : 0.1;
}

function notThere(path: string, model: unknown, book: NoteBook): { kind: "none" } {
  book.unsupported(`${path}.model`, model, "no such device model here");
  return { kind: "none" };
}

/** Levels of the device where they are not what the digits ask for already; null otherwise. */
function deviceLevels(fields: CrossSimFields, book: NoteBook): number | null {
  const { style, cellBits, twoSided } = fields;
  if (cellBits === 0) return null;
  const levels = 1 << cellBits;
  if (style === "balanced") return twoSided ? levels : null;
  if (style === "offset") return null;
  const digits = 1 << bitsPerSlice(fields);
  if ((levels - 1) % (digits - 1) === 0) return null;
  const reason = `the tool rounds digits of ${digits} levels again to ${levels}; the device has that many levels here`;
  book.changed("xbar.device.cell_bits", cellBits, reason);
  return levels;
}

function enabled(params: CrossSimParameters, path: string): boolean {
  const model = leaf(params, `${path}.model`);
  return leaf(params, `${path}.enable`) === true && typeof model === "string" && !model.startsWith("Ideal");
}
