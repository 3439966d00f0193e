import type { Machine } from "../engine/machine.js";
import type { ConversionGroup, Converter } from "./conversion.js";
import { convertPanel, digitalGroup, type ReadContext, startFromUnit } from "./convert.js";
import type { DrivenBlock } from "./inputs.js";
import type { ReadAddress } from "./address.js";
import { PANEL_COLUMNS, panelCount } from "./panels.js";
import { OutputChain } from "./periphery/chain.js";
import type { TilePlan } from "./plan.js";
import type { ProgrammedLayer } from "./programmed.js";
import type { Block } from "./split.js";
import { convertStraight, panelsTogether, wayOf } from "./straight.js";
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

/** Puts the scales of a block's columns where the kernels read them, and says where that is. */
export function placeScales(
  { f64 }: Machine,
  { sumScale }: ProgrammedLayer,
  rowBlock: number,
  { start, size }: Block,
  at: number,
): number {
  f64.set((sumScale[rowBlock] as Float64Array).subarray(start, start + size), at >>> 3);
  return at;
}

/** One conversion group of a tile, with what the digital side does with its codes. */
export interface GroupOfTile {
  readonly group: ConversionGroup;
  readonly converter: Converter | null;
  readonly factor: number;
  /** Byte offsets: f64 added to each vector's outputs, accumulators of the unit column; 0 where there are none. */
  readonly perVector: number;
  readonly unit: number;
}

/**
 * Adds one tile's sums in code units: totals[v][m] += Σ_k f_k·(…), k ascending.
 *
 * Panels are outermost, so that their totals stay in the first-level cache from one slice to the next; whoever looks on
 * sees one slice's whole array before the next.
 */
export function readTile(context: ReadContext, tile: TilePlan, driven: DrivenBlock, totals: number): void {
  const { plan, at } = context;
  const panels = panelCount(tile.columns.size);
  const first = totals + (at.columnStart[tile.columnBlock] as number) * 8;
  const into = (panel: number) => first + panel * PANEL_COLUMNS * 8;
  if (context.observe !== null) {
    plan.groups.forEach((_, g) => {
      const part = groupOfTile(context, tile, g, driven);
      for (let panel = 0; panel < panels; panel++) convertLines(context, tile, part, panel, into(panel));
    });
    return;
  }
  const groups = plan.groups.map((_, g) => groupOfTile(context, tile, g, driven));
  const way = wayOf(context, tile);
  const order = context.survivors?.panels(tile) ?? null;
  for (let next = 0, count = 1; next < panels && context.vectors > 0; next += count) {
    const panel = order?.[next] ?? next;
    count = order === null ? panelsTogether(context, way, panels - next) : 1;
    for (const part of groups) {
      if (way === "accumulators") convertLines(context, tile, part, panel, into(panel));
      else convertStraight(context, way, tile, part, panel, count, into(panel));
    }
    context.survivors?.thin(context, tile, panel);
  }
}

function groupOfTile(context: ReadContext, tile: TilePlan, g: number, { vectorTau }: DrivenBlock): GroupOfTile {
  const { machine, config, plan, at, vectors } = context;
  const group = plan.groups[g] as ConversionGroup;
  const converter = (plan.converters[tile.rowBlock] as readonly (Converter | null)[])[g] as Converter | null;
  const digital = digitalGroup(config, plan, group, converter, g === plan.groups.length - 1, vectorTau);
  const perVector = digital.perVector === null ? 0 : at.perVector + g * at.vectors * 8;
  if (digital.perVector !== null) machine.f64.set(digital.perVector, perVector >>> 3);
  const unit = plan.unitColumn ? at.unit + g * at.vectors * PANEL_COLUMNS * 8 : 0;
  if (unit !== 0) {
    clear(machine, unit, vectors);
    convertPanel(context, { tile, group, converter, panel: 0, unit: true }, unit);
  }
  return { group, converter, factor: digital.factor, perVector, unit };
}

/** One panel through lines and accumulators: whatever happens on the way. */
function convertLines(
  context: ReadContext,
  tile: TilePlan,
  { group, converter, factor, perVector, unit }: GroupOfTile,
  panel: number,
  totals: number,
): void {
  const { machine, at, vectors } = context;
  if (unit === 0) clear(machine, at.accumulators, vectors);
  else startFromUnit(machine, at.accumulators, unit, vectors);
  convertPanel(context, { tile, group, converter, panel, unit: false }, at.accumulators);
  machine.kernels.f64_add_scaled(totals, at.totalStride, at.accumulators, vectors, factor, perVector);
}

function clear({ f64 }: Machine, accumulators: number, vectors: number): void {
  f64.fill(0, accumulators >>> 3, (accumulators >>> 3) + vectors * PANEL_COLUMNS);
}
