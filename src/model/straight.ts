import type { Converter } from "./conversion.js";
import type { ReadContext } from "./convert.js";
import type { Line } from "./line-sums.js";
import type { LineReader } from "./lines.js";
import type { Conversion } from "./panel-conversion.js";
import type { TilePlan } from "./plan.js";
import type { GroupOfTile } from "./tile.js";
import { LINES_TOGETHER, SORTED_LINES, SUMS_TOGETHER } from "./workspace.js";

/** What sums of codes must stay below. */
const I32_SUMS = 2147483648;

/**
 * How a tile's conversions reach the totals: through accumulators, where anything may happen on the way; straight from
 * the lines, where every conversion is one line through an ideal converter and nobody looks on, three panels at a time
 * where their sums can share, or many of few reads; or from the whole sums of bits over bytes, up to four panels at a
 * time, which are then no lines at all. The same bits.
 */
export type Way = "accumulators" | "lines" | "three lines" | "sorted lines" | "sums";

/** Panels read together. */
export function panelsTogether({ readers }: ReadContext, way: Way, left: number): number {
  if (way === "sorted lines") return Math.min(left, Math.floor(SORTED_LINES / (readers[0] as LineReader).reads));
  const most = way === "sums" ? SUMS_TOGETHER : way === "three lines" ? LINES_TOGETHER : 1;
  return left < most ? 1 : most;
}

export function wayOf(context: ReadContext, tile: TilePlan): Way {
  const { config, plan, readers, chain, watch, observe, stage } = context;
  const { columnLimit, inputSlices } = config.readout;
  const oneLine = (plan.reading === "single" || plan.reading === "difference") && !plan.unitColumn;
  const alone = plan.groups.every(({ slices }) => slices.length === 1) && inputSlices === "digital";
  const fits = (c: Converter | null) => c !== null && c.top * plan.drive.readWeight < I32_SUMS;
  const straight = readers.length === 1 && oneLine && alone && observe === null && stage.isIdeal;
  if (!straight || !(plan.converters[tile.rowBlock] ?? []).every(fits)) return "accumulators";
  const { sums } = readers[0] as LineReader;
  if (columnLimit !== null || chain !== null || watch !== null) return "lines";
  if (sums.areWhole) return "sums";
  if (sums.areSorted(tile)) return "sorted lines";
  return sums.areThree(tile) ? "three lines" : "lines";
}

/** Adds what one panel of one group, or as many as are read together, come to, to the totals from their first column on. */
export function convertStraight(
  { machine, plan, readers, chain, watch, at, vectors }: ReadContext,
  way: Exclude<Way, "accumulators">,
  tile: TilePlan,
  { group, converter, factor, perVector }: GroupOfTile,
  panel: number,
  panels: number,
  totals: number,
): void {
  const { kernels } = machine;
  const { inputSlices, sliceBits } = plan.drive;
  const { q, p, o, top } = converter as Converter;
  const line: Line = plan.reading === "difference" ? "difference" : "plus";
  const reader = readers[0] as LineReader;
  const slice = group.slices[0] as number;
  const tau = p === 0 ? 0 : at.tau;
  const { totalStride } = at;
  if (way === "sums") {
    reader.sums.sumWhole(tile, slice, line, panel, panels);
    const sums = at.sums;
    kernels.f64_convert_sums(
      totals,
      totalStride,
      sums,
      panels,
      vectors,
      inputSlices,
      tau,
      q,
      p,
      o,
      top,
      factor,
      perVector,
    );
    return;
  }
  if (way === "sorted lines") reader.sums.sumSorted(tile, slice, line, panel, panels);
  else if (panels === LINES_TOGETHER) reader.sums.sumThree(tile, slice, line, panel);
  else {
    reader.read(tile, slice, line, panel);
    const conversion: Conversion = { tile, group, converter, panel, sign: 1, slices: group.slices, unit: false };
    chain?.start(reader.reads);
    chain?.gather(conversion, { reader, slice, line, weight: 1 }, false);
    chain?.apply(conversion, vectors, inputSlices, at.tau);
    watch?.look(conversion, vectors, inputSlices, at.tau);
  }
  kernels.f64_convert_totals(
    totals,
    totalStride,
    at.lines,
    panels,
    vectors,
    inputSlices,
    sliceBits,
    tau,
    q,
    p,
    o,
    top,
    factor,
    perVector,
  );
}
