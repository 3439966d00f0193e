import type { LawCells, LawConfig } from "./reference-config.js";
import { nearest, percentile } from "./reference-numbers.js";

/** One group of bits of a weight, in its own cells. */
export interface LawSlice {
  /** Levels above zero: 2^b - 1, or 1 for an analog cell. */
  readonly top: number;
  /** Factor of this slice in the sum. */
  readonly significance: number;
  readonly cells: LawCells;
}

export interface LawLevels {
  readonly plus: readonly (readonly number[])[];
  readonly minus?: readonly (readonly number[])[];
  readonly unit?: readonly number[];
}

/** One array position: what its cells hold, one matrix per slice and polarity, as levels [row][column]. */
export interface LawBlock {
  readonly rowBlock: number;
  readonly columnBlock: number;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Per slice. `minus` exists for pairs, `unit` (one cell per row) for a unit column. */
  readonly levels: readonly LawLevels[];
  /** Per column of the block: weight of one code step (w_max / qm). */
  readonly stepOf: readonly number[];
}

export interface LawProgram {
  readonly config: LawConfig;
  readonly slices: readonly LawSlice[];
  readonly rowBlocks: readonly (readonly number[])[];
  readonly columnBlocks: readonly (readonly number[])[];
  readonly blocks: readonly LawBlock[];
  readonly inFeatures: number;
  readonly outFeatures: number;
}

/** DESIGN 2.1, steps 1 to 5, without any error of the devices. */
export function programReference(
  weights: ArrayLike<number>,
  inFeatures: number,
  outFeatures: number,
  config: LawConfig,
): LawProgram {
  const slices = slicesOf(config);
  const split = config.array.split;
  const rowBlocks = ranges(typeof split === "object" ? split.rows : blockSizes(inFeatures, config.array.rows, split));
  const columnBlocks = ranges(
    typeof split === "object" ? split.columns : blockSizes(outFeatures, config.array.columns, split),
  );
  const at = (output: number, input: number) => weights[output * inFeatures + input]!;
  const blocks = rowBlocks.flatMap((rows, rowBlock) =>
    columnBlocks.map((columns, columnBlock): LawBlock => {
      const scales = columns.map((column) => {
        const { per, max } = config.weights.scale;
        const shared = per ?? (typeof max === "object" ? "output" : "matrix");
        const inputs = shared.startsWith("array") ? rows : rowBlocks.flat();
        const outputs = shared === "matrix" ? columnBlocks.flat() : shared === "array" ? columns : [column];
        const index = { matrix: 0, output: column, array: rowBlock * columnBlocks.length + columnBlock };
        return scaleOf(
          config,
          shared === "arrayOutput" ? rowBlock * outFeatures + column : index[shared],
          outputs.flatMap((m) => inputs.map((n) => at(m, n))),
        );
      });
      const qm = config.weights.bits === null ? 1 : 2 ** (config.weights.bits - 1) - 1;
      const code = (row: number, j: number) => {
        const scale = scales[j]!;
        if (scale === 0) return 0;
        let w = at(columns[j]!, row);
        if (config.weights.scale.clip) w = Math.min(Math.max(w, -scale), scale);
        return config.weights.bits === null ? w / scale : nearest((qm * w) / scale);
      };
      const levels = slices.map((slice, k): LawLevels => {
        const levelsOf = (share: (code: number) => number) =>
          rows.map((row) => columns.map((_, j) => held(slice, digit(config, slices, k, share(code(row, j))))));
        const kind = config.weights.representation.kind;
        if (kind === "pair" && config.weights.representation.sides === 2)
          return { plus: levelsOf((v) => (1 + v) / 2), minus: levelsOf((v) => (1 - v) / 2) };
        if (kind === "pair") return { plus: levelsOf((v) => Math.max(v, 0)), minus: levelsOf((v) => Math.max(-v, 0)) };
        if (kind === "single") return { plus: levelsOf((v) => v) };
        const plus = levelsOf((v) => offsetCode(config, v));
        if (config.weights.representation.remove !== "unitColumn") return { plus };
        return { plus, unit: rows.map(() => held(slice, digit(config, slices, k, offsetCode(config, 0)))) };
      });
      return { rowBlock, columnBlock, rows, columns, levels, stepOf: scales.map((scale) => scale / qm) };
    }),
  );
  return { config, slices, rowBlocks, columnBlocks, blocks, inFeatures, outFeatures };
}

/** What an offset line holds for a code: Q + 2^(B-1); for an analog weight v: (v + 1) / 2. */
export function offsetCode(config: LawConfig, code: number): number {
  return config.weights.bits === null ? (code + 1) / 2 : code + 2 ** (config.weights.bits - 1);
}

/** The digit of slice k of a non-negative code; the top slice takes all that is left. */
export function digit(config: LawConfig, slices: readonly LawSlice[], k: number, code: number): number {
  if (config.weights.bits === null) return code;
  const shifted = Math.floor(code / slices[k]!.significance);
  return k === slices.length - 1 ? shifted : shifted % (slices[k]!.top + 1);
}

function slicesOf(config: LawConfig): LawSlice[] {
  const { bits, representation, slices } = config.weights;
  const needed = bits === null ? 0 : representation.kind === "offset" ? bits : bits - 1;
  const given = slices.bitsPerSlice ?? null;
  let widths: number[];
  if (bits === null) widths = [0];
  else if (given === null) widths = new Array<number>(slices.count ?? 1).fill(Math.ceil(needed / (slices.count ?? 1)));
  else if (typeof given === "number") widths = new Array<number>(slices.count ?? Math.ceil(needed / given)).fill(given);
  else widths = [...given];
  return widths.map((width, k) => ({
    top: bits === null ? 1 : 2 ** width - 1,
    significance: 2 ** widths.slice(0, k).reduce((sum, b) => sum + b, 0),
    cells: isList(config.cells) ? config.cells[k]! : config.cells,
  }));
}

function isList(cells: LawConfig["cells"]): cells is readonly LawCells[] {
  return Array.isArray(cells);
}

/** The level a device with fewer levels than asked for takes. */
function held({ top, cells }: LawSlice, level: number): number {
  return cells.levels === null ? level : (nearest((level / top) * (cells.levels - 1)) / (cells.levels - 1)) * top;
}

/** The level of a conductance: a cell at gMin is 0, at gMax 2^b - 1. */
export function levelOf({ top, cells }: LawSlice, siemens: number): number {
  return (top * (siemens - cells.gMin)) / (cells.gMax - cells.gMin);
}

/** The conductance of a level. */
export function siemensOf({ top, cells }: LawSlice, level: number): number {
  return cells.gMin + ((cells.gMax - cells.gMin) * level) / top;
}

function scaleOf(config: LawConfig, index: number, scope: readonly number[]): number {
  const { kind, percentile: p, max } = config.weights.scale;
  if (kind === "given") return typeof max === "number" ? max : max![index]!;
  if (kind === "percentile") return Math.max(Math.abs(percentile(scope, p!)), Math.abs(percentile(scope, 1 - p!)));
  return scope.reduce((largest, w) => Math.max(largest, Math.abs(w)), 0);
}

/** Sizes of the blocks one dimension is cut into. */
export function blockSizes(n: number, limit: number | null, split: "balanced" | "even" | "fill"): number[] {
  const k = limit === null ? 1 : Math.ceil(n / limit);
  if (split === "balanced") return Array.from({ length: k }, (_, i) => Math.floor(n / k) + (i < n % k ? 1 : 0));
  const part = split === "even" ? Math.ceil(n / k) : (limit ?? n);
  return Array.from({ length: k }, (_, i) => (i < k - 1 ? part : n - (k - 1) * part));
}

function ranges(sizes: readonly number[]): number[][] {
  let start = 0;
  return sizes.map((size) => {
    const block = Array.from({ length: size }, (_, i) => start + i);
    start += size;
    return block;
  });
}
