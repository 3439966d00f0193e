import { LANES, LINE_BYTES } from "../layout";

/**
 * Panels of 16 columns back into a row-major matrix; the padding is left behind.
 *
 *     levels    f32[rows][columns]
 *     panels    f32[ceil(columns / 16)][rowsPadded][16]
 */
export function f32_unpack_panels(levels: usize, panels: usize, rows: usize, columns: usize, rowsPadded: usize): void {
  assert(rowsPadded >= rows && (panels & 15) == 0);
  const stride = columns << 2;
  for (let first: usize = 0; first < columns; first += LANES) {
    const bytes = min(LANES, columns - first) << 2;
    let to = levels + (first << 2);
    for (let from = panels, end = panels + rows * LINE_BYTES; from < end; from += LINE_BYTES, to += stride) {
      memory.copy(to, from, bytes);
    }
    panels += rowsPadded * LINE_BYTES;
  }
}
