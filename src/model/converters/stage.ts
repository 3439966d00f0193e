import type { CrossbarConfig } from "../../config/schema.js";
import type { Machine } from "../../engine/machine.js";
import { PURPOSE, word1, word3 } from "../address.js";
import { PANEL_COLUMNS } from "../panels.js";
import { type Conversion, sideOf } from "../panel-conversion.js";
import type { ReadAddress } from "../address.js";
import type { LayerPlan } from "../plan.js";
import type { Workspace } from "../workspace.js";
import { type ConverterBank, LANES_BYTES } from "./bank.js";

/** Lines of one panel as they lie in memory: f32 [vectors·inputSlices][16], with their τ. */
export interface PanelLines {
  readonly lines: number;
  readonly vectors: number;
  readonly inputSlices: number;
  readonly sliceBits: number;
  readonly tau: number;
  /** Vector of the chunk and cycle of the first line, where a single one is converted by itself; default 0. */
  readonly firstVector?: number;
  readonly firstInputSlice?: number;
}

/** The ADCs of one chunk of vectors: exact, rounding at random, or with transfers of their own. */
export class ConverterStage {
  readonly #stochastic: boolean;

  /**
   * @param at  the variances of its lines are spent when a panel is converted: room for one line's draws
   */
  constructor(
    private readonly machine: Machine,
    config: CrossbarConfig,
    private readonly plan: LayerPlan,
    private readonly bank: ConverterBank | null,
    private readonly at: Workspace,
    private readonly address: ReadAddress,
  ) {
    const { adc } = config.readout;
    this.#stochastic = (adc.kind === "uniform" || adc.kind === "signMagnitude") && adc.rounding === "stochastic";
  }

  /** Whether every conversion is an ideal converter's rounding. */
  get isIdeal(): boolean {
    return this.bank === null && !this.#stochastic;
  }

  /** Adds sign·Σ_i 2^(s·i)·code_i to f64 accumulators [vectors][16]; without an ADC the sums of the lines themselves. */
  convert(conversion: Conversion, panel: PanelLines, into: number): void {
    const { kernels } = this.machine;
    const { converter, sign } = conversion;
    const { lines, vectors, inputSlices, sliceBits } = panel;
    if (converter === null) {
      this.#clip(conversion, vectors * inputSlices, lines, panel.tau);
      kernels.f64_accumulate_lines(into, lines, vectors, inputSlices, sliceBits, sign);
    } else if (this.bank !== null) this.#transfer(this.bank, conversion, panel, into);
    else {
      const { q, p, o, top } = converter;
      const tau = p === 0 ? 0 : panel.tau;
      if (this.#stochastic) this.#roundAtRandom(conversion, panel, into);
      else kernels.f64_convert_lines(into, lines, vectors, inputSlices, tau, q, p, o, top, sign, sliceBits);
    }
  }

  /** A converter without steps. */
  #clip({ tile, group }: Conversion, reads: number, lines: number, tau: number): void {
    const clip = this.plan.clips[tile.rowBlock]?.[this.plan.groups.indexOf(group)] ?? null;
    if (clip === null) return;
    const [low, high] = clip.map((edge) => edge * group.levelsPerDevice) as [number, number];
    const base = group.baseline === 0 ? 0 : tau;
    this.machine.kernels.f32_limit_lines(lines, reads, low, high, base, group.baseline);
  }

  #transfer(bank: ConverterBank, conversion: Conversion, panel: PanelLines, into: number): void {
    const { tile, slices, sign } = conversion;
    const { baseline, low, high, lanes } = bank.at(tile, slices[0] as number, sideOf(conversion));
    this.machine.kernels.f64_convert_transfers(
      into,
      panel.lines,
      panel.vectors,
      panel.inputSlices,
      panel.sliceBits,
      baseline === 0 ? 0 : panel.tau,
      baseline,
      low,
      high,
      lanes + conversion.panel * LANES_BYTES,
      sign,
    );
  }

  #roundAtRandom(conversion: Conversion, panel: PanelLines, into: number): void {
    const { address, at } = this;
    const { q, p, o, top } = conversion.converter as NonNullable<Conversion["converter"]>;
    this.machine.kernels.f64_convert_lines_stochastic(
      into,
      panel.lines,
      panel.vectors,
      panel.inputSlices,
      p === 0 ? 0 : panel.tau,
      q,
      p,
      o,
      top,
      conversion.sign,
      panel.sliceBits,
      at.variance,
      (conversion.panel * PANEL_COLUMNS) >>> 2,
      word1(conversion.tile.number, sideOf(conversion), conversion.slices[0] as number, panel.firstInputSlice),
      at.samples + (panel.firstVector ?? 0) * 8,
      word3(address.layer, PURPOSE.adcRounding, 0, address.pass),
      address.chip,
      address.read,
    );
  }
}
