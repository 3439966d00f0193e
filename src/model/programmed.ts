import type { CrossbarConfig } from "../config/schema.js";
import type { CellStore } from "./cells.js";
import type { ConversionObserver } from "./convert.js";
import type { ConverterBank } from "./converters/bank.js";
import type { DrivenBlock } from "./inputs.js";
import type { InputChunk } from "./inputScale.js";
import type { Departures } from "./periphery/departures.js";
import type { OutputParameters } from "./periphery/outputs.js";
import type { LayerPlan, TilePlan } from "./plan.js";
import type { WeightFullScale } from "./scale.js";
import type { Workspace } from "./workspace.js";

/** A programmed layer as the run sees it. */
export interface ProgrammedLayer {
  readonly config: CrossbarConfig;
  readonly plan: LayerPlan;
  readonly store: CellStore;
  /** Converters with transfers of their own; null where the ADC is none or ideal. */
  readonly bank: ConverterBank | null;
  /** What is drawn for every output; null where nothing happens between lines and converters. */
  readonly outputs: OutputParameters | null;
  readonly scale: WeightFullScale;
  /** Weight that one code unit of a sum stands for, [rowBlock][output]. */
  readonly sumScale: readonly Float64Array[];
  /** One per output, or null. */
  readonly bias: Float32Array | null;
  /** Drift compensation, one factor per output; null: none. */
  readonly compensation: Float64Array | null;
  /** A guess at what is worth reading first, no part of what the layer is. */
  readonly departures: Departures;
}

/** One reading of one tile, where arrays are driven by themselves. */
export interface TileReading {
  readonly tile: TilePlan;
  /** Numbers of its vectors in the call. */
  readonly vectors: readonly number[];
  /** Round of bound management; the last one of a vector is the one that counts. */
  readonly round: number;
  /** 0, or 1 for the positive inputs that are converted after the negative ones. */
  readonly phase: number;
}

/**
 * Sees each row block of each chunk as it is driven, or each reading of a tile, and answers with what watches its
 * conversions.
 */
export type RunObserver = (
  chunk: InputChunk,
  driven: DrivenBlock,
  at: Workspace,
  reading: TileReading | null,
) => ConversionObserver;
