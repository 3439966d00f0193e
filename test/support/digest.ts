/**
 * FNV-1a, 64 bits, over the little-endian bytes of the values in order: sixteen hexadecimal digits.
 * Negative zero counts as zero and every NaN as one: engines may differ in those bits and in nothing else.
 */
export function digest(...arrays: readonly (Float32Array | Float64Array | Int32Array | Uint32Array)[]): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const array of arrays) {
    const bytes = new DataView(new ArrayBuffer(8));
    const width = array.BYTES_PER_ELEMENT;
    for (const value of array) {
      const plain = Number.isNaN(value) ? Number.NaN : value + 0;
      if (array instanceof Float32Array) bytes.setFloat32(0, plain, true);
      else if (array instanceof Float64Array) bytes.setFloat64(0, plain, true);
      else bytes.setUint32(0, value >>> 0, true);
      for (let i = 0; i < width; i++) {
        low = (low ^ bytes.getUint8(i)) >>> 0;
        // Times 2^40 + 0x1b3, in 32-bit halves.
        const carried = Math.floor((low * 0x1b3) / 2 ** 32);
        high = (Math.imul(high, 0x1b3) + carried + Math.imul(low, 0x100)) >>> 0;
        low = Math.imul(low, 0x1b3) >>> 0;
      }
    }
  }
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}
