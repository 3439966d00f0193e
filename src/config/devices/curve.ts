/**
 * A function of a device's conductance as plain data: pieces in ascending order, each valid from `from` on.
 *
 *     f(x) = clamp(poly(x) + log·ln x + amplitude·x^power·e^(rate·x), low, high)
 */
export interface CurvePiece {
  /** Argument from which the piece holds; the first one holds from the lowest argument. */
  readonly from?: number;
  /** Coefficients, constant first; at most 12. */
  readonly poly?: readonly number[];
  readonly log?: number;
  readonly amplitude?: number;
  readonly power?: number;
  readonly rate?: number;
  readonly low?: number;
  readonly high?: number;
}

/** What the numbers of a curve mean. */
export interface Curve {
  /** Conductance at which the argument is 1, in siemens; "gMax": the device's own largest conductance. */
  readonly argument: number | "gMax";
  /** What a result of 1 stands for: so many siemens, such a share of gMax, or the plain number. */
  readonly result: { readonly siemens: number } | { readonly shareOfMax: number } | "plain";
  readonly pieces: readonly CurvePiece[];
}

export const MICROSIEMENS = 1e-6;

/** One polynomial for all conductances. */
export function polynomial(
  argument: Curve["argument"],
  result: Curve["result"],
  poly: readonly number[],
  low = 0,
): Curve {
  return { argument, result, pieces: [{ poly, low }] };
}

/** Straight lines between points, the last one on to the right; arguments ascending. */
export function interpolated(
  argument: Curve["argument"],
  result: Curve["result"],
  at: readonly number[],
  values: readonly number[],
): Curve {
  const pieces = at.slice(0, -1).map((from, i): CurvePiece => {
    const value = values[i] as number;
    const slope = ((values[i + 1] as number) - value) / ((at[i + 1] as number) - from);
    return { from, poly: [value - slope * from, slope] };
  });
  return { argument, result, pieces };
}
