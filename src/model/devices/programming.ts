import type { SideLaws, VerifyConfig } from "../../config/cells.js";
import type { Machine } from "../../engine/machine.js";
import { PURPOSE } from "../address.js";
import type { SlicePlan } from "../slices.js";
import { CellChunk, type DeviceAddress, eachChunk } from "./chunk.js";
import { programmingDeviation } from "./laws.js";
import { type PackedCurve, packCurve } from "./packed-curve.js";
import { ReadSigma } from "./read-sigma.js";

/** Devices after programming. */
export interface Programmed {
  /** Levels within the bounds of a device; not yet on a grid. */
  readonly levels: Float32Array;
  /** Attempts each device took; attempts + 1 where none was accepted. Only with program and verify. */
  readonly attempts: Float32Array | null;
}

/** Bounds of a device, in levels: never negative, or within gMin..gMax where conductances are clipped. */
export function deviceBounds(slice: SlicePlan): readonly [number, number] {
  return slice.cells.clip ? [0, slice.levels] : [-slice.baseline, Infinity];
}

const [TARGET, CENTRE, SIGMA, DRAW, CANDIDATE, KEPT, ATTEMPTS, READ_SIGMA, READ_SPARE] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const BUFFERS = 10;

/**
 * Programs devices to target levels: mean and spread of their model, program and verify, bounds.
 *
 * @param free  leaves the bounds out, for laws that go on from the undisturbed deviation
 */
export function programDevices(
  machine: Machine,
  slice: SlicePlan,
  laws: SideLaws,
  address: DeviceAddress,
  target: Float32Array,
  free = false,
): Programmed {
  const { verify } = slice.cells;
  const deviation = programmingDeviation(laws.programming);
  const mean = deviation?.mean ? packCurve(deviation.mean, slice, 1, -slice.baseline) : null;
  const sigma = deviation === null ? null : packCurve(deviation.sigma, slice, deviation.scale);
  const read = verify === null ? null : new ReadSigma(slice, laws, null);
  const curves = [mean, sigma, ...(read?.curves ?? [])].filter((c): c is PackedCurve => c !== null);
  const chunk = new CellChunk(machine, address, BUFFERS, curves);
  const [low, high] = free ? [-Infinity, Infinity] : deviceBounds(slice);
  const levels = new Float32Array(target.length);
  const attempts = verify === null ? null : new Float32Array(target.length);
  const attempt = (number: number) => {
    if (sigma === null) chunk.fill(SIGMA, 0);
    if (deviation?.uniform) chunk.uniforms(DRAW, PURPOSE.programmingError, number);
    else chunk.normals(DRAW, PURPOSE.programmingError, number);
    chunk.deviate(CANDIDATE, CENTRE, SIGMA, DRAW, low, high, deviation?.uniform);
  };
  eachChunk(chunk, target.length, () => {
    chunk.load(TARGET, target);
    if (mean === null) chunk.load(CENTRE, target);
    else chunk.curve(CENTRE, TARGET, mean);
    if (sigma !== null) chunk.curve(SIGMA, TARGET, sigma);
    if (verify === null) attempt(0);
    else settle(machine, chunk, slice, verify, read as ReadSigma, attempt);
    chunk.store(verify === null ? CANDIDATE : KEPT, levels);
    if (attempts !== null) chunk.store(ATTEMPTS, attempts);
  });
  return { levels, attempts };
}

/** Attempts until every device of the chunk is accepted, or there are none left: the last one then stays. */
function settle(
  machine: Machine,
  chunk: CellChunk,
  slice: SlicePlan,
  verify: VerifyConfig,
  read: ReadSigma,
  attempt: (number: number) => void,
): void {
  chunk.fill(ATTEMPTS, 0, 1);
  let open = chunk.cells;
  for (let a = 0; a < verify.attempts && open > 0; a++) {
    attempt(a);
    const noisy = read.evaluate(
      chunk,
      machine,
      CANDIDATE,
      CANDIDATE,
      READ_SIGMA,
      READ_SPARE,
      1 / Math.sqrt(verify.reads),
    );
    if (noisy) chunk.normals(DRAW, PURPOSE.verifyRead, a);
    open = machine.kernels.u32_verify(
      chunk.pointer(KEPT),
      chunk.pointer(ATTEMPTS),
      chunk.pointer(CANDIDATE),
      chunk.pointer(TARGET),
      noisy ? chunk.pointer(READ_SIGMA) : 0,
      chunk.pointer(DRAW),
      chunk.padded,
      verify.tolerance * slice.levels,
      a + 1,
    );
  }
  if (open === 0) return;
  const { f32 } = machine;
  const at = chunk.pointer(ATTEMPTS) >>> 2;
  for (let i = at; i < at + chunk.cells; i++) if (f32[i] === 0) f32[i] = verify.attempts + 1;
}
