import type { CrossbarConfig } from "../config/schema.js";
import type { Machine } from "../engine/machine.js";
import { PURPOSE, SIDE, sampleWords, word1, word3 } from "./address.js";
import type { DrivePlan } from "./drive.js";
import type { InputChunk } from "./inputScale.js";
import type { ReadAddress } from "./address.js";
import { powerOfTwo } from "./rounding.js";
import { sampleOf } from "./samples.js";
import type { Block } from "./split.js";
import type { Workspace } from "./workspace.js";

/** What the digital side keeps of one row block's drives. */
export interface DrivenBlock {
  /** Input that one unit of drive code stands for, per vector. */
  readonly vectorScale: Float64Array;
  /** Σ_j X_j per vector, in drive codes. */
  readonly vectorTau: Float64Array;
  /** The same of what the rows really carry, where noise or asymmetry sets it apart. */
  readonly lineTau: Float64Array;
}

/** What a row block is driven with, beside its inputs. */
export interface DriveOptions {
  /** Input at full drive, per vector. */
  readonly full: Float64Array;
  /** Number of the tile that the noise of the drives belongs to. */
  readonly tile: number;
  /** Inputs that are applied: all, or those of one sign. */
  readonly sign: 1 | -1 | null;
}

/** DAC and input slices of one row block whose inputs are placed: fills codes, planes or drives, and their sums τ. */
export function driveRowBlock(
  machine: Machine,
  config: CrossbarConfig,
  drive: DrivePlan,
  chunk: InputChunk,
  rows: Block,
  { full: fullScale, tile, sign }: DriveOptions,
  realDrives: boolean,
  at: Workspace,
  address: ReadAddress,
): DrivenBlock {
  const { kernels } = machine;
  const { codeMax } = drive;
  const squares = config.readout.output.weightNoise.kind === "constant";
  const vectorScale = fullScale.map((full) => full / codeMax);
  placeScales(machine, drive, fullScale, at);
  if (drive.kind === "codes" && drive.inputSlices === 1 && !drive.stochastic) {
    const { drives, inputs, rowStride, driveScales } = at;
    const low = drive.signed ? -codeMax : 0;
    kernels.f32_dac_drives(drives, inputs, rowStride, chunk.count, rows.size, driveScales, low, codeMax);
  } else {
    applyInputs(machine, config, drive, chunk.count, rows, at, address);
    sliceInputs(machine, drive, chunk.count, rows.size, realDrives, at);
  }
  if (sign !== null) keepSign(machine, drive, chunk.count, rows.size, realDrives, sign, at);
  sumDrives(machine, drive, chunk.count * drive.inputSlices, rows.size, squares, at);
  const vectorTau = sumOverReads(machine, drive, chunk.count, at);
  if (!drive.perturbed) return { vectorScale, vectorTau, lineTau: vectorTau };
  perturbDrives(machine, config, drive, chunk.count, rows.size, tile, at, address);
  if (sign !== null) keepSign(machine, drive, chunk.count, rows.size, realDrives, sign, at);
  sumDrives(machine, drive, chunk.count * drive.inputSlices, rows.size, squares, at);
  return { vectorScale, vectorTau, lineTau: sumOverReads(machine, drive, chunk.count, at) };
}

/** Codes per unit of input of each vector; 0: it is not applied. */
function placeScales({ f32 }: Machine, { codeMax }: DrivePlan, fullScale: Float64Array, at: Workspace): void {
  const first = at.driveScales >>> 2;
  for (let v = 0; v < fullScale.length; v++) {
    const full = fullScale[v] as number;
    f32[first + v] = full === 0 ? 0 : codeMax / full;
  }
}

/** DACs, vector by vector. */
function applyInputs(
  machine: Machine,
  config: CrossbarConfig,
  drive: DrivePlan,
  vectors: number,
  rows: Block,
  at: Workspace,
  address: ReadAddress,
): void {
  const { f32, kernels } = machine;
  for (let v = 0; v < vectors; v++) {
    const row = at.inputs + v * at.rowStride * 4;
    const codes = at.codes + v * at.rowStride * 4;
    const scale = f32[(at.driveScales >>> 2) + v] as number;
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
  const { low, high } = sampleWords(sampleOf(address, v));
  const what = word3(address.layer, PURPOSE.dacRounding, high, address.pass);
  machine.kernels.f32_uniform_fill(scratch, quads, first, 0, low, what, address.chip, address.read);
  return scratch + (rows.start & 3) * 4;
}

function sliceInputs(
  machine: Machine,
  drive: DrivePlan,
  vectors: number,
  rows: number,
  realDrives: boolean,
  at: Workspace,
): void {
  const { kernels } = machine;
  const negative = drive.signed ? at.negative : 0;
  if (drive.kind === "bits") {
    kernels.u32_bit_planes(at.positive, negative, at.codes, vectors, rows, at.rowStride, drive.inputSlices);
  }
  if (drive.kind === "codes" || (drive.kind === "bits" && realDrives)) {
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
}

/** τ of every read; their squares where something is proportional to them. */
function sumDrives(
  machine: Machine,
  drive: DrivePlan,
  reads: number,
  rows: number,
  squares: boolean,
  at: Workspace,
): void {
  const { kernels } = machine;
  if (drive.kind === "bits") {
    const negative = drive.signed ? at.negative : 0;
    kernels.f32_plane_sums(at.tau, squares ? at.tauSquare : 0, at.positive, negative, reads, Math.ceil(rows / 32));
  } else kernels.f32_drive_sums(at.tau, squares ? at.tauSquare : 0, at.drives, at.rowStride, reads, rows);
}

/** Leaves only the inputs of one sign applied; those that are not negative belong to the positive phase. */
function keepSign(
  machine: Machine,
  drive: DrivePlan,
  vectors: number,
  rows: number,
  realDrives: boolean,
  sign: 1 | -1,
  at: Workspace,
): void {
  const reads = vectors * drive.inputSlices;
  if (drive.kind === "bits" && (drive.signed || sign < 0)) {
    const from = (sign > 0 ? at.negative : at.positive) >>> 2;
    machine.u32.fill(0, from, from + Math.ceil(rows / 32) * reads);
  }
  if (drive.kind === "bits" && !realDrives) return;
  const { f32 } = machine;
  for (let c = 0; c < reads; c++) {
    const inputs = (at.inputs >>> 2) + Math.floor(c / drive.inputSlices) * at.rowStride;
    const drives = (at.drives >>> 2) + c * at.rowStride;
    for (let j = 0; j < rows; j++) {
      if ((f32[inputs + j] as number) < 0 === sign > 0) f32[drives + j] = 0;
    }
  }
}

/** Noise of the drives, drawn for each row, read and array, and their asymmetry. */
function perturbDrives(
  machine: Machine,
  config: CrossbarConfig,
  drive: DrivePlan,
  vectors: number,
  rows: number,
  tile: number,
  at: Workspace,
  address: ReadAddress,
): void {
  const { kernels } = machine;
  const { noise, asymmetry } = config.input;
  const quads = ((rows + 15) >>> 4) << 2;
  for (let v = 0; v < vectors; v++) {
    const { low, high } = sampleWords(sampleOf(address, v));
    const what = word3(address.layer, PURPOSE.inputNoise, high, address.pass);
    for (let i = 0; i < drive.inputSlices; i++) {
      const drives = at.drives + (v * drive.inputSlices + i) * at.rowStride * 4;
      const where = word1(tile, SIDE.plus, 0, i);
      if (noise > 0) kernels.f32_normal_fill(at.uniforms, quads, 0, where, low, what, address.chip, address.read);
      const draws = noise > 0 ? at.uniforms : 0;
      kernels.f32_perturb_drives(drives, draws, rows, noise * drive.driveMax, 1 - asymmetry);
    }
  }
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
