import {
  type CellsConfig,
  type DeviceErrorConfig,
  type DriftConfig,
  lawsOf,
  type ReadNoiseConfig,
  errs,
} from "./cells.js";
import { DEVICE_MODELS } from "./devices/catalogue.js";
import type { DeviceModel } from "./devices/model.js";
import { NANOAMPERE, SONOS_LIMIT } from "./devices/sonos.js";
import { ConfigError } from "./errors.js";

type Law = DeviceErrorConfig | ReadNoiseConfig | DriftConfig;

/** Relative room at the ends of a measured range, for numbers that came through a division. */
const ROOM = 1e-9;

/**
 * Refuses devices outside of what their models were measured at.
 *
 * @throws {ConfigError} with path, value and the range
 */
export function checkDevices(cells: CellsConfig, at: string): void {
  if (cells.gMin >= cells.gMax) {
    throw new ConfigError(`${at}.gMin`, cells.gMin, `a conductance below gMax = ${cells.gMax} (siemens)`);
  }
  for (const side of ["", ".minus"]) {
    if (side === ".minus" && cells.minus === undefined) continue;
    const laws = lawsOf(cells, side === ".minus");
    for (const name of ["programming", "drift", "read"] as const)
      checkLaw(laws[name], cells, at, `${at}${side}.${name}`);
    if (laws.read.kind === "uniform" && errs(laws.read) && cells.sampling !== "cell") {
      throw new ConfigError(
        `${at}.sampling`,
        cells.sampling,
        '"cell" for uniform read noise',
        "a line's sum of it is not normal",
      );
    }
    checkStuck(laws.stuck, cells, `${at}${side}.stuck`);
  }
}

function checkLaw(law: Law, cells: CellsConfig, at: string, path: string): void {
  if (law.kind === "polynomial") {
    const [low, high] = law.range;
    if (low >= high) throw new ConfigError(`${path}.range`, law.range, "two conductances, ascending (siemens)");
    checkWithin([low, high], cells, at, `${path}.range`);
  } else if (law.kind === "table") checkTable(law, cells, at, path);
  else if (law.kind === "sonos") checkSonos(law.readVoltage, cells, at);
  else {
    const model = modelOf(law);
    if (model?.validity.conductance != null)
      checkWithin(model.validity.conductance, cells, at, `the data of "${law.kind}"`);
  }
}

/** The published device behind a law; null for generic ones. */
export function modelOf(law: Law): DeviceModel | null {
  switch (law.kind) {
    case "pcm":
      return DEVICE_MODELS.pcm;
    case "pcmJoshi":
      return DEVICE_MODELS.pcmJoshi;
    case "hermes":
      return law.devices === 1 ? DEVICE_MODELS.hermesOne : DEVICE_MODELS.hermesTwo;
    case "rramMilo":
      return DEVICE_MODELS.rramMilo;
    case "rramWan":
      return "fit" in law && law.fit === "cubic" ? DEVICE_MODELS.rramWanCubic : DEVICE_MODELS.rramWan;
    case "rramCmo":
      return DEVICE_MODELS.rramCmo;
    case "sonos":
      return DEVICE_MODELS.sonos;
    default:
      return null;
  }
}

function checkTable(law: Law & { kind: "table" }, cells: CellsConfig, at: string, path: string): void {
  const { kind: _, conductance, ...rest } = law;
  if (conductance.length < 2) throw new ConfigError(`${path}.conductance`, conductance, "at least two conductances");
  const fallen = conductance.findIndex((g, i) => i > 0 && g <= (conductance[i - 1] as number));
  if (fallen > 0) {
    const before = conductance[fallen - 1];
    throw new ConfigError(
      `${path}.conductance[${fallen}]`,
      conductance[fallen],
      `a conductance above the one before, ${before}`,
    );
  }
  for (const [name, column] of Object.entries(rest)) {
    if (Array.isArray(column) && column.length !== conductance.length) {
      throw new ConfigError(`${path}.${name}`, column, `${conductance.length} numbers, one per conductance`);
    }
    const negative = Array.isArray(column) ? column.findIndex((x) => x < 0) : -1;
    if (negative >= 0 && name !== "exponent") {
      throw new ConfigError(`${path}.${name}[${negative}]`, (column as number[])[negative], "a number >= 0");
    }
  }
  checkWithin(
    [conductance[0] as number, conductance[conductance.length - 1] as number],
    cells,
    at,
    `${path}.conductance`,
  );
}

function checkWithin(
  [low, high]: readonly [number, number],
  { gMin, gMax }: CellsConfig,
  at: string,
  what: string,
): void {
  const range = `${low}..${high} (siemens)`;
  if (gMin < low * (1 - ROOM))
    throw new ConfigError(`${at}.gMin`, gMin, `a conductance in ${range}`, `${what} end there`);
  if (gMax > high * (1 + ROOM))
    throw new ConfigError(`${at}.gMax`, gMax, `a conductance in ${range}`, `${what} end there`);
}

/** Drift data end earlier than programming data; a layer that is never aged may use all of the latter. */
function checkSonos(readVoltage: number, { gMax }: CellsConfig, at: string): void {
  const most = (SONOS_LIMIT.programming * NANOAMPERE) / readVoltage;
  if (gMax <= most * (1 + ROOM)) return;
  const allowed = `at most ${most} siemens (${SONOS_LIMIT.programming} nA at ${readVoltage} V)`;
  throw new ConfigError(`${at}.gMax`, gMax, allowed, 'the data of "sonos" end there');
}

function checkStuck(stuck: CellsConfig["stuck"], { gMax }: CellsConfig, path: string): void {
  if (stuck.kind === "none") return;
  const reach = (g: number, at: string) => {
    if (g > 2 * gMax) throw new ConfigError(at, g, `a conductance in 0..${2 * gMax} (siemens)`);
  };
  if (stuck.kind === "map") {
    stuck.devices.forEach((device, i) => {
      reach(device.conductance, `${path}.devices[${i}].conductance`);
    });
    return;
  }
  const sum = stuck.gMin + stuck.gMax + (stuck.other?.probability ?? 0);
  if (sum > 1 + ROOM) throw new ConfigError(path, sum, "probabilities that sum to at most 1");
  if (stuck.other !== undefined) reach(stuck.other.conductance, `${path}.other.conductance`);
}
