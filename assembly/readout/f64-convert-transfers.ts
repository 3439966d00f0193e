import { ACC_BYTES, LANES, LINE_BYTES } from "../layout";

// One converter of a lane, and the transfer it answers with: a staircase of 2^k parts.
//
//     lane l    [ offset f64 | table u32 | half u32 ]        16 bytes; half = 2^(k-1), 0 where there is one part
//
//     table     edges    f64[2^k]    [ (unused) e1 e2 ... +inf ]   ascending; part i lies above edge i
//               numbers  f64[2^k]    [ a0       a1 a2 ...      ]   what part i stands for, in steps of its code

const LANE_BYTES: usize = 16;
const OFFSET: usize = 0;
const TABLE: usize = 8;
const HALF: usize = 12;

/**
 * Converters with transfers of their own, one per column, and shift-and-add of a vector's input slices; all in f64.
 *
 *     x           = clamp(fl(n + fl(tau[c] baseline)), low, high) + offset[l]
 *     i           = number of edges below x
 *     acc[v][l]  += weight * (sum over input slices of 2^(sliceBits s) numbers[i]), ascending from +0
 *
 *     acc         f64[vectors][16]
 *     lines       f32[vectors * inputSlices][16]
 *     tau         f32[vectors * inputSlices], or 0 where the baseline cancels
 *     converters  16 of the above
 */
export function f64_convert_transfers(
  acc: usize,
  lines: usize,
  vectors: usize,
  inputSlices: usize,
  sliceBits: u32,
  tau: usize,
  baseline: f64,
  low: f64,
  high: f64,
  converters: usize,
  weight: f64,
): void {
  for (const end = acc + vectors * ACC_BYTES; acc < end; acc += ACC_BYTES) {
    for (let lane: usize = 0; lane < LANES; lane++) {
      const converter = converters + lane * LANE_BYTES;
      const offset = load<f64>(converter, OFFSET);
      const table = <usize>load<u32>(converter, TABLE);
      const half = (<usize>load<u32>(converter, HALF)) << 3;
      const numbers = table + (half ? half << 1 : 8);
      let sum: f64 = 0;
      let significance: f64 = 1;
      for (let i: usize = 0; i < inputSlices; i++) {
        const n = <f64>load<f32>(lines + i * LINE_BYTES + (lane << 2));
        const shift: f64 = tau ? <f64>load<f32>(tau + (i << 2)) * baseline : 0;
        const x = min<f64>(max<f64>(n + shift, low), high) + offset;
        let part: usize = 0;
        for (let step = half; step >= 8; step >>= 1) {
          // A mask and not a branch: where a line falls cannot be predicted.
          part += step & -(<usize>(x > load<f64>(table + part + step)));
        }
        sum += significance * load<f64>(numbers + part);
        significance *= <f64>(1 << sliceBits);
      }
      const at = acc + (lane << 3);
      store<f64>(at, load<f64>(at) + weight * sum);
    }
    lines += inputSlices * LINE_BYTES;
    if (tau) tau += inputSlices << 2;
  }
}
