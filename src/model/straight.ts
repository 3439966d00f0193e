import type { ConversionGroup, Converter } from "./conversion.js";
import type { ReadContext } from "./convert.js";
import type { LineReader } from "./lines.js";
import type { TilePlan } from "./plan.js";

/** What sums of codes must stay below. */
const I32_SUMS = 2147483648;

/**
 * Whether a row block's whole sums go straight to the totals, up to four panels at a time: bits over bytes, one line in
 * each conversion, and an ideal converter that nobody looks at. Same bits as through lines and accumulators.
 */
export function goesStraight(context: ReadContext, rowBlock: number): boolean {
  const { config, plan, readers, chain, watch, observe, stage } = context;
  const { drive } = plan;
  const { columnLimit, inputSlices } = config.readout;
  const sums = readers.length === 1 && (readers[0] as LineReader).sumsBytes && columnLimit === null;
  const oneLine = (plan.reading === "single" || plan.reading === "difference") && !plan.unitColumn;
  const alone = plan.groups.every(({ slices }) => slices.length === 1) && inputSlices === "digital";
  const seen = chain !== null || watch !== null || observe !== null;
  const fits = (c: Converter | null) => c !== null && c.top * drive.readWeight < I32_SUMS;
  return sums && oneLine && alone && !seen && stage.isIdeal && (plan.converters[rowBlock] ?? []).every(fits);
}

/** Adds what one or four panels of one group come to, to the totals that start at their first column. */
export function convertSums(
  { machine, plan, readers, at, vectors }: ReadContext,
  tile: TilePlan,
  part: { readonly group: ConversionGroup; readonly converter: Converter | null; factor: number; perVector: number },
  panel: number,
  panels: number,
  totals: number,
): void {
  const { q, p, o, top } = part.converter as Converter;
  const line = plan.reading === "difference" ? "difference" : "plus";
  (readers[0] as LineReader).sums(tile, part.group.slices[0] as number, line, panel, panels);
  machine.kernels.f64_convert_sums(
    totals,
    at.totalStride,
    at.sums,
    panels,
    vectors,
    plan.drive.inputSlices,
    p === 0 ? 0 : at.tau,
    q,
    p,
    o,
    top,
    part.factor,
    part.perVector,
  );
}
