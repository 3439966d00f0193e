import type { SideLaws } from "../../config/cells.js";
import type { Machine } from "../../engine/machine.js";
import { PURPOSE, word1, word3 } from "../address.js";
import type { SlicePlan } from "../slices.js";
import { CellChunk, CHUNK, type DeviceAddress } from "./chunk.js";
import { type Deviation, programmingDeviation } from "./laws.js";
import { type PackedCurve, packCurve, quadraticPiece } from "./packed-curve.js";
import { deviceBounds } from "./programming.js";

/** Programs devices once, without looking at what became of them: in wasm memory, in place, some of an array at a time. */
export interface ErrorsInPlace {
  /** Room it needs. */
  readonly bytes: number;
  /** Takes that room. */
  settle(base: number): void;
  /**
   * @param levels  pointer of targets, which become levels; up to 15 floats more may be written
   * @param first   number of the first device in its array, a multiple of 16
   */
  program(levels: number, first: number, count: number): void;
}

/** What programming without verification does to devices; null: nothing. */
export function errorsInPlace(
  machine: Machine,
  slice: SlicePlan,
  { programming }: SideLaws,
  address: DeviceAddress,
): ErrorsInPlace | null {
  if (programming.kind === "independent" || programming.kind === "proportional") {
    return linearErrors(machine, slice, programming, address);
  }
  const deviation = programmingDeviation(programming);
  if (deviation === null) return null;
  return quadraticErrors(machine, slice, deviation, address) ?? new CurvedErrors(machine, slice, deviation, address);
}

/** A deviation linear in the level has a kernel of its own. */
function linearErrors(
  machine: Machine,
  slice: SlicePlan,
  { kind, sigma }: { readonly kind: "independent" | "proportional"; readonly sigma: number },
  { tile, side, slice: number, layer, chip }: DeviceAddress,
): ErrorsInPlace {
  const constant = kind === "independent" ? (slice.levels * sigma) / slice.delta : sigma * slice.baseline;
  const slope = kind === "independent" ? 0 : sigma;
  const address = [word1(tile, side, number), 0, word3(layer, PURPOSE.programmingError), chip, 0] as const;
  const bounds = deviceBounds(slice);
  return {
    bytes: 0,
    settle: () => undefined,
    program: (levels, first, count) =>
      machine.kernels.f32_program_error_linear(levels, count, first >>> 2, ...address, constant, slope, ...bounds),
  };
}

/** Room of the kernel for draws. */
const DRAW_BYTES = 2048;

/** So has one that is a single quadratic of the conductance, around targets; null: it is something else. */
function quadraticErrors(
  machine: Machine,
  slice: SlicePlan,
  { mean, sigma, scale: factor, uniform }: Deviation,
  { tile, side, slice: number, layer, chip }: DeviceAddress,
): ErrorsInPlace | null {
  const { scale, offset, floor, pieces, count } = packCurve(sigma, slice, factor);
  const quadratic = count === 1 ? quadraticPiece(pieces) : null;
  if (quadratic === null || mean !== null || uniform) return null;
  const address = [word1(tile, side, number), 0, word3(layer, PURPOSE.programmingError), chip, 0] as const;
  const law = [scale, offset, floor, ...quadratic, ...deviceBounds(slice)] as const;
  let draws = 0;
  return {
    bytes: DRAW_BYTES,
    settle: (base) => {
      draws = base;
    },
    program: (levels, first, cells) =>
      machine.kernels.f32_program_error_quadratic(levels, cells, draws, first >>> 2, ...address, ...law),
  };
}

const [LEVELS, CENTRE, SIGMA, DRAW] = [0, 1, 2, 3];
const BUFFERS = 4;

class CurvedErrors implements ErrorsInPlace {
  readonly bytes: number;
  readonly #mean: PackedCurve | null;
  readonly #sigma: PackedCurve;
  readonly #uniform: boolean;
  readonly #bounds: readonly [number, number];
  #chunk: CellChunk | null = null;

  constructor(
    private readonly machine: Machine,
    slice: SlicePlan,
    { mean, sigma, scale, uniform }: Deviation,
    private readonly address: DeviceAddress,
  ) {
    this.#mean = mean === null ? null : packCurve(mean, slice, 1, -slice.baseline);
    this.#sigma = packCurve(sigma, slice, scale);
    this.#uniform = uniform;
    this.#bounds = deviceBounds(slice);
    this.bytes = CellChunk.bytes(BUFFERS, this.#curves());
  }

  settle(base: number): void {
    this.#chunk = new CellChunk(this.machine, this.address, BUFFERS, this.#curves(), base);
  }

  program(levels: number, first: number, count: number): void {
    const chunk = this.#chunk as CellChunk;
    const mean = this.#mean;
    for (let at = 0; at < count; at += CHUNK) {
      chunk.move(first + at, first + count);
      chunk.place(LEVELS, levels + 4 * at);
      if (mean !== null) chunk.curve(CENTRE, LEVELS, mean);
      chunk.curve(SIGMA, LEVELS, this.#sigma);
      if (this.#uniform) chunk.uniforms(DRAW, PURPOSE.programmingError);
      else chunk.normals(DRAW, PURPOSE.programmingError);
      chunk.deviate(LEVELS, mean === null ? LEVELS : CENTRE, SIGMA, DRAW, ...this.#bounds, this.#uniform);
    }
  }

  #curves(): PackedCurve[] {
    return [this.#sigma, ...(this.#mean === null ? [] : [this.#mean])];
  }
}
