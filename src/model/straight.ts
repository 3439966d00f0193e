import type { Converter } from "./conversion.js";
import type { ReadContext } from "./convert.js";
import type { Line } from "./line-sums.js";
import type { LineReader } from "./lines.js";
import type { TilePlan } from "./plan.js";
import type { GroupOfTile } from "./tile.js";

/** What sums of codes must stay below. */
const I32_SUMS = 2147483648;

/**
 * How a row block's conversions reach the totals: through accumulators, where anything may happen on the way; straight
 * from the lines, where every conversion is one line through an ideal converter that nobody looks at; or from the whole
 * sums of bits over bytes, up to four panels at a time, which are then no lines at all. The same bits.
 */
export type Way = "accumulators" | "lines" | "sums";

export function wayOf(context: ReadContext, rowBlock: number): Way {
  const { config, plan, readers, chain, watch, observe, stage } = context;
  const { columnLimit, inputSlices } = config.readout;
  const oneLine = (plan.reading === "single" || plan.reading === "difference") && !plan.unitColumn;
  const alone = plan.groups.every(({ slices }) => slices.length === 1) && inputSlices === "digital";
  const seen = chain !== null || watch !== null || observe !== null;
  const fits = (c: Converter | null) => c !== null && c.top * plan.drive.readWeight < I32_SUMS;
  const straight = readers.length === 1 && oneLine && alone && !seen && stage.isIdeal;
  if (!straight || !(plan.converters[rowBlock] ?? []).every(fits)) return "accumulators";
  return (readers[0] as LineReader).sums.areWhole && columnLimit === null ? "sums" : "lines";
}

/** Adds what one panel of one group, or four of its whole sums, come to, to the totals from their first column on. */
export function convertStraight(
  { machine, plan, readers, at, vectors }: ReadContext,
  way: "lines" | "sums",
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
  } else {
    reader.read(tile, slice, line, panel);
    const lines = at.lines;
    kernels.f64_convert_totals(
      totals,
      totalStride,
      lines,
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
}
