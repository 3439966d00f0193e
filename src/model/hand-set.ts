import type { TilePlan } from "./plan.js";

/** One side of one slice of one tile. */
export interface CellPlace {
  readonly tile: TilePlan;
  readonly slice: number;
  readonly side: number;
}

/** Levels set by hand. */
export interface GivenLevels {
  readonly levels: Float32Array;
  /** Seconds since programming when they were set; null: before the layer ever drifted. */
  readonly since: number | null;
}

/** Levels set by hand as they travel to another thread. */
export interface HandSetEntry extends GivenLevels {
  readonly key: string;
}

export function placeKey({ tile, slice, side }: CellPlace): string {
  return `${tile.number}/${slice}/${side}`;
}

/** Which devices of a layer somebody set, to what and when. */
export class HandSetLevels {
  readonly #given = new Map<string, GivenLevels>();

  /** Whether some were set after a drift. */
  get sinceSomeTime(): boolean {
    return [...this.#given.values()].some(({ since }) => since !== null);
  }

  set(place: CellPlace, given: GivenLevels): void {
    this.#given.set(placeKey(place), given);
  }

  /** Those that are there at a time: what was set after some drift is not there before it. */
  at(place: CellPlace, seconds: number | null): GivenLevels | undefined {
    const given = this.#given.get(placeKey(place));
    return given !== undefined && (given.since === null || seconds !== null) ? given : undefined;
  }

  /** Slice, side and age of all of them. */
  ages(seconds: number): { slice: number; side: number; age: number }[] {
    return [...this.#given].map(([key, { since }]) => {
      const [, slice, side] = key.split("/").map(Number) as [number, number, number];
      return { slice, side, age: seconds - (since ?? 0) };
    });
  }

  entries(): HandSetEntry[] {
    return [...this.#given].map(([key, { levels, since }]) => ({ key, levels: levels.slice(), since }));
  }
}

/** What entries say, with the tiles of a plan. */
export function placesOf(
  tiles: readonly TilePlan[],
  entries: readonly HandSetEntry[],
): readonly (CellPlace & GivenLevels)[] {
  return entries.map(({ key, levels, since }) => {
    const [number, slice, side] = key.split("/").map(Number) as [number, number, number];
    return { tile: tiles[number] as TilePlan, slice, side, levels, since };
  });
}
