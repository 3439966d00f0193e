import { ConfigError } from "../../config/errors.js";
import type { DriftConfig } from "../../config/cells.js";
import { WAN_TIMES } from "../../config/devices/rram.js";
import { NANOAMPERE, SECONDS_PER_DAY, SONOS_DAYS, SONOS_LIMIT } from "../../config/devices/sonos.js";
import type { Machine } from "../../engine/machine.js";

/** Growth of low-frequency noise: sqrt(ln((T + readTime)/(2·readTime))), 0 where T is shorter than a read. */
export function longTermGrowth(machine: Machine, seconds: number, readTime: number): number {
  return Math.sqrt(Math.max(machine.kernels.f64_log((seconds + readTime) / (2 * readTime)), 0));
}

/**
 * Refuses times that a drift model has no data for.
 *
 * @param gMax  largest conductance of the device, siemens
 * @throws {ConfigError} naming the time and what is allowed
 */
export function checkDriftTime(drift: DriftConfig, seconds: number, gMax: number, path = "seconds"): void {
  if (typeof seconds !== "number" || !(seconds >= 0 && seconds < Infinity)) {
    throw new ConfigError(path, seconds, "a number of seconds >= 0 since programming");
  }
  if (drift.kind === "rramWan" && !WAN_TIMES.includes(seconds as 1)) {
    throw new ConfigError(path, seconds, `one of ${WAN_TIMES.join(", ")} seconds`, "nothing was measured in between");
  }
  if (drift.kind === "rramCmo" && seconds > 0 && seconds < 1) {
    throw new ConfigError(path, seconds, "0, or at least 1 second", "nothing was measured in between");
  }
  if (drift.kind === "sonos" && seconds > 0 && gMax * drift.readVoltage >= SONOS_LIMIT.drift * NANOAMPERE) {
    const remedy = `its drift data end below ${SONOS_LIMIT.drift} nA: gMax ${gMax} at ${drift.readVoltage} V is beyond`;
    throw new ConfigError(path, seconds, `0 for this "sonos" device`, remedy);
  }
  const last = (SONOS_DAYS.length - 1) * SECONDS_PER_DAY;
  if (drift.kind === "sonos" && seconds > last) {
    throw new ConfigError(path, seconds, `at most ${last} seconds`, "the data end after five days");
  }
}
