import * as v from "valibot";
import { choice, integer, section } from "../config/checks.js";
import { ConfigError } from "../config/errors.js";
import { parse } from "../config/parse.js";
import type { AdcConfig } from "../config/schema.js";
import { SIDE } from "../model/address.js";
import type { ConversionGroup, Converter } from "../model/conversion.js";
import { isCircuit } from "../model/converters/circuits.js";
import { linearity, type Linearity } from "../model/converters/linearity.js";
import { inOrder, type Transfer } from "../model/converters/transfer.js";
import type { LayerPlan, TilePlan } from "../model/plan.js";
import type { ProgrammedLayer } from "../model/programmed.js";

/** Which converter: every array, weight slice and side has its own. */
export type ConverterQuery = v.InferInput<typeof Query>;

const Query = section({
  rowBlock: v.optional(integer(0), 0),
  /** Any weight slice that ends in the conversion. */
  slice: v.optional(integer(0), 0),
  /** Output of the layer; the converter is the one its column is read with. */
  output: v.optional(integer(0), 0),
  /** "minus" where pairs are subtracted in digital, "unit" for a unit column. */
  side: v.optional(choice(["plus", "minus", "unit"]), "plus"),
});

/**
 * The transfer of one converter as a table: one row per code from 1 on, edges and values in full devices, nonlinearity
 * in LSB. Plain data.
 */
export interface ConverterTable extends Linearity {
  readonly kind: Exclude<AdcConfig["kind"], "none">;
  /** Range in full devices, and one LSB of the ideal converter over it. */
  readonly range: readonly [number, number];
  readonly lsb: number;
  /** Value of every code in digital; one more than there are rows, for code 0. */
  readonly values: Float64Array;
}

/** @throws {ConfigError} no ADC, or a row block, slice, output or side that the layer does not have */
export function converterTable({ config, plan, bank }: ProgrammedLayer, query: ConverterQuery): ConverterTable {
  const { rowBlock, slice, output, side } = parse(Query, query, "query");
  const { adc } = config.readout;
  if (adc.kind === "none") {
    throw new ConfigError("readout.adc.kind", "none", "a converter", "without an ADC there is no transfer");
  }
  checkWhere(plan, rowBlock, slice, output, side);
  const g = plan.groups.findIndex((group) => group.slices.includes(slice));
  const { levelsPerDevice, slices } = plan.groups[g] as ConversionGroup;
  const converter = (plan.converters[rowBlock] as readonly (Converter | null)[])[g] as Converter;
  const { zero, step, top, range } = converter;
  const column = plan.split.columnBlocks.findIndex((block) => output < block.start + block.size);
  const tile = plan.tiles.find((t) => t.rowBlock === rowBlock && t.columnBlock === column) as TilePlan;
  const place = side === "unit" ? 0 : output - tile.columns.start;
  const drawn = bank?.transfer(tile, slices[0] as number, SIDE[side], place) ?? null;
  const ideal = { first: zero + step / 2, lsb: step };
  const transfer = drawn === null ? idealTransfer(ideal, top) : inDevices(drawn, levelsPerDevice);
  if (adc.kind === "table") {
    // A measured table's numbers are its values in steps; its codes are its parts in order.
    const values = transfer.codes.map((number) => zero + number * step);
    return { kind: adc.kind, range, lsb: step, values, ...measured(transfer.edges, step) };
  }
  const values = Float64Array.from({ length: top + 1 }, (_, code) => zero + code * step);
  const [low, high] = isCircuit(adc) ? range : [-Infinity, Infinity];
  return { kind: adc.kind, range, lsb: step, values, ...linearity(transfer, top + 1, ideal, low, high) };
}

/** A measured table has no ideal place: its own first edge and mean step are the line. */
function measured(edges: Float64Array, step: number): Linearity {
  const [first, last] = [edges[0] as number, edges[edges.length - 1] as number];
  const lsb = edges.length > 1 ? (last - first) / (edges.length - 1) : step;
  return linearity(inOrder(edges), edges.length + 1, { first, lsb }, -Infinity, Infinity);
}

function idealTransfer({ first, lsb }: { first: number; lsb: number }, top: number): Transfer {
  return inOrder(Float64Array.from({ length: top }, (_, i) => first + i * lsb));
}

function inDevices({ edges, codes }: Transfer, levelsPerDevice: number): Transfer {
  return { edges: edges.map((edge) => edge / levelsPerDevice), codes: codes.slice() };
}

function checkWhere(plan: LayerPlan, rowBlock: number, slice: number, output: number, side: "plus" | "minus" | "unit") {
  const counts = {
    rowBlock: [rowBlock, plan.split.rowBlocks.length],
    slice: [slice, plan.slicing.slices.length],
    output: [output, plan.outputs],
  } as const;
  for (const [name, [value, count]] of Object.entries(counts)) {
    if (value >= count) throw new ConfigError(`query.${name}`, value, `integer in 0..${count - 1}`);
  }
  const sides = plan.unitColumn ? ["plus", "unit"] : plan.reading === "conversions" ? ["plus", "minus"] : ["plus"];
  if (!sides.includes(side)) throw new ConfigError("query.side", side, `one of ${sides.join(", ")}`);
}
