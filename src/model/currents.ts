import { CUBIC_CURRENT, MILO_CURRENT } from "../config/devices/current.js";
import type { Machine } from "../engine/machine.js";
import { PANEL_COLUMNS, panelBytes } from "./panels.js";
import type { SlicePlan } from "./slices.js";
import type { Workspace } from "./workspace.js";

/**
 * Reads of devices that do not follow Ohm's law, one panel at a time.
 *
 * With V = readVoltage·t/D a device at level ℓ adds L/Δ·D·I(G, V)/(readVoltage·gMax) − ℓ0·t to its line: ℓ·t and what
 * bends its current. What gMin carries by Ohm's law stays with the converter, as everywhere.
 */
export class NonlinearReads {
  readonly #drawn: number;
  readonly #second: number;
  readonly #third: number;

  constructor(
    private readonly machine: Machine,
    private readonly slice: SlicePlan,
    private readonly driveMax: number,
    private readonly at: Workspace,
    private readonly rows: number,
  ) {
    const bytes = panelBytes(rows);
    [this.#drawn, this.#second, this.#third] = [at.currents, at.currents + bytes, at.currents + 2 * bytes];
  }

  /** Lines [reads][16] of one panel of cells. */
  read(lines: number, reads: number, drives: number, cells: number): void {
    this.#bend(cells);
    const sum = this.machine.kernels.f32_nonlinear_read_16__simd;
    sum(lines, reads, drives, this.at.rowStride, cells, this.#second, this.#third, this.rows);
  }

  /** One line [16] of one panel of cells with draws of their own: noise is on the conductance, before the current. */
  readDrawn(
    line: number,
    drives: number,
    cells: number,
    variances: number,
    draws: number,
    drawStride: number,
    gain: number,
    shift: number,
  ): void {
    const draw = this.machine.kernels.f32_cell_draw_16__simd;
    draw(this.#drawn, cells, variances, draws, drawStride, this.rows, gain, shift);
    this.read(line, 1, drives, this.#drawn);
  }

  /** Coefficients of t² and t³ of every cell, in levels. */
  #bend(cells: number): void {
    const { kernels, f32 } = this.machine;
    const { levels, baseline, cells: device } = this.slice;
    const { current, gMin, gMax } = device;
    if (current.kind === "linear") throw new TypeError("linear devices have no coefficients");
    const count = this.rows * PANEL_COLUMNS;
    const volts = current.readVoltage / this.driveMax;
    if (current.kind === "cubic") {
      f32.fill(0, this.#second >>> 2, (this.#second >>> 2) + count);
      const third = this.#third >>> 2;
      f32.fill(CUBIC_CURRENT.third * volts * volts, third, third + count);
      // In levels a conductance is ℓ + ℓ0.
      kernels.f32_product(this.#third, this.#third, cells, count, baseline);
      return;
    }
    const siemens = (gMax - gMin) / levels;
    const bend = (out: number, coefficients: readonly [number, number, number, number], factor: number) => {
      const [c0, c1, c2, c3] = coefficients;
      kernels.f32_log_cubic(
        out,
        cells,
        count,
        siemens,
        gMin + MILO_CURRENT.tiny,
        MILO_CURRENT.least,
        c0 * factor,
        c1 * factor,
        c2 * factor,
        c3 * factor,
      );
    };
    bend(this.#second, MILO_CURRENT.second, volts / siemens);
    bend(this.#third, MILO_CURRENT.third, (volts * volts) / siemens);
  }
}
