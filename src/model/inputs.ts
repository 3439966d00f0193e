import { ShapeError } from "../config/errors.js";
import type { CrossbarConfig } from "../config/schema.js";
import type { Machine } from "../engine/machine.js";
import { PURPOSE, sampleWords, word3 } from "./address.js";
import type { DrivePlan } from "./drive.js";
import type { ReadAddress } from "./lines.js";
import { powerOfTwo } from "./rounding.js";
import type { Block } from "./split.js";
import type { Workspace } from "./workspace.js";

/** The vectors of one forward chunk, in the caller's memory. */
export interface InputChunk {
  readonly x: Float32Array;
  readonly features: number;
  readonly first: number;
  readonly count: number;
}

/** What the digital side keeps of one row block's drives. */
export interface DrivenBlock {
  /** Input that one unit of drive code stands for, per vector. */
  readonly vectorScale: Float64Array;
  /** Σ_j X_j per vector, in drive codes. */
  readonly vectorTau: Float64Array;
}

/** Input at full drive of a row block; null where each vector has its own. */
export function inputFullScale(config: CrossbarConfig, rowBlock: number): number | null {
  const { range } = config.input;
  if (range.kind === "absMax") return null;
  return Array.isArray(range.max) ? (range.max[rowBlock] as number) : (range.max as number);
}

/** @throws {ShapeError} calibrated input ranges for another number of row blocks */
export function checkInputRange(config: CrossbarConfig, rowBlocks: number): void {
  const { range } = config.input;
  if (range.kind === "calibrated" && Array.isArray(range.max) && range.max.length !== rowBlocks) {
    throw new ShapeError("input.range.max", range.max, `one number, or ${rowBlocks}, one per row block`);
  }
}

/** Whether all row blocks scale their inputs alike. */
export function sharesInputScale(config: CrossbarConfig, rowBlocks: number): boolean {
  const { range } = config.input;
  if (rowBlocks === 1) return true;
  return range.kind === "absMax" ? range.per === "layer" : !Array.isArray(range.max);
}

/** DAC and input slices of one row block: fills codes, planes or drives, and their sums τ. */
export function driveRowBlock(
  machine: Machine,
  config: CrossbarConfig,
  drive: DrivePlan,
  chunk: InputChunk,
  rows: Block,
  rowBlock: number,
  cellDrives: boolean,
  at: Workspace,
  address: ReadAddress,
): DrivenBlock {
  const { kernels } = machine;
  const given = inputFullScale(config, rowBlock);
  const perArray = config.input.range.kind === "absMax" && config.input.range.per === "array";
  const vectorScale = new Float64Array(chunk.count);
  for (let v = 0; v < chunk.count; v++) {
    const row = at.inputs + v * at.rowStride * 4;
    const start = (chunk.first + v) * chunk.features;
    const full = given ?? absMax(chunk.x, perArray ? start + rows.start : start, perArray ? rows.size : chunk.features);
    machine.f32.set(chunk.x.subarray(start + rows.start, start + rows.start + rows.size), row >>> 2);
    const scale = full === 0 ? 0 : Math.fround(drive.codeMax / full);
    vectorScale[v] = full / drive.codeMax;
    const codes = at.codes + v * at.rowStride * 4;
    if (drive.kind === "real") {
      const low = config.input.clip ? (drive.signed ? -1 : 0) : -Infinity;
      const high = config.input.clip ? 1 : Infinity;
      kernels.f32_drive_real(at.drives + v * at.rowStride * 4, row, rows.size, scale, low, high);
    } else if (drive.stochastic) {
      const uniforms = drawRounding(machine, rows, at.uniforms, address, v);
      const dac = drive.signed ? kernels.i32_dac_sign_magnitude_stochastic : kernels.i32_dac_unsigned_stochastic;
      dac(codes, row, rows.size, scale, drive.codeMax, uniforms);
    } else if (drive.signed) kernels.i32_dac_sign_magnitude(codes, row, rows.size, scale, drive.codeMax);
    else kernels.i32_dac_unsigned(codes, row, rows.size, scale, drive.codeMax);
  }
  sliceInputs(machine, drive, chunk.count, rows.size, cellDrives, at);
  return { vectorScale, vectorTau: sumOverReads(machine, drive, chunk.count, at) };
}

/**
 * Draws of one vector's DACs. The element is the number of the input in the layer and the array 0: an input is rounded
 * once, before arrays part it, so that tiling never changes its code.
 *
 * @returns byte offset of the block's first draw
 */
function drawRounding(machine: Machine, rows: Block, scratch: number, address: ReadAddress, v: number): number {
  const first = rows.start >>> 2;
  const quads = (((rows.start + rows.size + 3) >>> 2) - first + 3) & ~3;
  const { low, high } = sampleWords(address.sample + v);
  const what = word3(address.layer, PURPOSE.dacRounding, high);
  machine.kernels.f32_uniform_fill(scratch, quads, first, 0, low, what, address.chip, address.read);
  return scratch + (rows.start & 3) * 4;
}

function sliceInputs(
  machine: Machine,
  drive: DrivePlan,
  vectors: number,
  rows: number,
  cellDrives: boolean,
  at: Workspace,
): void {
  const { kernels } = machine;
  const reads = vectors * drive.inputSlices;
  const negative = drive.signed ? at.negative : 0;
  if (drive.kind === "bits") {
    kernels.u32_bit_planes(at.positive, negative, at.codes, vectors, rows, at.rowStride, drive.inputSlices);
    kernels.f32_plane_sums(at.tau, at.tauSquare, at.positive, negative, reads, Math.ceil(rows / 32));
  }
  if (drive.kind === "codes" || (drive.kind === "bits" && cellDrives)) {
    kernels.f32_digit_drives(
      at.drives,
      at.rowStride,
      at.codes,
      vectors,
      rows,
      at.rowStride,
      drive.inputSlices,
      drive.sliceBits,
    );
  }
  if (drive.kind !== "bits") kernels.f32_drive_sums(at.tau, at.tauSquare, at.drives, at.rowStride, reads, rows);
}

function sumOverReads(machine: Machine, drive: DrivePlan, vectors: number, at: Workspace): Float64Array {
  const tau = machine.f32.subarray(at.tau >>> 2, (at.tau >>> 2) + vectors * drive.inputSlices);
  const sums = new Float64Array(vectors);
  for (let v = 0; v < vectors; v++) {
    let weight = 1;
    for (let i = 0; i < drive.inputSlices; i++) {
      sums[v] = (sums[v] as number) + weight * (tau[v * drive.inputSlices + i] as number);
      weight *= powerOfTwo(drive.sliceBits);
    }
  }
  return sums;
}

function absMax(x: Float32Array, start: number, count: number): number {
  let most = 0;
  for (let i = start; i < start + count; i++) most = Math.max(most, Math.abs(x[i] as number));
  return most;
}
