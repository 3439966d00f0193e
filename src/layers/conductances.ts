import { ConfigError, NotFiniteError, ShapeError } from "../config/errors.js";
import { SIDE } from "../model/address.js";
import type { CellStore } from "../model/cells.js";
import type { LayerPlan, TilePlan } from "../model/plan.js";
import type { SlicePlan } from "../model/slices.js";

/** The devices of one array of one slice. */
export interface ArrayConductances {
  readonly tile: number;
  readonly slice: number;
  readonly polarity: "plus" | "minus" | "single" | "unit";
  readonly rows: number;
  readonly columns: number;
  /** [rows x columns], row-major, siemens; rows are inputs. */
  readonly siemens: Float64Array;
}

/** Every array of a layer: tiles outermost, then slices, then sides. */
export function readConductances(plan: LayerPlan, store: CellStore): ArrayConductances[] {
  return plan.tiles.flatMap((tile) =>
    plan.slicing.slices.flatMap((slice, k) =>
      sidesOfTile(plan, tile).map(({ polarity, side, columns }): ArrayConductances => {
        const levels = store.levels(tile, k, side);
        const step = (slice.cells.gMax - slice.cells.gMin) / slice.levels;
        return {
          tile: tile.number,
          slice: k,
          polarity,
          rows: tile.rows.size,
          columns,
          // An empty device is at level -gMin/step, which single precision may round to just below nothing.
          siemens: Float64Array.from(levels, (level) => Math.max(slice.cells.gMin + step * level, 0)),
        };
      }),
    ),
  );
}

/**
 * Replaces the devices of the arrays named; the others stay. Levels are snapped to the layer's grid, so
 * reading back and writing again changes nothing.
 *
 * @throws {ConfigError | ShapeError | NotFiniteError} before anything changes
 */
export function writeConductances(plan: LayerPlan, store: CellStore, arrays: readonly ArrayConductances[]): void {
  if (!Array.isArray(arrays)) throw new ConfigError("conductances", arrays, "a list as conductances() returns it");
  store.setLevels(arrays.map((array, i) => ({ ...locate(plan, array, `conductances[${i}]`) })));
}

function locate(plan: LayerPlan, array: ArrayConductances, path: string) {
  const tile = plan.tiles[array.tile];
  if (tile === undefined) throw new ConfigError(`${path}.tile`, array.tile, `integer in 0..${plan.tiles.length - 1}`);
  const slice = plan.slicing.slices[array.slice];
  if (slice === undefined)
    throw new ConfigError(`${path}.slice`, array.slice, `integer in 0..${plan.slicing.slices.length - 1}`);
  const known = sidesOfTile(plan, tile);
  const side = known.find((s) => s.polarity === array.polarity);
  if (side === undefined) {
    throw new ConfigError(
      `${path}.polarity`,
      array.polarity,
      `one of ${known.map((s) => JSON.stringify(s.polarity)).join(", ")}`,
    );
  }
  const count = tile.rows.size * side.columns;
  const { siemens } = array;
  if (siemens?.length !== count || array.rows !== tile.rows.size || array.columns !== side.columns) {
    throw new ShapeError(`${path}.siemens`, siemens, `${tile.rows.size} x ${side.columns} = ${count} numbers`);
  }
  return { tile, slice: array.slice, side: side.side, levels: toLevels(siemens, slice, `${path}.siemens`) };
}

function toLevels(siemens: ArrayLike<number>, slice: SlicePlan, path: string): Float32Array {
  const { gMin, gMax } = slice.cells;
  return Float32Array.from(siemens, (g, i) => {
    if (!(g - g === 0)) throw new NotFiniteError(path, i, g);
    if (g < 0) throw new ConfigError(`${path}[${i}]`, g, "a conductance >= 0 (siemens)");
    return (slice.levels * (g - gMin)) / (gMax - gMin);
  });
}

export function sidesOfTile(plan: LayerPlan, tile: TilePlan) {
  const columns = tile.columns.size;
  if (plan.reading !== "single") {
    return [
      { polarity: "plus", side: SIDE.plus, columns },
      { polarity: "minus", side: SIDE.minus, columns },
    ] as const;
  }
  const single = { polarity: "single", side: SIDE.plus, columns } as const;
  return plan.unitColumn ? ([single, { polarity: "unit", side: SIDE.unit, columns: 1 }] as const) : ([single] as const);
}
