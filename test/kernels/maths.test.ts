import { beforeAll, describe, expect, it } from "vitest";
import { digest } from "../support/digest.js";
import { Rig, randoms } from "./rig.js";

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.make();
});

/** Distance in units of the last place of `wanted`. */
function ulps(got: number, wanted: number): number {
  const bits = new DataView(new ArrayBuffer(16));
  bits.setFloat64(0, got);
  bits.setFloat64(8, wanted);
  return Math.abs(Number(bits.getBigInt64(0) - bits.getBigInt64(8)));
}

describe("f64 maths", () => {
  it("gives known values (rounded from 50 digits)", () => {
    const { f64_exp, f64_log, f64_pow } = rig.kernels;
    const known = [
      [f64_exp(0), 1],
      [f64_exp(1), Math.E],
      [f64_exp(-1), 0.36787944117144233],
      [f64_exp(10), 22026.465794806718],
      [f64_exp(-745.2), 0],
      [f64_exp(710), Number.POSITIVE_INFINITY],
      [f64_log(1), 0],
      [f64_log(2), Math.LN2],
      [f64_log(10), Math.LN10],
      [f64_log(0), Number.NEGATIVE_INFINITY],
      [f64_log(-1), Number.NaN],
      [f64_log(1e-300), -690.7755278982137],
      [f64_pow(2, 0.5), Math.SQRT2],
      [f64_pow(2, -24), 2 ** -24],
      [f64_pow(10, 3), 1000],
      [f64_pow(86400, -0.06), 0.5056024566465755],
      [f64_pow(7.5, 3.25), 698.1505846130123],
      [f64_pow(0, 0), 1],
    ] as const;
    for (const [got, wanted] of known) expect(got).toBe(wanted);
  });

  it("stays within one unit in the last place of the host's own, wherever that is right itself", () => {
    const random = randoms(1);
    for (let n = 0; n < 20000; n++) {
      const [x, y] = [40 * random() - 20, 10 * random() + 1e-3];
      expect(ulps(rig.kernels.f64_exp(x), Math.exp(x))).toBeLessThanOrEqual(1);
      expect(ulps(rig.kernels.f64_log(y), Math.log(y))).toBeLessThanOrEqual(1);
      expect(ulps(rig.kernels.f64_pow(y, x / 4), y ** (x / 4))).toBeLessThanOrEqual(2);
    }
  });

  it("gives the same bits in every engine", () => {
    const random = randoms(2);
    const results = Float64Array.from({ length: 3000 }, () => {
      const x = 4 * random() + 0.1;
      return rig.kernels.f64_pow(x, rig.kernels.f64_log(x)) - rig.kernels.f64_exp(-x);
    });
    expect(digest(results)).toBe("95a00b5364115263"); // made by this test in V8
  });
});
