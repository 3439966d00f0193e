import type { CrossbarConfigInput } from "../config/schema.js";
import { type CrossSimFields, type CrossSimParameters, leaf } from "./cross-sim-parameters.js";
import { bitsPerSlice } from "./cross-sim-ranges.js";
import type { NoteBook } from "./note.js";

type Cells = Exclude<NonNullable<CrossbarConfigInput["cells"]>, readonly unknown[]>;
/** Errors that programming and reading have in common. */
type DeviceError = Extract<NonNullable<Cells["read"]>, NonNullable<Cells["programming"]>>;

/** Devices of every slice: the tool has one device for all. */
export function cellsOf(params: CrossSimParameters, fields: CrossSimFields, book: NoteBook): Cells {
  const device = "xbar.device";
  const time = leaf(params, `${device}.time`) ?? 0;
  const programming = deviceError(params, `${device}.programming_error`, book);
  if (time !== 0 && programming.kind !== "none") {
    book.changed(`${device}.time`, time, "the tool skips the programming error at any time but 0; here it is drawn");
  }
  for (const [name, what] of [
    ["drift_error", "drift of the devices"],
    ["nonlinear_IV", "a nonlinear current-voltage relation"],
  ] as const) {
    if (enabled(params, `${device}.${name}`)) {
      book.unsupported(`${device}.${name}.model`, leaf(params, `${device}.${name}.model`), `${what} is not modelled`);
    }
  }
  if (leaf(params, "xbar.array.parasitics.enable") === true) {
    book.unsupported("xbar.array.parasitics.enable", true, "wire resistance is not modelled");
  }
  const read = deviceError(params, `${device}.read_noise`, book);
  if (read.kind !== "none") {
    const reason = "the tool clips every device after its draw; here the noise of a line is normal";
    book.changed(`${device}.read_noise.model`, leaf(params, `${device}.read_noise.model`), reason);
  }
  return {
    gMin: fields.infiniteOnOff ? 0 : 1 / fields.resistanceMax,
    gMax: 1 / fields.resistanceMin,
    levels: deviceLevels(fields, book),
    programming,
    clip: fields.clipConductance,
    read,
  };
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

function deviceError(params: CrossSimParameters, path: string, book: NoteBook): DeviceError {
  if (!enabled(params, path)) return { kind: "none" };
  const model = String(leaf(params, `${path}.model`)).replace(/Device$/, "");
  const sigma = leaf(params, `${path}.magnitude`);
  if (model === "NormalIndependent" && typeof sigma === "number") return { kind: "independent", sigma };
  if (model === "NormalProportional" && typeof sigma === "number") return { kind: "proportional", sigma };
  book.unsupported(`${path}.model`, leaf(params, `${path}.model`), "this device model is not there yet");
  return { kind: "none" };
}
