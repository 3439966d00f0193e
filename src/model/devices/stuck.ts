import type { SideLaws, StuckConfig } from "../../config/cells.js";
import { ConfigError } from "../../config/errors.js";
import type { Machine } from "../../engine/machine.js";
import { PURPOSE, SIDE } from "../address.js";
import type { SlicePlan } from "../slices.js";
import { CellChunk, type DeviceAddress, eachChunk } from "./chunk.js";

function levelOf(slice: SlicePlan, siemens: number): number {
  const { gMin, gMax } = slice.cells;
  return (slice.levels * (siemens - gMin)) / (gMax - gMin);
}

/** Puts stuck devices where they are stuck, in place; `columns` of the array the levels belong to. */
export function holdStuck(
  machine: Machine,
  slice: SlicePlan,
  laws: SideLaws,
  address: DeviceAddress,
  levels: Float32Array,
  columns: number,
): void {
  const { stuck } = laws;
  if (stuck.kind === "none") return;
  if (stuck.kind === "map") {
    for (const device of stuck.devices) {
      if (device.tile !== address.tile || sideOf(device.polarity) !== address.side) continue;
      levels[device.row * columns + device.column] = levelOf(slice, device.conductance);
    }
    return;
  }
  const [atMin, atMax] = [stuck.gMin, stuck.gMin + stuck.gMax];
  const other = stuck.other ?? { probability: 0, conductance: 0 };
  const bounds = [atMin, atMax, atMax + other.probability] as const;
  const places = [0, slice.levels, levelOf(slice, other.conductance)] as const;
  const chunk = new CellChunk(machine, address, 2, []);
  eachChunk(chunk, levels.length, () => {
    chunk.load(0, levels);
    chunk.uniforms(1, PURPOSE.stuckAt);
    machine.kernels.f32_stuck_at(chunk.pointer(0), chunk.pointer(1), chunk.padded, ...bounds, ...places);
    chunk.store(0, levels);
  });
}

function sideOf(polarity: "plus" | "minus" | "single" | "unit"): number {
  return polarity === "minus" ? SIDE.minus : polarity === "unit" ? SIDE.unit : SIDE.plus;
}

/**
 * Refuses maps of stuck devices that are not there.
 *
 * @param arrays  rows and columns of every tile; columns of unit columns are 1
 * @throws {ConfigError}
 */
export function checkStuckMap(
  stuck: StuckConfig,
  arrays: readonly { rows: number; columns: number }[],
  path: string,
): void {
  if (stuck.kind !== "map") return;
  stuck.devices.forEach((device, i) => {
    const at = `${path}.devices[${i}]`;
    const array = arrays[device.tile];
    if (array === undefined) throw new ConfigError(`${at}.tile`, device.tile, `integer in 0..${arrays.length - 1}`);
    const columns = device.polarity === "unit" ? 1 : array.columns;
    if (device.row >= array.rows) throw new ConfigError(`${at}.row`, device.row, `integer in 0..${array.rows - 1}`);
    if (device.column >= columns) throw new ConfigError(`${at}.column`, device.column, `integer in 0..${columns - 1}`);
  });
}
