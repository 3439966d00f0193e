import type { Machine } from "../engine/machine.js";
import { PANEL_COLUMNS, panelCount } from "./panels.js";
import type { ConversionGroup, Converter } from "./conversion.js";
import { convertPanel, digitalGroup, type ReadContext, startFromUnit } from "./convert.js";
import type { DrivenBlock } from "./inputs.js";
import type { ReadAddress } from "./address.js";
import { OutputChain } from "./periphery/chain.js";
import type { TilePlan } from "./plan.js";
import type { ProgrammedLayer } from "./programmed.js";
import type { Workspace } from "./workspace.js";

/** What happens before the conversions of a chunk; null: nothing. */
export function outputChain(
  machine: Machine,
  { plan, outputs }: ProgrammedLayer,
  at: Workspace,
  address: ReadAddress,
): OutputChain | null {
  if (plan.output === null || outputs === null) return null;
  return new OutputChain(machine, plan, plan.output, outputs, at, address);
}

/** Adds one tile's sums in code units: totals[v][m] += Σ_k f_k·(…). */
export function readTile(context: ReadContext, tile: TilePlan, driven: DrivenBlock, totals: number): void {
  const { machine, config, plan, at, vectors } = context;
  const converters = plan.converters[tile.rowBlock] as readonly (Converter | null)[];
  const columnStart = at.columnStart[tile.columnBlock] as number;
  plan.groups.forEach((group: ConversionGroup, g) => {
    const converter = converters[g] as Converter | null;
    const digital = digitalGroup(config, plan, group, converter, g === plan.groups.length - 1, driven.vectorTau);
    if (digital.perVector !== null) machine.f64.set(digital.perVector, at.perVector >>> 3);
    const clear = (pointer: number) => machine.f64.fill(0, pointer >>> 3, (pointer >>> 3) + vectors * PANEL_COLUMNS);
    if (plan.unitColumn) {
      clear(at.unit);
      convertPanel(context, { tile, group, converter, panel: 0, unit: true }, at.unit);
    }
    for (let panel = 0; panel < panelCount(tile.columns.size); panel++) {
      if (plan.unitColumn) startFromUnit(machine, at, vectors);
      else clear(at.accumulators);
      convertPanel(context, { tile, group, converter, panel, unit: false }, at.accumulators);
      machine.kernels.f64_add_scaled(
        totals + (columnStart + panel * PANEL_COLUMNS) * 8,
        at.totalStride,
        at.accumulators,
        vectors,
        digital.factor,
        digital.perVector === null ? 0 : at.perVector,
      );
    }
  });
}

/** Weight that one code unit of the sum stands for. */
export function weightScale({ config, scale, plan }: ProgrammedLayer, rowBlock: number, output: number): number {
  const full = (scale.max[rowBlock] as Float64Array)[output] as number;
  return (full / plan.slicing.fullScale) * config.readout.outputScale;
}
