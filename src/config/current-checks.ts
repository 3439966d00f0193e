import type { CellsConfig } from "./cells.js";
import { RRAM_MILO } from "./devices/rram.js";
import { ConfigError } from "./errors.js";

/**
 * Refuses nonlinear currents where they would not be what was measured, or not be read cell by cell.
 *
 * @throws {ConfigError} with path, value and what is allowed
 */
export function checkCurrent({ current, sampling, gMin, gMax }: CellsConfig, at: string): void {
  if (current.kind === "linear") return;
  if (sampling !== "cell") {
    const remedy = 'a line of nonlinear devices is no sum of conductances; set sampling to "cell"';
    throw new ConfigError(`${at}.sampling`, sampling, `"cell" for the current "${current.kind}"`, remedy);
  }
  if (current.kind !== "rramMilo") return;
  const [low, high] = RRAM_MILO.validity.conductance as readonly [number, number];
  const allowed = `a conductance in ${low}..${high} (siemens)`;
  const remedy = 'the data of the current "rramMilo" end there';
  if (gMin < low) throw new ConfigError(`${at}.gMin`, gMin, allowed, remedy);
  if (gMax > high) throw new ConfigError(`${at}.gMax`, gMax, allowed, remedy);
}
