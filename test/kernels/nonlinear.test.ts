import { beforeAll, describe, expect, it } from "vitest";
import { SIZES } from "../support/sizes.js";
import { add32, floats, mul32, paddedTo, Rig, randoms } from "./rig.js";

const f = Math.fround;

describe("kernels of nonlinear devices", () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.make();
  });

  const ROWS = SIZES.filter((n) => n > 0 && n < 300);
  const panel = (rows: number, draw: () => number) => floats(paddedTo(rows, 8) * 16, () => f(draw()));

  it("sum a polynomial of each drive, rows ascending, whatever lies in the padding", () => {
    for (const rows of ROWS) {
      for (const reads of [1, 3]) {
        const random = randoms(rows + reads);
        const stride = paddedTo(rows, 8);
        const drives = floats(reads * stride, () => f(2 * random() - 1));
        const [first, second, third] = [0, 1, 2].map(() => panel(rows, () => 2 * random() - 1)) as [
          Float32Array,
          Float32Array,
          Float32Array,
        ];
        for (const data of [first, second, third]) data.fill(Number.NaN, rows * 16);
        for (let c = 0; c < reads; c++) drives.fill(Number.NaN, c * stride + rows, (c + 1) * stride);
        const lines = rig.room("f32", reads * 16);
        const kernel = rig.kernels.f32_nonlinear_read_16__simd;
        kernel(lines, reads, rig.put(drives), stride, rig.put(first), rig.put(second), rig.put(third), rows);
        const got = rig.f32(lines, reads * 16);
        for (let c = 0; c < reads; c++) {
          for (let l = 0; l < 16; l++) {
            let [single, double] = [0, 0];
            for (let r = 0; r < rows; r++) {
              const [t, i] = [drives[c * stride + r]!, r * 16 + l];
              const inner = add32(second[i]!, mul32(t, third[i]!));
              single = add32(single, mul32(t, add32(first[i]!, mul32(t, inner))));
              double += first[i]! * t + second[i]! * t ** 2 + third[i]! * t ** 3;
            }
            expect(got[c * 16 + l]).toBe(single);
            expect(Math.abs(single - double)).toBeLessThan(1e-6 * rows);
          }
        }
        rig.done();
      }
    }
  });

  it("draw cells with variances of their own", () => {
    for (const rows of ROWS) {
      for (const columns of [1, 5, 16]) {
        const random = randoms(rows * columns);
        const cells = panel(rows, random);
        const variances = panel(rows, random);
        const draws = floats(rows * columns + 16, () => f(2 * random() - 1));
        const out = rig.room("f32", rows * 16);
        const kernel = rig.kernels.f32_cell_draw_16__simd;
        kernel(out, rig.put(cells), rig.put(variances), rig.put(draws), columns, rows, 2, -0.5);
        const got = rig.f32(out, rows * 16);
        for (let r = 0; r < rows; r++) {
          for (let l = 0; l < columns; l++) {
            const xi = add32(mul32(2, draws[r * columns + l]!), -0.5);
            const i = r * 16 + l;
            expect(got[i]).toBe(add32(cells[i]!, mul32(f(Math.sqrt(variances[i]!)), xi)));
          }
        }
        rig.done();
      }
    }
  });

  it("take cubics of log10 G, and nothing below the least conductance", () => {
    const random = randoms(1);
    for (const n of ROWS) {
      const levels = floats(n, () => f(random()));
      const out = rig.room("f32", n);
      const [scale, offset] = [175e-6, 50e-6];
      const c = [0.007063, 0.005711, 0.001541, 0.0001388] as const;
      rig.kernels.f32_log_cubic(out, rig.put(levels), n, scale, offset, 1e-9, ...c);
      const got = rig.f32(out, n);
      levels.forEach((level, i) => {
        const u = Math.log10(scale * level + offset);
        const want = c[0] + c[1] * u + c[2] * u ** 2 + c[3] * u ** 3;
        // One rounding to f32 of a sum whose terms are a thousand times larger.
        expect(Math.abs(got[i]! - want)).toBeLessThan(1e-7 * Math.abs(want) + 1e-16);
      });
      rig.done();
    }
    const levels = new Float32Array([0, 0.5, -1, Number.NaN]);
    const out = rig.room("f32", 4);
    rig.kernels.f32_log_cubic(out, rig.put(levels), 4, 1e-9, 0, 1e-9, 1, 1, 1, 1);
    expect([...rig.f32(out, 4)]).toEqual([0, 0, 0, 0]);
    rig.done();
  });
});
