/**
 * One linear layer as PHYSICS 2.2, 4.3–4.7, 5.5 and 5.6 write aihwkit's forward read, in f64 and in its own units, with
 * every random source off. Written from the formulas alone; nothing of src/ is used.
 */
export interface PeripheryParameters {
  readonly mv_type: "ONE_PASS" | "POS_NEG_SEPARATE" | "POS_NEG_SEPARATE_DIGITAL_SUM";
  readonly inp_bound: number;
  readonly inp_res: number;
  readonly inp_asymmetry: number;
  readonly out_bound: number;
  readonly out_res: number;
  readonly out_scale: number;
  readonly out_asymmetry: number;
  readonly bound_management: "NONE" | "ITERATIVE" | "ITERATIVE_WORST_CASE";
  readonly noise_management: "NONE" | "ABS_MAX" | "MAX" | "CONSTANT" | "ABS_MAX_NP_SUM";
  readonly nm_thres: number;
  readonly max_bm_factor: number;
  readonly max_bm_res: number;
  readonly ir_drop: number;
  readonly ir_drop_g_ratio: number;
  readonly out_nonlinearity: number;
  readonly slope_calibration: number;
  readonly r_series: number;
  readonly v_offset_w_min: number;
}

/** How the weights are mapped to arrays. */
export interface PeripheryMapping {
  readonly weight_scaling_omega: number;
  readonly weight_scaling_columnwise: boolean;
  readonly max_input_size: number;
  readonly max_output_size: number;
}

export interface PeripheryResult {
  readonly y: number[];
  /** Rounds of the vector on each array. */
  readonly rounds: number[];
  /** Smallest distance of any rounding or comparison from where it would have gone the other way, in steps. */
  readonly margin: number;
}

/** Notes how near a decision was. */
class Margin {
  least = Infinity;
  rounding(v: number): number {
    const low = Math.floor(v);
    const above = v - low;
    this.least = Math.min(this.least, Math.abs(above - 0.5));
    if (above === 0.5) return low % 2 === 0 ? low : low + 1;
    return above < 0.5 ? low : low + 1;
  }
  beyond(v: number, bound: number): boolean {
    this.least = Math.min(this.least, Math.abs(Math.abs(v) / bound - 1));
    return Math.abs(v) > bound;
  }
}

/** y = W x of one vector. */
export function peripheryForward(
  w: readonly (readonly number[])[],
  x: readonly number[],
  p: PeripheryParameters,
  m: PeripheryMapping,
): PeripheryResult {
  const y = w.map(() => 0);
  const margin = new Margin();
  const rounds: number[] = [];
  for (const [r0, r1] of blocks(x.length, m.max_input_size)) {
    for (const [c0, c1] of blocks(w.length, m.max_output_size)) {
      const tile = w.slice(c0, c1).map((row) => row.slice(r0, r1));
      const alpha = mappingScales(tile, m);
      const normal = tile.map((row, i) => row.map((v) => v / alpha[i]!));
      const out = readArray(normal, x.slice(r0, r1), p, margin);
      rounds.push(out.rounds);
      out.y.forEach((v, i) => {
        y[c0 + i]! += v * alpha[i]!;
      });
    }
  }
  return { y, rounds, margin: margin.least };
}

function blocks(n: number, limit: number): [number, number][] {
  const count = limit > 0 ? Math.ceil(n / limit) : 1;
  const [base, extra] = [Math.floor(n / count), n % count];
  const out: [number, number][] = [];
  for (let i = 0, at = 0; i < count; i++) {
    const size = base + (i < extra ? 1 : 0);
    out.push([at, at + size]);
    at += size;
  }
  return out;
}

function mappingScales(tile: readonly (readonly number[])[], m: PeripheryMapping): number[] {
  const omega = m.weight_scaling_omega;
  if (omega <= 0) return tile.map(() => 1);
  const most = tile.map((row) => Math.max(...row.map(Math.abs)) / omega);
  const whole = Math.max(...most);
  return most.map((own) => (m.weight_scaling_columnwise ? own : whole) || 1);
}

function fraction(r: number): number {
  return r <= 0 ? 0 : r > 1 ? 1 / r : r;
}

function readArray(
  w: readonly (readonly number[])[],
  x: readonly number[],
  p: PeripheryParameters,
  margin: Margin,
): { y: number[]; rounds: number } {
  const bounded = p.out_bound > 0 && Number.isFinite(p.out_bound);
  const stepIn = fraction(p.inp_res) * 2;
  let alpha = noiseManagement(p.noise_management, x, p);
  if (alpha <= 0) return { y: w.map(() => 0), rounds: 0 };
  let beta = 0.5;
  for (let round = 1; ; round++) {
    beta *= 2;
    if (p.bound_management === "ITERATIVE_WORST_CASE" && round === 2 && p.noise_management !== "ABS_MAX_NP_SUM") {
      if (p.noise_management !== "NONE") alpha = noiseManagement("ABS_MAX_NP_SUM", x, p);
      beta = 1;
    }
    const drives = x.map((v) => prepared(v / (alpha * beta), p, margin));
    const { y, beyond } = convertAll(w, drives, p, margin);
    const limited = Math.floor(beta) > p.max_bm_factor || (stepIn > 0 && beta > p.max_bm_res / stepIn);
    if (p.bound_management === "NONE" || !bounded || !beyond || limited) {
      return { y: y.map((v) => v * p.out_scale * alpha * beta), rounds: round };
    }
  }
}

function noiseManagement(kind: PeripheryParameters["noise_management"], x: readonly number[], p: PeripheryParameters) {
  const capped = (a: number) => (p.nm_thres > 0 ? Math.min(a, p.nm_thres) : a);
  const largest = capped(Math.max(...x.map(Math.abs)));
  switch (kind) {
    case "NONE":
      return 1;
    case "CONSTANT":
      return p.nm_thres > 0 ? p.nm_thres : 1;
    case "ABS_MAX":
      return largest;
    case "MAX":
      return capped(Math.max(...x));
    case "ABS_MAX_NP_SUM": {
      const positive = x.reduce((sum, v) => sum + Math.max(v, 0), 0);
      const negative = x.reduce((sum, v) => sum + Math.max(-v, 0), 0);
      const bound = p.out_bound > 0 && Number.isFinite(p.out_bound) ? p.out_bound : 1;
      const step = fraction(p.inp_res) * 2;
      let n = (Math.max(positive, negative) * 0.6) / bound;
      if (step > 0) n = Math.min(n, (largest / step) * p.max_bm_res);
      return Math.max(largest, n);
    }
  }
}

function prepared(v: number, p: PeripheryParameters, margin: Margin): number {
  const step = fraction(p.inp_res) * 2 * p.inp_bound;
  const rounded = step > 0 ? step * margin.rounding(v / step) : v;
  const clipped = Math.min(Math.max(rounded, -p.inp_bound), p.inp_bound);
  return clipped < 0 ? clipped * (1 - p.inp_asymmetry) : clipped;
}

function convertAll(w: readonly (readonly number[])[], x: readonly number[], p: PeripheryParameters, margin: Margin) {
  const lines = (t: readonly number[]) => w.map((row) => lineCurrent(row, t, p));
  const all = x.reduce((sum, v) => sum + v, 0);
  const negative = x.map((v) => Math.min(v, 0));
  const positive = x.map((v) => Math.max(v, 0));
  const sum = (t: readonly number[]) => t.reduce((total, v) => total + v, 0);
  if (p.mv_type === "ONE_PASS") return finalized(lines(x), all, p, margin);
  if (p.mv_type === "POS_NEG_SEPARATE") {
    const [a, b] = [lines(negative), lines(positive)];
    return finalized(
      a.map((v, i) => v + b[i]!),
      all,
      p,
      margin,
    );
  }
  const a = finalized(lines(negative), sum(negative), p, margin);
  const b = finalized(lines(positive), sum(positive), p, margin);
  return { y: a.y.map((v, i) => v + b.y[i]!), beyond: a.beyond || b.beyond };
}

function lineCurrent(w: readonly number[], x: readonly number[], p: PeripheryParameters): number {
  const n = x.length;
  const y = w.reduce((sum, v, j) => sum + v * x[j]!, 0);
  if (!(p.ir_drop > 0)) return y;
  const current = w.reduce((sum, v, j) => sum + Math.abs(v * x[j]!), 0);
  const a = (n / p.ir_drop_g_ratio) * current;
  const c = a * (a * (0.05 * a - 0.2) + 0.5);
  return y - p.ir_drop * c * w.reduce((sum, v, j) => sum + v * x[j]! * (1 - (1 - j / n) ** 2), 0);
}

function finalized(lines: readonly number[], sum: number, p: PeripheryParameters, margin: Margin) {
  const bounded = p.out_bound > 0 && Number.isFinite(p.out_bound);
  const scale = bounded ? p.out_bound : 1;
  const n = Math.abs(p.out_nonlinearity / scale);
  const slope = p.slope_calibration > 0 ? 1 + (n + p.r_series) * p.slope_calibration * scale : 1;
  const step = bounded ? fraction(p.out_res) * 2 * p.out_bound : 0;
  let beyond = false;
  const y = lines.map((line) => {
    let v = line;
    if (p.r_series > 0) {
      const loaded = (u: number) => u / (1 + p.r_series * Math.abs(u));
      const y0 = -p.v_offset_w_min * sum;
      v = loaded(v + y0) - loaded(y0);
    }
    if (n > 0 || p.r_series > 0) v = (slope ** 2 * v) / (1 + Math.abs(n * v));
    if (v < 0 && p.out_asymmetry > 0) v *= 1 - p.out_asymmetry;
    if (step > 0) v = step * margin.rounding(v / step);
    if (!bounded) return v;
    // Steps end on the bound, so a rounded value is beyond it by a whole step or not at all.
    if (step > 0 ? Math.abs(v) > p.out_bound + step / 2 : margin.beyond(v, p.out_bound)) beyond = true;
    return Math.min(Math.max(v, -p.out_bound), p.out_bound);
  });
  return { y, beyond };
}
