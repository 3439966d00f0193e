// Four reads of bits give every row one of sixteen patterns: bit j is set where read j drives the row.

/** Eight bits to the lowest bits of eight nibbles. */
@inline
function spread(byte: u32): u32 {
  let x = (byte | (byte << 12)) & 0x000f000f;
  x = (x | (x << 6)) & 0x03030303;
  return (x | (x << 3)) & 0x11111111;
}

/** The patterns of rows shift ... shift + 7 of four reads' words, a nibble each. */
@inline
export function patterns(w0: u32, w1: u32, w2: u32, w3: u32, shift: u32): u32 {
  return (
    spread((w0 >>> shift) & 255) |
    (spread((w1 >>> shift) & 255) << 1) |
    (spread((w2 >>> shift) & 255) << 2) |
    (spread((w3 >>> shift) & 255) << 3)
  );
}

/** A read's word of 32 rows; a read that does not exist has no bits. */
@inline
export function wordOf(plane: usize, read: usize, reads: usize): u32 {
  return read < reads ? load<u32>(plane + (read << 2)) : 0;
}
