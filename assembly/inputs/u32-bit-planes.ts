// One vector's codes of up to 32 rows become K words, one per input slice, and lie K apart from the next vector's:
//
//     codes    row 0   1  2  3 ... 31 | 32 ...          planes[g]   v0i0 v0i1 ... v1i0 v1i1 ...   reads words
//     v = 0      [ X   X  X  X     X  | X      ]                    bit r = bit i of |X(32 g + r)|
//
// Thirty-two magnitudes as bytes are two vectors; the upper bits of all of them are one mask, and adding a vector to
// itself brings the next bit up: 0.02 ms for 64 vectors of 512 codes of 8 bits where bit by bit took 0.40 ms.

/** Magnitudes of eight codes, at most 65535. */
@inline
function magnitudes(codes: usize): v128 {
  return i16x8.narrow_i32x4_u(i32x4.abs(v128.load(codes)), i32x4.abs(v128.load(codes, 16)));
}

/** Signs of eight codes, all ones where negative. */
@inline
function signs(codes: usize): v128 {
  return i16x8.narrow_i32x4_s(i32x4.shr_s(v128.load(codes), 31), i32x4.shr_s(v128.load(codes, 16), 31));
}

@inline
function mask(low: v128, high: v128): u32 {
  return <u32>i8x16.bitmask(low) | ((<u32>i8x16.bitmask(high)) << 16);
}

/** Lower (or upper) bytes of sixteen magnitudes. */
@inline
function bytes(first: v128, second: v128, upper: bool): v128 {
  if (upper) return i8x16.narrow_i16x8_u(i16x8.shr_u(first, 8), i16x8.shr_u(second, 8));
  const lower = i16x8.splat(255);
  return i8x16.narrow_i16x8_u(v128.and(first, lower), v128.and(second, lower));
}

/** Words of the slices first ... last - 1 of 32 codes, whose bits are those of bytes. */
@inline
function storeBytes(plus: usize, minus: usize, low: v128, high: v128, negative: u32, first: usize, last: usize): void {
  for (let slice = first + 8; slice-- > first; low = i8x16.add(low, low), high = i8x16.add(high, high)) {
    if (slice >= last) continue;
    const word = mask(low, high);
    store<u32>(plus + (slice << 2), word & ~negative);
    if (minus) store<u32>(minus + (slice << 2), word & negative);
  }
}

/** The words of 32 codes. */
@inline
function storeWords(plus: usize, minus: usize, codes: usize, inputSlices: usize): void {
  const m0 = magnitudes(codes);
  const m1 = magnitudes(codes + 32);
  const m2 = magnitudes(codes + 64);
  const m3 = magnitudes(codes + 96);
  const negative = mask(
    i8x16.narrow_i16x8_s(signs(codes), signs(codes + 32)),
    i8x16.narrow_i16x8_s(signs(codes + 64), signs(codes + 96)),
  );
  storeBytes(plus, minus, bytes(m0, m1, false), bytes(m2, m3, false), negative, 0, inputSlices);
  if (inputSlices > 8) storeBytes(plus, minus, bytes(m0, m1, true), bytes(m2, m3, true), negative, 8, inputSlices);
}

/** The words of the last rows, bit by bit. */
function storeLast(plus: usize, minus: usize, codes: usize, count: usize, inputSlices: usize): void {
  for (let slice: usize = 0; slice < inputSlices; slice++) {
    let above: u32 = 0;
    let below: u32 = 0;
    for (let r: usize = 0; r < count; r++) {
      const code = load<i32>(codes + (r << 2));
      const bit = ((<u32>abs(code) >>> <u32>slice) & 1) << (<u32>r);
      if (code < 0) below |= bit;
      else above |= bit;
    }
    store<u32>(plus + (slice << 2), above);
    if (minus) store<u32>(minus + (slice << 2), below);
  }
}

/**
 * Bit planes of input codes, for the subset sums.
 *
 *     positive   u32[ceil(rows / 32)][vectors * inputSlices], bits of codes above 0
 *     negative   the same of codes below 0, or 0 when no code is
 *     codes      i32[vectors][codeStride], the first `rows` of each are used
 *     inputSlices  bits of a code, at most 16, one per slice; slice 0 is the least significant
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
    let plus = positive + ((vector * inputSlices) << 2);
    let minus = negative ? negative + ((vector * inputSlices) << 2) : 0;
    let from = codes + ((vector * codeStride) << 2);
    for (let row: usize = 0; row < rows; row += 32, from += 128, plus += planeBytes) {
      if (rows - row >= 32) storeWords(plus, minus, from, inputSlices);
      else storeLast(plus, minus, from, rows - row, inputSlices);
      if (minus) minus += planeBytes;
    }
  }
}
