import { errs, isNonlinear, lawsOf, readsNoisily, type SideLaws } from "../config/cells.js";
import { ConfigError } from "../config/errors.js";
import { changesLines, type OutputConfig } from "../config/output.js";
import type { CrossbarConfig } from "../config/schema.js";
import { MAX_SLICES } from "./address.js";
import { planCellFormat } from "./cell-format.js";
import {
  checkRangeRows,
  type ConversionGroup,
  type Converter,
  conversionGroups,
  planClip,
  planConverter,
} from "./conversion.js";
import { type DrivePlan, planDrive } from "./drive.js";
import { type CellVariance, cellVariance, type LevelGrid, levelGrid } from "./grid.js";
import { checkInputRange } from "./inputScale.js";
import type { CellFormat } from "./panels.js";
import { planSlices, type SlicePlan, type SlicingPlan } from "./slices.js";
import { type ArraySplit, type Block, splitMatrix } from "./split.js";

/** One array position: the block of the matrix it holds, with one array per weight slice. */
export interface TilePlan {
  /** Number of the tile in the layer, row blocks outermost; the array field of its draws. */
  readonly number: number;
  readonly rowBlock: number;
  readonly columnBlock: number;
  readonly rows: Block;
  readonly columns: Block;
  /** One per weight slice. */
  readonly grids: readonly LevelGrid[];
  readonly variances: readonly (CellVariance | null)[];
}

/** How a pair's two lines meet. */
export type PairReading =
  /** one line per weight: offset, single */
  | "single"
  /** cells are subtracted before the sum: the pair's difference is one line */
  | "difference"
  /** each line is summed, sampled and limited by itself, then subtracted in analog */
  | "lines"
  /** each line has its own conversions, subtracted in digital */
  | "conversions";

/** Voltage that wires lose, as a factor and a wire's conductance in devices at gMax. */
export interface WireLoss {
  readonly factor: number;
  readonly wire: number;
}

/** A layer as plain data: everything the run needs except the cells. */
export interface LayerPlan {
  readonly inputs: number;
  readonly outputs: number;
  readonly slicing: SlicingPlan;
  readonly drive: DrivePlan;
  readonly split: ArraySplit;
  readonly tiles: readonly TilePlan[];
  readonly groups: readonly ConversionGroup[];
  /** [row block][group]; null without an ADC. */
  readonly converters: readonly (readonly (Converter | null)[])[];
  /** [row block][group]: ranges in full devices that conversions without steps are clipped to; null where they are not. */
  readonly clips: readonly (readonly (readonly [number, number] | null)[])[];
  readonly reading: PairReading;
  readonly wires: WireLoss | null;
  /** What happens between lines and converters; null: nothing. */
  readonly output: OutputConfig | null;
  /** Whether every array is driven by itself, in several passes perhaps: periphery/arrays.ts. */
  readonly managed: boolean;
  /** Whether positive and negative inputs end in one conversion, one after the other. */
  readonly twoPhases: boolean;
  readonly unitColumn: boolean;
  /** Both sides of a pair are kept; otherwise only their difference is. */
  readonly keepSides: boolean;
  /** Cells hold whole levels unless someone sets others: sums over codes are exact integers. */
  readonly wholeLevels: boolean;
  /** How cells are kept as long as nobody sets levels that this form does not hold. */
  readonly cellFormat: CellFormat;
}

/**
 * Plans a layer: pure arithmetic, nothing is allocated.
 *
 * @throws {ConfigError | ShapeError} what this matrix and configuration cannot be together
 */
export function planLayer(config: CrossbarConfig, inputs: number, outputs: number): LayerPlan {
  const slicing = planSlices(config);
  const { slices } = slicing;
  if (slices.length > MAX_SLICES)
    throw new ConfigError("weights.slices", slices.length, `at most ${MAX_SLICES} slices`);
  const drive = planDrive(config);
  const split = splitMatrix(config.array, inputs, outputs);
  checkInputRange(config, split.rowBlocks.length);
  checkRangeRows(config, split.rowBlocks.length);
  const groups = conversionGroups(config, slices, drive);
  const reading = pairReading(config);
  const noisy = slices.some((s) => readsNoisily(s.cells));
  const tiles = split.rowBlocks.flatMap((rows, rowBlock) =>
    split.columnBlocks.map((columns, columnBlock): TilePlan => {
      const grids = slices.map((slice) => levelGrid(drive, slice, rows, columns));
      return {
        number: rowBlock * split.columnBlocks.length + columnBlock,
        rowBlock,
        columnBlock,
        rows,
        columns,
        grids,
        variances: slices.map((slice, k) => cellVariance(slice, grids[k] as LevelGrid, rows, columns)),
      };
    }),
  );
  const plan: Omit<LayerPlan, "cellFormat"> = {
    inputs,
    outputs,
    slicing,
    drive,
    split,
    tiles,
    groups,
    converters: split.rowBlocks.map((rows, r) =>
      groups.map((g, i) => planConverter(config, g, i, slices, r, rows.size)),
    ),
    clips: split.rowBlocks.map((rows, r) => groups.map((g, i) => planClip(config, g, i, slices, r, rows.size))),
    reading,
    output: changesLines(config.readout.output) ? config.readout.output : null,
    managed:
      config.input.boundManagement.kind !== "none" || config.input.signs !== "together" || config.input.noise > 0,
    twoPhases: config.input.signs === "analogSum",
    wires: config.array.irDrop.kind === "none" || config.array.irDrop.factor === 0 ? null : config.array.irDrop,
    unitColumn:
      config.weights.representation.kind === "offset" && config.weights.representation.remove === "unitColumn",
    keepSides: reading !== "single" && (reading !== "difference" || noisy),
    wholeLevels:
      slices.every(holdsWholeLevels) && config.weights.slices.kind === "positional" && config.weights.bits !== null,
  };
  return { ...plan, cellFormat: planCellFormat(plan) };
}

function pairReading(config: CrossbarConfig): PairReading {
  const { representation } = config.weights;
  if (representation.kind !== "pair") return "single";
  if (representation.subtract === "digital") return "conversions";
  const cells = Array.isArray(config.cells) ? config.cells : [config.cells];
  const sampled = cells.some((c) => c.sampling === "cell" && (readsNoisily(c) || isNonlinear(c)));
  return config.readout.columnLimit !== null || sampled ? "lines" : "difference";
}

function holdsWholeLevels(slice: SlicePlan): boolean {
  const { levels } = slice.cells;
  const fine = levels === null || (levels - 1) % slice.levels === 0;
  return fine && [false, true].every((minus) => isIdeal(lawsOf(slice.cells, minus)));
}

function isIdeal({ programming, drift, stuck }: SideLaws): boolean {
  return !errs(programming) && drift.kind === "none" && stuck.kind === "none";
}
