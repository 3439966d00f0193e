import type { OutputConfig } from "../../config/output.js";
import type { Machine } from "../../engine/machine.js";
import { PURPOSE, word1, word3 } from "../address.js";
import { PANEL_COLUMNS } from "../panels.js";
import type { ConversionGroup } from "../conversion.js";
import { type Conversion, sideOf } from "../panel-conversion.js";
import type { ReadAddress } from "../address.js";
import type { Line } from "../line-sums.js";
import type { LineReader } from "../lines.js";
import type { LayerPlan } from "../plan.js";
import type { SlicePlan } from "../slices.js";
import type { Workspace } from "../workspace.js";
import { DRAW_STRIDE, LANE_BYTES, type OutputParameters } from "./outputs.js";

/** One line that goes into a conversion, just read. */
export interface ReadLine {
  readonly reader: LineReader;
  readonly slice: number;
  readonly line: Line;
  /** Factor of the line in the conversion. */
  readonly weight: number;
}

/**
 * Between lines and converters, in full devices and f32 (DESIGN 2.2): offset, series resistance, output-referred
 * weight noise, nonlinearity, asymmetry, output noise. A conversion sees it once, whatever lines were summed before.
 */
export class OutputChain {
  /** Whether variances of weight noise must be gathered line by line. */
  readonly gathers: boolean;

  constructor(
    private readonly machine: Machine,
    private readonly plan: LayerPlan,
    private readonly output: OutputConfig,
    private readonly parameters: OutputParameters,
    private readonly at: Workspace,
    private readonly address: ReadAddress,
  ) {
    this.gathers = output.weightNoise.kind !== "none";
  }

  /** Forgets the variances of the last conversion. */
  start(pulses: number): void {
    const { weightVariance } = this.at;
    if (this.gathers) this.machine.u8.fill(0, weightVariance, weightVariance + pulses * LANE_BYTES);
  }

  /**
   * Adds the variance that a line brings into its conversion, in squared levels at sigma 1.
   *
   * @param accumulated  whether the input slices are summed before the conversion
   */
  gather({ tile, panel }: Conversion, { reader, slice, line, weight }: ReadLine, accumulated: boolean): void {
    const { kind } = this.output.weightNoise;
    if (kind === "none") return;
    const { drive, slicing } = this.plan;
    const { levels } = slicing.slices[slice] as SlicePlan;
    const { at } = reader;
    if (kind === "constant") {
      // A pair has one such noise, however many lines it has.
      if (line === "minus" && this.plan.reading === "lines") return;
      this.#spreadSquares(at, reader.reads);
    } else reader.sums.weightSquares(tile, slice, line, panel);
    const unit = weight * weight * levels * (kind === "constant" ? levels : 1);
    const [vectors, inputSlices] = accumulated
      ? [reader.reads / drive.inputSlices, drive.inputSlices]
      : [reader.reads, 1];
    const { weightVariance } = this.at;
    const bits = 2 * drive.sliceBits;
    this.machine.kernels.f32_accumulate_variance(weightVariance, at.variance, vectors, inputSlices, bits, unit);
  }

  /** The chain itself, in place on the workspace's lines. */
  apply(conversion: Conversion, vectors: number, inputSlices: number, tau: number): void {
    const { kernels } = this.machine;
    const { at, output } = this;
    const { group } = conversion;
    const reads = vectors * inputSlices;
    const base = group.baseline === 0 ? 0 : tau;
    const { offsets, strengths, gain, deviations } = this.parameters.place(conversion, at.outputLanes);
    const lanes = (values: Float32Array | null, i: number) => (values === null ? 0 : at.outputLanes + i * LANE_BYTES);
    kernels.f32_affine_lines(at.lines, reads, base, 1 / group.levelsPerDevice, group.baseline / group.levelsPerDevice);
    if (offsets !== null || output.seriesResistance > 0) {
      const common = (output.commonWeight * levelsOf(group, this.plan)) / group.levelsPerDevice;
      kernels.f32_series_lines(at.lines, reads, tau, lanes(offsets, 0), output.seriesResistance, common);
    }
    if (this.gathers) this.#weightNoise(conversion, vectors, inputSlices);
    if (strengths !== null || output.asymmetry !== 0) {
      kernels.f32_compress_lines(at.lines, reads, lanes(strengths, 1), gain, 1 - output.asymmetry);
    }
    if (deviations !== null) this.#noise(conversion, vectors, inputSlices, lanes(deviations, 2), 0);
    kernels.f32_affine_lines(at.lines, reads, base, group.levelsPerDevice, -group.baseline);
  }

  /** Σ t² of each read, in every lane of the variances. */
  #spreadSquares(at: Workspace, reads: number): void {
    const { f32 } = this.machine;
    for (let c = 0; c < reads; c++) {
      const from = (at.variance >>> 2) + c * PANEL_COLUMNS;
      f32.fill(f32[(at.tauSquare >>> 2) + c] as number, from, from + PANEL_COLUMNS);
    }
  }

  #weightNoise(conversion: Conversion, vectors: number, inputSlices: number): void {
    const { weightNoise } = this.output;
    if (weightNoise.kind === "none") return;
    const sigma = weightNoise.sigma / conversion.group.levelsPerDevice;
    this.machine.kernels.f32_scale_variance(this.at.weightVariance, vectors * inputSlices, sigma);
    this.#noise(conversion, vectors, inputSlices, null, 1);
  }

  /** @param deviations  one per lane; null: the gathered variances */
  #noise(conversion: Conversion, vectors: number, inputSlices: number, deviations: number | null, which: number): void {
    const { kernels } = this.machine;
    const { at, address } = this;
    const element = which * DRAW_STRIDE + conversion.panel * PANEL_COLUMNS;
    const kernel = deviations === null ? kernels.f32_line_noise : kernels.f32_lane_noise;
    kernel(
      at.lines,
      deviations ?? at.weightVariance,
      vectors,
      inputSlices,
      at.tables,
      element >>> 2,
      word1(conversion.tile.number, sideOf(conversion), conversion.slices[0] as number),
      at.samples,
      word3(address.layer, PURPOSE.outputNoise, 0, address.pass),
      address.chip,
      address.read,
    );
  }
}

/** Levels that a weight at full scale has in a conversion. */
function levelsOf({ slices, weights }: ConversionGroup, plan: LayerPlan): number {
  return slices.reduce((sum, k, i) => sum + (weights[i] as number) * (plan.slicing.slices[k] as SlicePlan).levels, 0);
}
