import type { CellStore } from "../model/cells.js";
import type { LayerPlan } from "../model/plan.js";
import type { SlicePlan } from "../model/slices.js";
import { type ArrayConductances, sidesOfTile } from "./conductances.js";

/** How programming went for the devices of one array of one slice. */
export interface ProgrammingReport {
  readonly tile: number;
  readonly slice: number;
  readonly polarity: ArrayConductances["polarity"];
  readonly devices: number;
  /** Mean and largest number of attempts; 1 without program and verify. */
  readonly meanAttempts: number;
  readonly maxAttempts: number;
  /** Devices that no attempt brought within the tolerance; 0 without program and verify. */
  readonly unsettled: number;
  /** Root mean square and largest distance from the target after programming, siemens. */
  readonly rmsError: number;
  readonly maxError: number;
}

/** Drift exponents of the devices of one array. */
export interface ArrayExponents extends Omit<ArrayConductances, "siemens"> {
  /** [rows x columns], row-major. */
  readonly exponents: Float32Array;
}

/** Programs again, since that gives the same devices, and counts. Arrays that were set by hand are left out. */
export function reportProgramming(plan: LayerPlan, store: CellStore): ProgrammingReport[] {
  return plan.tiles.flatMap((tile) =>
    plan.slicing.slices.flatMap((slice, k) =>
      sidesOfTile(plan, tile).flatMap(({ polarity, side }) => {
        const effort = store.effort(tile, k, side);
        if (effort === null) return [];
        const most = slice.cells.verify?.attempts ?? 1;
        const counted = effort.attempts === null ? [] : Array.from(effort.attempts);
        const used = counted.map((a) => Math.min(a, most));
        const devices = effort.target.length;
        return [
          {
            tile: tile.number,
            slice: k,
            polarity,
            devices,
            meanAttempts: used.length === 0 ? 1 : used.reduce((sum, a) => sum + a, 0) / devices,
            maxAttempts: used.reduce((max, a) => Math.max(max, a), 1),
            unsettled: counted.filter((a) => a > most).length,
            ...errorsOf(effort.levels, effort.target, slice),
          },
        ];
      }),
    ),
  );
}

function errorsOf(
  levels: Float32Array,
  target: Float32Array,
  slice: SlicePlan,
): { rmsError: number; maxError: number } {
  const siemens = (slice.cells.gMax - slice.cells.gMin) / slice.levels;
  let [squares, most] = [0, 0];
  levels.forEach((level, i) => {
    const error = Math.abs(level - (target[i] as number)) * siemens;
    squares += error * error;
    most = Math.max(most, error);
  });
  return { rmsError: Math.sqrt(squares / levels.length), maxError: most };
}

export function readExponents(plan: LayerPlan, store: CellStore): ArrayExponents[] {
  return plan.tiles.flatMap((tile) =>
    plan.slicing.slices.flatMap((_, slice) =>
      sidesOfTile(plan, tile).flatMap(({ polarity, side, columns }) => {
        const exponents = store.exponents(tile, slice, side);
        return exponents === null
          ? []
          : [{ tile: tile.number, slice, polarity, rows: tile.rows.size, columns, exponents: exponents.slice() }];
      }),
    ),
  );
}
