/**
 * Signed digits of input codes as drives.
 *
 *     drives[v * inputSlices + i][r] = sign(X) * ((|X| >> (sliceBits i)) & (2^sliceBits - 1)),  X = codes[v][r]
 *
 *     drives    f32[vectors * inputSlices][driveStride], the first `rows` of each are written
 *     codes     i32[vectors][codeStride]; inputSlices 1 with all bits in it gives the code itself
 */
export function f32_digit_drives(
  drives: usize,
  driveStride: usize,
  codes: usize,
  vectors: usize,
  rows: usize,
  codeStride: usize,
  inputSlices: usize,
  sliceBits: u32,
): void {
  assert(driveStride >= rows);
  const mask: u32 = (1 << sliceBits) - 1;
  const masks = i32x4.splat(mask);
  for (let vector: usize = 0; vector < vectors; vector++, codes += codeStride << 2) {
    for (let slice: usize = 0; slice < inputSlices; slice++, drives += driveStride << 2) {
      const shift = <u32>slice * sliceBits;
      let row: usize = 0;
      for (; row + 4 <= rows; row += 4) {
        const code = v128.load(codes + (row << 2));
        const sign = i32x4.shr_s(code, 31);
        const digit = v128.and(i32x4.shr_u(i32x4.abs(code), shift), masks);
        v128.store(drives + (row << 2), f32x4.convert_i32x4_s(i32x4.sub(v128.xor(digit, sign), sign)));
      }
      for (; row < rows; row++) {
        const code = load<i32>(codes + (row << 2));
        const digit = <i32>((<u32>abs(code) >>> shift) & mask);
        store<f32>(drives + (row << 2), <f32>(code < 0 ? -digit : digit));
      }
    }
  }
}
