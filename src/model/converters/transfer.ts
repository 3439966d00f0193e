/**
 * A converter as a staircase: below edges[0] it answers codes[0], above edges[i] codes[i + 1]; on an edge the lower.
 *
 * Edges ascend and are in half ranges around the middle of the range, −1…1; of a measured table in full devices.
 * Codes count steps of the range; they need not ascend, and a table's need not be whole.
 */
export interface Transfer {
  readonly edges: Float64Array;
  /** One more than edges. */
  readonly codes: Float64Array;
}

/** Codes 0, 1, 2, … parted by ascending edges. */
export function inOrder(edges: Float64Array): Transfer {
  return { edges, codes: Float64Array.from({ length: edges.length + 1 }, (_, code) => code) };
}

/**
 * The code whose level is nearest, as a comparison with every level finds it: edges lie midway between neighbours.
 *
 * Levels out of order are sorted with their codes; of two equal ones the lower code answers.
 */
export function nearestLevel(levels: Float64Array): Transfer {
  const order = Array.from(levels.keys()).sort((a, b) => (levels[a] as number) - (levels[b] as number) || a - b);
  const kept = order.filter((code, i) => i === 0 || levels[code] !== levels[order[i - 1] as number]);
  const at = (i: number) => levels[kept[i] as number] as number;
  return {
    edges: Float64Array.from({ length: kept.length - 1 }, (_, i) => (at(i) + at(i + 1)) / 2),
    codes: Float64Array.from(kept),
  };
}

/**
 * Successive approximation, most significant bit first: `trial` is kept where the input is above its threshold.
 *
 * A larger input never gives a smaller code, whatever the thresholds: each edge is its own threshold, moved into the
 * interval that the bits before it leave. A code whose interval is empty is missing.
 *
 * @param thresholds  of every code; the first is never compared
 */
export function searched(thresholds: Float64Array): Transfer {
  const edges = new Float64Array(thresholds.length - 1);
  const decide = (code: number, bit: number, from: number, to: number): void => {
    const trial = code + bit;
    const edge = Math.min(Math.max(thresholds[trial] as number, from), to);
    edges[trial - 1] = edge;
    if (bit === 1) return;
    decide(code, bit / 2, from, edge);
    decide(trial, bit / 2, edge, to);
  };
  decide(0, thresholds.length / 2, -Infinity, Infinity);
  return inOrder(edges);
}
