import { LANES, LINE_BYTES } from "../layout";

/**
 * A row-major matrix into panels of 16 columns.
 *
 *     levels    f32[rows][columns]
 *     panels    f32[ceil(columns / 16)][rowsPadded][16]; what lies outside the matrix becomes +0
 */
export function f32_pack_panels(panels: usize, levels: usize, rows: usize, columns: usize, rowsPadded: usize): void {
  assert(rowsPadded >= rows && (panels & 15) == 0);
  const stride = columns << 2;
  for (let first: usize = 0; first < columns; first += LANES) {
    const width = min(LANES, columns - first);
    let from = levels + (first << 2);
    const end = panels + rows * LINE_BYTES;
    for (; panels < end; panels += LINE_BYTES, from += stride) {
      if (width < LANES) memory.fill(panels, 0, LINE_BYTES);
      memory.copy(panels, from, width << 2);
    }
    const padding = (rowsPadded - rows) * LINE_BYTES;
    memory.fill(panels, 0, padding);
    panels += padding;
  }
}
