// One vector's codes of up to 32 rows become K words, one per input slice, and lie K apart from the next vector's:
//
//     codes    row 0   1  2  3 ... 31 | 32 ...          planes[g]   v0i0 v0i1 ... v1i0 v1i1 ...   reads words
//     v = 0      [ X   X  X  X     X  | X      ]                    bit r = bit i of |X(32 g + r)|

/**
 * Bit planes of input codes, for the subset sums.
 *
 *     positive   u32[ceil(rows / 32)][vectors * inputSlices], bits of codes above 0
 *     negative   the same of codes below 0, or 0 when no code is
 *     codes      i32[vectors][codeStride], the first `rows` of each are used
 *     inputSlices  bits of a code, one per slice; slice 0 is the least significant
 */
export function u32_bit_planes(
  positive: usize,
  negative: usize,
  codes: usize,
  vectors: usize,
  rows: usize,
  codeStride: usize,
  inputSlices: usize,
): void {
  const planeBytes = (vectors * inputSlices) << 2;
  for (let vector: usize = 0; vector < vectors; vector++) {
    const own = (vector * inputSlices) << 2;
    const vectorCodes = codes + ((vector * codeStride) << 2);
    for (let row: usize = 0, plane = own; row < rows; row += 32, plane += planeBytes) {
      const from = vectorCodes + (row << 2);
      const count = min<usize>(32, rows - row);
      for (let slice: usize = 0; slice < inputSlices; slice++) {
        let plus: u32 = 0;
        let minus: u32 = 0;
        for (let r: usize = 0; r < count; r++) {
          const code = load<i32>(from + (r << 2));
          const bit = ((<u32>abs(code) >>> <u32>slice) & 1) << (<u32>r);
          if (code < 0) minus |= bit;
          else plus |= bit;
        }
        store<u32>(positive + plane + (slice << 2), plus);
        if (negative) store<u32>(negative + plane + (slice << 2), minus);
      }
    }
  }
}
