import type { Transfer } from "./transfer.js";

/** How far a converter's steps are from even ones. One row per code from 1 on; everything but `edges` in LSB. */
export interface Linearity {
  /** Codes 1…C − 1. */
  readonly codes: Float64Array;
  /** Input at which each code begins, in the unit of the transfer. */
  readonly edges: Float64Array;
  /** Integral nonlinearity at the edge: its distance from the line through the first and the last one. */
  readonly inl: Float64Array;
  /** Differential nonlinearity: width of the code above one LSB; 0 for the last code, which has no end. */
  readonly dnl: Float64Array;
  /** First edge, less its ideal place. */
  readonly offset: number;
  /** Excess of the distance from the first edge to the last over the ideal one, relative to it. */
  readonly gain: number;
  /** Whether a larger input never gives a smaller code. */
  readonly monotone: boolean;
}

/**
 * INL and DNL as a histogram test with a slow linear ramp over low…high measures them (IEEE Std 1241): a code begins
 * where the widths of all codes below it are spent, whatever the order in which they occurred. A missing code has no
 * width, DNL −1. Offset and gain are taken out by the line through the first and the last edge.
 *
 * @param count  number of codes
 * @param ideal  first edge and LSB of the ideal converter
 */
export function linearity(
  { edges, codes }: Transfer,
  count: number,
  ideal: { readonly first: number; readonly lsb: number },
  low: number,
  high: number,
): Linearity {
  // Outer codes reach as far as the input does; of an unbounded one they have no width to count.
  const from = Number.isFinite(low) ? low : (edges[0] as number);
  const to = Number.isFinite(high) ? high : (edges[edges.length - 1] as number);
  const width = new Float64Array(count);
  let monotone = true;
  for (let part = 0; part < codes.length; part++) {
    const begin = Math.min(Math.max(part === 0 ? from : (edges[part - 1] as number), from), to);
    const end = Math.min(Math.max(part === edges.length ? to : (edges[part] as number), from), to);
    const code = codes[part] as number;
    width[code] = (width[code] as number) + (end - begin);
    if (part > 0 && code < (codes[part - 1] as number) && end > begin) monotone = false;
  }
  // Where every code occurs once and in order its edge is its beginning, free of the rounding of a sum.
  const plain = monotone && codes.length === count;
  const begins = new Float64Array(count - 1);
  let at = from;
  for (let code = 1; code < count; code++) {
    at += width[code - 1] as number;
    begins[code - 1] = plain ? Math.min(Math.max(edges[code - 1] as number, from), to) : at;
  }
  const first = begins[0] as number;
  const last = begins[count - 2] as number;
  const span = (count - 2) * ideal.lsb;
  const lsb = count > 2 && last > first ? (last - first) / (count - 2) : ideal.lsb;
  return {
    codes: Float64Array.from(begins, (_, i) => i + 1),
    edges: begins,
    inl: begins.map((edge, i) => (edge - first) / lsb - i),
    dnl: begins.map((edge, i) => (i === count - 2 ? 0 : ((begins[i + 1] as number) - edge) / lsb - 1)),
    offset: (first - ideal.first) / ideal.lsb,
    gain: count > 2 ? (last - first) / span - 1 : 0,
    monotone,
  };
}
