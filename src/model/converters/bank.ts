import { ConfigError } from "../../config/errors.js";
import type { AdcConfig, CrossbarConfig } from "../../config/schema.js";
import type { Machine } from "../../engine/machine.js";
import { SIDE } from "../address.js";
import type { ChipAddress } from "../device-levels.js";
import { PANEL_COLUMNS, panelCount } from "../panels.js";
import type { ConversionGroup, Converter } from "../conversion.js";
import type { LayerPlan, TilePlan } from "../plan.js";
import { powerOfTwo, ceilLog2 } from "../rounding.js";
import { CircuitBuilder, type ConverterRow, isCircuit } from "./circuits.js";
import { measuredTables, tableTransfer } from "./table.js";
import type { Transfer } from "./transfer.js";

const LANE_BYTES = 16;
const PANEL_BYTES = PANEL_COLUMNS * LANE_BYTES;

/** Converters of one array's conversions as the kernel wants them; everything in levels·drive. */
export interface ConverterLanes {
  /** Byte offset of the lanes of panel 0; one panel is `LANES_BYTES` long. */
  readonly lanes: number;
  /** ℓ0 that the input carries; 0 where it cancels. */
  readonly baseline: number;
  /** Where the input is clipped. */
  readonly low: number;
  readonly high: number;
}

export const LANES_BYTES = PANEL_BYTES;

/**
 * The converters of a layer that are more than a rounding: drawn when it is programmed, kept in wasm memory.
 *
 * Every array has its own, for every side and every weight slice (or slice sum). Exactly a function of configuration,
 * chip and layer number.
 */
export class ConverterBank {
  readonly #pointers: number[] = [];
  readonly #lanes = new Map<string, ConverterLanes & { row: ConverterRow; half: number; middle: number }>();
  readonly #placed = new Map<Transfer, Map<string, { table: number; half: number }>>();

  /** @throws {OutOfMemoryError | ConfigError} and then nothing is held */
  constructor(
    private readonly machine: Machine,
    private readonly plan: LayerPlan,
    config: CrossbarConfig,
    address: ChipAddress,
  ) {
    try {
      const rows = rowMaker(machine, plan, config, address);
      for (const tile of plan.tiles) {
        plan.groups.forEach((group, g) => {
          for (const side of sidesOf(plan)) this.#add(tile, group, g, side, rows(tile, group, g, side));
        });
      }
    } catch (error) {
      this.free();
      throw error;
    }
  }

  /** @param slice  first weight slice of the conversion */
  at(tile: TilePlan, slice: number, side: number): ConverterLanes {
    return this.#lanes.get(key(tile, slice, side)) as ConverterLanes;
  }

  /** The transfer of one output, edges in levels·drive, moved by its comparator's offset. */
  transfer(tile: TilePlan, slice: number, side: number, column: number): Transfer {
    const { row, half, middle } = this.#lanes.get(key(tile, slice, side)) as {
      row: ConverterRow;
      half: number;
      middle: number;
    };
    const { edges, codes } = row.transfers[Math.floor(column / row.groupSize)] as Transfer;
    const offset = row.offsets[column] as number;
    return { edges: edges.map((edge) => (edge - offset) * half + middle), codes };
  }

  free(): void {
    for (const pointer of this.#pointers.splice(0)) this.machine.arena.free(pointer);
  }

  #add(tile: TilePlan, group: ConversionGroup, g: number, side: number, row: ConverterRow): void {
    const converter = (this.plan.converters[tile.rowBlock] as readonly (Converter | null)[])[g] as Converter;
    const { half, middle, low, high } = scaleOf(converter, group);
    const outputs = row.offsets.length;
    const panels = panelCount(outputs);
    const lanes = this.#allocate(panels * PANEL_BYTES);
    const tables = row.transfers.map((transfer) => this.#place(transfer, half, middle));
    const { f64, u32 } = this.machine;
    for (let lane = 0; lane < panels * PANEL_COLUMNS; lane++) {
      // Lanes beyond the last output convert padding, with whatever is there.
      const output = Math.min(lane, outputs - 1);
      const table = tables[Math.floor(output / row.groupSize)] as { table: number; half: number };
      const at = lanes + lane * LANE_BYTES;
      f64[at >>> 3] = (row.offsets[output] as number) * half;
      u32[(at >>> 2) + 2] = table.table;
      u32[(at >>> 2) + 3] = table.half;
    }
    this.#lanes.set(key(tile, group.slices[0] as number, side), {
      lanes,
      baseline: group.baseline,
      low,
      high,
      row,
      half,
      middle,
    });
  }

  /** Writes a transfer once for every scale it is needed in. */
  #place(transfer: Transfer, half: number, middle: number): { table: number; half: number } {
    const scales = this.#placed.get(transfer) ?? new Map<string, { table: number; half: number }>();
    this.#placed.set(transfer, scales);
    const known = scales.get(`${half} ${middle}`);
    if (known !== undefined) return known;
    const { edges, codes } = transfer;
    const size = powerOfTwo(ceilLog2(codes.length));
    const table = this.#allocate(size * 16);
    const { f64 } = this.machine;
    const at = table >>> 3;
    f64[at] = -Infinity;
    for (let i = 1; i < size; i++)
      f64[at + i] = i <= edges.length ? (edges[i - 1] as number) * half + middle : Infinity;
    for (let i = 0; i < size; i++) f64[at + size + i] = codes[Math.min(i, codes.length - 1)] as number;
    const placed = { table, half: size >>> 1 };
    scales.set(`${half} ${middle}`, placed);
    return placed;
  }

  #allocate(bytes: number): number {
    const pointer = this.machine.arena.allocate(bytes);
    this.#pointers.push(pointer);
    return pointer;
  }
}

/** The bank of a layer, or null where its ADC is none or an ideal one. */
export function converterBank(
  machine: Machine,
  plan: LayerPlan,
  config: CrossbarConfig,
  address: ChipAddress,
): ConverterBank | null {
  const { adc } = config.readout;
  return isCircuit(adc) || adc.kind === "table" ? new ConverterBank(machine, plan, config, address) : null;
}

/** Sides that have conversions of their own. */
function sidesOf(plan: LayerPlan): number[] {
  if (plan.unitColumn) return [SIDE.plus, SIDE.unit];
  return plan.reading === "conversions" ? [SIDE.plus, SIDE.minus] : [SIDE.plus];
}

type RowMaker = (tile: TilePlan, group: ConversionGroup, g: number, side: number) => ConverterRow;

function rowMaker(machine: Machine, plan: LayerPlan, config: CrossbarConfig, { chip, layer }: ChipAddress): RowMaker {
  const { adc } = config.readout;
  const outputs = (tile: TilePlan, side: number) => (side === SIDE.unit ? 1 : tile.columns.size);
  if (isCircuit(adc)) {
    const builder = new CircuitBuilder(machine, adc);
    return (tile, group, _, side) =>
      builder.row(outputs(tile, side), { chip, layer, tile: tile.number, side, slice: group.slices[0] as number });
  }
  if (adc.kind !== "table") throw new TypeError(`a converter of kind ${adc.kind} has no parts`);
  const tables = measuredTables(adc);
  checkTableCount(adc, tables.length, plan);
  const made = plan.groups.map((_, g) => {
    const { zero, step } = (plan.converters[0] as readonly Converter[])[g] as Converter;
    return tables.map((table) => tableTransfer(table, zero, step));
  });
  return (tile, _, g, side) => {
    const all = made[g] as Transfer[];
    const offsets = new Float64Array(outputs(tile, side));
    if (all.length > 1 && adc.per === "converter") return { transfers: all, groupSize: adc.groupSize, offsets };
    return { transfers: [all[all.length > 1 ? g : 0] as Transfer], groupSize: offsets.length, offsets };
  };
}

/** @throws {ConfigError} an array with more converters than tables */
function checkTableCount(adc: AdcConfig & { kind: "table" }, tables: number, plan: LayerPlan): void {
  if (adc.per !== "converter" || tables === 1) return;
  const widest = plan.split.columnBlocks.reduce((most, block) => Math.max(most, block.size), 0);
  const needed = Math.ceil(widest / adc.groupSize);
  if (tables >= needed) return;
  const allowed = `at least ${needed} lists, one per converter of ${widest} outputs in groups of ${adc.groupSize}`;
  throw new ConfigError("readout.adc.edges", adc.edges, allowed);
}

/** From the transfer's unit to levels·drive: half ranges around the middle, or full devices for a table. */
function scaleOf({ range, measured }: Converter, { levelsPerDevice }: ConversionGroup) {
  if (measured) return { half: levelsPerDevice, middle: 0, low: -Infinity, high: Infinity };
  const half = ((range[1] - range[0]) / 2) * levelsPerDevice;
  const middle = ((range[1] + range[0]) / 2) * levelsPerDevice;
  return { half, middle, low: middle - half, high: middle + half };
}

function key(tile: TilePlan, slice: number, side: number): string {
  return `${tile.number}/${slice}/${side}`;
}
