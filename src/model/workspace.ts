import { isNonlinear, readsNoisily } from "../config/cells.js";
import type { Machine } from "../engine/machine.js";
import { PANEL_COLUMNS, paddedRows, panelBytes, panelCount } from "./panels.js";
import type { LayerPlan } from "./plan.js";

/** Reads kept together: their lines of one panel (64 bytes each) stay in the second-level cache. */
const READS_PER_CHUNK = 512;
/** Most reads whose rows are sorted by what drives them. */
const RUN_READS = 64;
/** Rows sorted together, and bytes of their list for four reads. */
const RUN_ROWS = 512;
const RUN_BYTES = 1088;
/** Room for a subset table of 32 rows in the widest form the kernels use. */
const TABLE_BYTES = 1 << 16;
/** Panels of bytes whose sums share the work of looking bits up. */
export const SUMS_TOGETHER = 4;
/** Panels whose sums share two i32. */
export const LINES_TOGETHER = 3;
/**
 * Lines that few reads leave together, of as many panels as that takes: two at least, for more than RUN_READS are not few.
 * One read of 512 x 512 x 4 cells spends a tenth of its time between panels when they are read by threes.
 */
export const SORTED_LINES = 128;

/** Byte offsets of one forward's scratch memory. */
export interface Workspace {
  /** Vectors handled together. */
  readonly vectors: number;
  readonly bytes: number;
  /** Floats between two vectors of inputs, codes or drives. */
  readonly rowStride: number;
  /** Doubles between two vectors of totals; every column block starts on a panel. */
  readonly totalStride: number;
  /** Where each column block starts in a row of totals. */
  readonly columnStart: readonly number[];
  /** Columns of the widest block. */
  readonly widestBlock: number;
  readonly inputs: number;
  readonly codes: number;
  /** Codes per unit of input, f32 of each vector. */
  readonly driveScales: number;
  /** Draws of one vector's DAC. */
  readonly uniforms: number;
  readonly positive: number;
  readonly negative: number;
  /** Rows sorted by what few reads drive them with. */
  readonly runs: number;
  readonly drives: number;
  /** Drives of four reads side by side, and their squares: what dense sums read. */
  readonly packed: number;
  readonly squares: number;
  /** Whole drives of four reads and two rows side by side, in i16. */
  readonly pairs: number;
  readonly tau: number;
  readonly tauSquare: number;
  /** Bytes of one phase's packed drives; those of the second lie behind those of the first. */
  readonly packedBytes: number;
  /** Four columns of an array with wires. */
  readonly strip: number;
  /** Drives, planes and sums of the two phases where positive and negative inputs are applied apart. */
  readonly phasePositive: number;
  readonly phaseNegative: number;
  readonly phaseDrives: number;
  readonly phaseRuns: number;
  readonly phaseTau: number;
  readonly phaseTauSquare: number;
  /** Sample number of each vector in two words, the lower first. */
  readonly samples: number;
  /** Which vectors left the converters' range. */
  readonly flags: number;
  /** Whose totals the sums of each place belong to. */
  readonly kept: number;
  /** Parameters of a panel's outputs. */
  readonly outputLanes: number;
  /** Variances of output-referred weight noise. */
  readonly weightVariance: number;
  readonly vectorTau: number;
  readonly lines: number;
  /** Sums by bits: of whole levels, four panels in i16; of levels of two bytes, three panels in two i32. */
  readonly sums: number;
  readonly variance: number;
  readonly accumulators: number;
  readonly merged: number;
  /** The unit column's accumulators of each conversion group. */
  readonly unit: number;
  readonly tables: number;
  /** One panel of cells as bytes, where they are kept otherwise. */
  readonly panelOfBytes: number;
  readonly totals: number;
  readonly blockTotals: number;
  /** What each conversion group adds to a vector's outputs. */
  readonly perVector: number;
  readonly outputs: number;
  readonly scale: number;
  readonly vectorScale: number;
  readonly bias: number;
  readonly cellNoise: number;
  readonly cellLines: number;
  /** One panel of nonlinear devices: as drawn, and the coefficients of their currents. */
  readonly currents: number;
}

/** Whether any device of the layer is drawn cell by cell at every read. */
export function samplesCells(plan: LayerPlan): boolean {
  return plan.slicing.slices.some((s) => s.cells.sampling === "cell" && readsNoisily(s.cells));
}

/** Whether some device does not follow Ohm's law. */
export function bends(plan: LayerPlan): boolean {
  return plan.slicing.slices.some((s) => isNonlinear(s.cells));
}

/** Whether drives are needed as numbers even where bits drive the rows. */
export function needsDrives(plan: LayerPlan): boolean {
  return bends(plan) || samplesCells(plan) || plan.wires !== null || plan.output?.weightNoise.kind === "proportional";
}

/**
 * Whether sums run over rows sorted by what drives them (assembly/sums/runs.ts) rather than through tables. Measured,
 * GMAC/s of both: 43 and 16 for 8 reads of 512 rows, 48 and 41 for 64, 22 and 16 for 16 of 128, 22 and 24 for 48.
 */
export function sortsRows(reads: number, rows: number): boolean {
  return reads <= Math.max(12, Math.min(RUN_READS, rows >>> 3));
}

/** Bytes of one chunk's sorted rows. */
export function rowRunBytes({ drive }: LayerPlan, reads: number, rows: number): number {
  const groups = Math.ceil(Math.min(reads, RUN_READS) / 4);
  return Math.ceil(rows / RUN_ROWS) * groups * (drive.signed ? 2 : 1) * RUN_BYTES;
}

/** Whether variances are summed over squared drives. */
function needsSquares(plan: LayerPlan): boolean {
  const noisy = plan.drive.kind !== "bits" && plan.slicing.slices.some((s) => readsNoisily(s.cells));
  return noisy || plan.output?.weightNoise.kind === "proportional";
}

/** Lays out the scratch memory of a forward over at most `batch` vectors. Pure arithmetic. */
export function layoutWorkspace(plan: LayerPlan, batch: number): Workspace {
  const { drive, split } = plan;
  const vectors = Math.max(1, Math.min(batch, Math.floor(READS_PER_CHUNK / drive.inputSlices)));
  const reads = vectors * drive.inputSlices;
  const rows = split.rowBlocks.reduce((most, block) => Math.max(most, block.size), 0);
  const columns = split.columnBlocks.reduce((most, block) => Math.max(most, block.size), 0);
  const rowStride = paddedRows(rows);
  const columnStart: number[] = [];
  let totalStride = 0;
  for (const block of split.columnBlocks) {
    columnStart.push(totalStride);
    totalStride += panelCount(block.size) * PANEL_COLUMNS;
  }
  const words = Math.ceil(rows / 32);
  const bits = drive.kind === "bits";
  const cells = samplesCells(plan);
  const realDrives = !bits || needsDrives(plan);
  const phases = plan.twoPhases ? 2 : 0;
  const runBytes = rowRunBytes(plan, reads, rows);
  const packedFloats = realDrives ? ((reads + 3) & ~3) * rowStride : 0;
  const squares = needsSquares(plan) ? packedFloats : 0;
  let bytes = 0;
  const take = (count: number, size: number) => {
    const at = bytes;
    bytes += (count * size + 63) & ~63;
    return at;
  };
  const at = {
    inputs: take(vectors * rowStride, 4),
    codes: take(vectors * rowStride, 4),
    driveScales: take(vectors, 4),
    uniforms: take(drive.stochastic || drive.perturbed ? rowStride + 32 : 0, 4),
    positive: take(bits ? words * reads : 0, 4),
    negative: take(bits && drive.signed ? words * reads : 0, 4),
    runs: take(bits ? 1 : 0, runBytes),
    drives: take(realDrives ? reads * rowStride : 0, 4),
    packed: take(Math.max(phases, 1) * packedFloats, 4),
    squares: take(Math.max(phases, 1) * squares, 4),
    strip: take(plan.wires === null ? 0 : 8 * rowStride, 4),
    pairs: take(drive.kind === "codes" && plan.wholeLevels ? Math.max(phases, 1) * packedFloats : 0, 2),
    tau: take(reads, 4),
    tauSquare: take(reads, 4),
    phasePositive: take(bits ? phases * words * reads : 0, 4),
    phaseNegative: take(bits && drive.signed ? phases * words * reads : 0, 4),
    phaseRuns: take(bits ? phases : 0, runBytes),
    phaseDrives: take(realDrives ? phases * reads * rowStride : 0, 4),
    phaseTau: take(phases * reads, 4),
    phaseTauSquare: take(phases * reads, 4),
    samples: take(2 * vectors, 4),
    flags: take(vectors, 4),
    kept: take(vectors, 4),
    outputLanes: take(3 * PANEL_COLUMNS, 4),
    weightVariance: take(plan.output === null ? 0 : reads * PANEL_COLUMNS, 4),
    vectorTau: take(vectors, 4),
    lines: take(Math.max(SORTED_LINES, (plan.cellFormat === "f32" ? 1 : LINES_TOGETHER) * reads) * PANEL_COLUMNS, 4),
    sums: take(bits && (plan.wholeLevels || plan.cellFormat === "i16") ? SUMS_TOGETHER * reads * PANEL_COLUMNS : 0, 2),
    variance: take(reads * PANEL_COLUMNS, 4),
    accumulators: take(vectors * PANEL_COLUMNS, 8),
    merged: take(reads * PANEL_COLUMNS, 8),
    unit: take(plan.unitColumn ? plan.groups.length * vectors * PANEL_COLUMNS : 0, 8),
    tables: take(TABLE_BYTES, 1),
    panelOfBytes: take(plan.cellFormat === "f32" && plan.wholeLevels ? panelBytes(rows, "i8") : 0, 1),
    totals: take(vectors * totalStride, 8),
    blockTotals: take(vectors * totalStride, 8),
    perVector: take(plan.groups.length * vectors, 8),
    outputs: take(vectors * plan.outputs, 4),
    scale: take(totalStride, 8),
    vectorScale: take(vectors, 8),
    bias: take(totalStride, 8),
    cellNoise: take(cells ? rows * columns + 64 : 0, 4),
    cellLines: take(
      cells ? Math.max(phases, 1) * 2 * plan.slicing.slices.length * panelCount(columns) * reads * PANEL_COLUMNS : 0,
      4,
    ),
    currents: take(bends(plan) ? 3 * panelBytes(rows) : 0, 1),
  };
  const packedBytes = packedFloats * 4;
  return { vectors, bytes, rowStride, totalStride, columnStart, widestBlock: columns, packedBytes, ...at };
}

/** The last workspace of each plan: forwards of one batch size share it as long as the scratch block stays. */
const lastPlaced = new WeakMap<LayerPlan, { batch: number; base: number; at: Workspace }>();

/** The scratch memory of a forward over at most `batch` vectors. */
export function placeWorkspace(machine: Machine, plan: LayerPlan, batch: number): Workspace {
  const last = lastPlaced.get(plan);
  const layout = last?.batch === batch ? null : layoutWorkspace(plan, batch);
  const base = machine.arena.scratch((layout ?? (last as { at: Workspace }).at).bytes);
  if (layout === null && last?.base === base) return last.at;
  const at = moved(layout ?? layoutWorkspace(plan, batch), base);
  lastPlaced.set(plan, { batch, base, at });
  return at;
}

/** A layout where the scratch block starts. */
function moved(layout: Workspace, base: number): Workspace {
  const fixed = new Set(["vectors", "bytes", "rowStride", "totalStride", "columnStart", "widestBlock", "packedBytes"]);
  const placed = Object.entries(layout).map(([name, value]) => [
    name,
    fixed.has(name) ? value : (value as number) + base,
  ]);
  return Object.fromEntries(placed) as Workspace;
}
