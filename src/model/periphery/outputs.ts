import type { OutputConfig } from "../../config/output.js";
import type { Machine } from "../../engine/machine.js";
import { PURPOSE, word1, word3 } from "../address.js";
import type { ChipAddress } from "../device-levels.js";
import { PANEL_COLUMNS, panelCount } from "../panels.js";
import { type Conversion, sideOf } from "../panel-conversion.js";

/** Parameters of one array's outputs, drawn once; null: the same nothing for all. Each list is whole panels long. */
interface ArrayOutputs {
  /** V: relative voltage errors. */
  readonly offsets: Float32Array | null;
  /** n: strengths of the nonlinearity, per full device. */
  readonly strengths: Float32Array | null;
  /** F: gain that gives the mean curve slope 1 where it is calibrated. */
  readonly gain: number;
  /** Standard deviations of the output noise, full devices. */
  readonly deviations: Float32Array | null;
}

/**
 * Elements of an output's draws: column within the array, from 2^24 times the number below. A unit column is column 0
 * of its own side. Array, side and slice are the conversion's; key (chip, 0).
 */
const DRAW = { offset: 0, strength: 1, deviation: 2 } as const;
/** Bytes of one parameter of a panel's outputs. */
export const LANE_BYTES = PANEL_COLUMNS * 4;
export const DRAW_STRIDE = 1 << 24;

/** What is drawn once for every output of a layer. */
export class OutputParameters {
  /** By array, side and slice. */
  readonly #arrays = new Map<number, ArrayOutputs>();

  constructor(
    private readonly machine: Machine,
    private readonly output: OutputConfig,
    private readonly address: ChipAddress,
  ) {}

  /** Copies a panel's parameters to f32[3][16]: offsets, strengths, deviations. */
  place(conversion: Conversion, lanes: number): ArrayOutputs {
    const array = this.#array(conversion);
    const { offsets, strengths, deviations } = array;
    const first = conversion.panel * PANEL_COLUMNS;
    if (offsets !== null) this.#copy(offsets, first, lanes);
    if (strengths !== null) this.#copy(strengths, first, lanes + LANE_BYTES);
    if (deviations !== null) this.#copy(deviations, first, lanes + 2 * LANE_BYTES);
    return array;
  }

  #copy(values: Float32Array, first: number, lanes: number): void {
    const { f32 } = this.machine;
    const into = lanes >>> 2;
    for (let l = 0; l < PANEL_COLUMNS; l++) f32[into + l] = values[first + l] as number;
  }

  #array(conversion: Conversion): ArrayOutputs {
    const { tile, slices, unit } = conversion;
    const where = word1(tile.number, sideOf(conversion), slices[0] as number);
    const known = this.#arrays.get(where);
    if (known !== undefined) return known;
    const made = this.#draw(unit ? 1 : tile.columns.size, where);
    this.#arrays.set(where, made);
    return made;
  }

  #draw(columns: number, where: number): ArrayOutputs {
    const { offset, nonlinearity, noise, seriesResistance } = this.output;
    const drawn = (what: number) => this.#normals(columns, where, what);
    const shape = (what: number, law: (xi: number) => number) => drawn(what).map((xi) => Math.abs(law(xi)));
    let offsets: Float32Array | null = null;
    if (offset.kind !== "none") {
      const half = offset.kind === "halfNormal";
      offsets = drawn(DRAW.offset).map((xi) => offset.sigma * (half ? Math.max(xi, 0) : xi));
    }
    let strengths: Float32Array | null = null;
    let gain = 1;
    if (nonlinearity.kind !== "none") {
      const { strength, spread, slopeAt } = nonlinearity;
      strengths = shape(DRAW.strength, (xi) => strength * (1 + spread * xi));
      let mean = 0;
      for (let m = 0; m < columns; m++) mean += (strengths[m] as number) / columns;
      const slope = 1 + (mean + seriesResistance) * (slopeAt ?? 0);
      gain = slope * slope;
    }
    const deviations =
      noise.kind === "none" ? null : shape(DRAW.deviation, (xi) => noise.sigma * (1 + noise.spread * xi));
    return { offsets, strengths, gain, deviations };
  }

  /** Standard normals of an array's outputs; whole panels of them. */
  #normals(columns: number, where: number, what: number): Float32Array {
    const { machine } = this;
    const { chip, layer } = this.address;
    const count = panelCount(columns) * PANEL_COLUMNS;
    const scratch = machine.arena.allocate(count * 4);
    try {
      const first = (what * DRAW_STRIDE) >>> 2;
      const purpose = word3(layer, PURPOSE.outputParameterSpread);
      machine.kernels.f32_normal_fill(scratch, count >>> 2, first, where, 0, purpose, chip, 0);
      return machine.f32.slice(scratch >>> 2, (scratch >>> 2) + count);
    } finally {
      machine.arena.free(scratch);
    }
  }
}
