import { beforeAll, describe, expect, it } from "vitest";
import { add32, clamp, floats, mul32, paddedTo, Rig, randoms, sub32 } from "./rig.js";
import { SIZES } from "../support/sizes.js";

const f = Math.fround;

describe("device kernels", () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.make();
  });

  /** Every awkward size, padded as their callers pad. */
  const counts = [...new Set(SIZES.map((n) => paddedTo(n, 4)))].filter((n) => n > 0);

  it.each(counts)("deviate, multiply, grow and fold %i cells like scalars", (n) => {
    const random = randoms(n);
    const [a, b, c] = [0, 1, 2].map(() => floats(n, () => f(4 * random() - 2))) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const [pa, pb, pc] = [rig.put(a), rig.put(b), rig.put(c)];
    const out = rig.room("f32", n);
    const expectAll = (value: (i: number) => number) => expect(rig.f32(out, n)).toEqual(listed(n, value));
    rig.kernels.f32_deviate(out, pa, pb, pc, n, 2, -1, -1, 1.5);
    expectAll((i) => clamp(add32(a[i]!, mul32(b[i]!, add32(mul32(2, c[i]!), -1))), -1, 1.5));
    rig.kernels.f32_deviate(out, 0, pb, pc, n, 1, 0, -Infinity, Infinity);
    expectAll((i) => mul32(b[i]!, c[i]!));
    rig.kernels.f32_drift_exponent(out, pa, pb, pc, n, 0.5);
    expectAll((i) => mul32(0.5, Math.abs(add32(a[i]!, mul32(b[i]!, c[i]!)))));
    rig.kernels.f32_product(out, pa, pb, n, 0.25);
    expectAll((i) => mul32(a[i]!, add32(b[i]!, 0.25)));
    rig.kernels.f32_growth(out, pa, pb, n);
    expectAll((i) => f(Math.sqrt(Math.max(sub32(mul32(a[i]!, a[i]!), mul32(b[i]!, b[i]!)), 0))));
    rig.kernels.f32_cell_variance(out, pa, n, 64, 1 / 64, 2);
    expectAll((i) => Math.min(roundEven(mul32(a[i]!, a[i]!) * 64) / 64, 2));
    rig.kernels.f32_cell_variance(out, pa, n, 0, 0, Infinity);
    expectAll((i) => mul32(a[i]!, a[i]!));
    rig.done();
  });

  it.each(counts)("hold %i stuck cells and settle verified ones", (n) => {
    const random = randoms(n + 7);
    const uniform = floats(n, () => f(random()));
    const levels = rig.room("f32", n, new Float32Array(n).fill(9));
    rig.kernels.f32_stuck_at(levels, rig.put(uniform), n, 0.2, 0.5, 0.6, 0, 3, 1.5);
    expect(rig.f32(levels, n)).toEqual(
      listed(n, (i) => (uniform[i]! < f(0.2) ? 0 : uniform[i]! < 0.5 ? 3 : uniform[i]! < f(0.6) ? 1.5 : 9)),
    );

    const [candidate, target, sigma, xi] = [1, 1, 0.1, 2].map((s) => floats(n, () => f(s * (random() - 0.5)))) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const before = floats(n, () => (random() < 0.3 ? 1 : 0));
    const kept = rig.room("f32", n, new Float32Array(n).fill(7));
    const attempts = rig.room("f32", n, before);
    const [c, t, s, x] = [candidate, target, sigma, xi].map((list) => rig.put(list)) as [
      number,
      number,
      number,
      number,
    ];
    const open = rig.kernels.u32_verify(kept, attempts, c, t, s, x, n, 0.2, 2);
    const read = (i: number) => add32(candidate[i]!, mul32(sigma[i]!, xi[i]!));
    const near = (i: number) => Math.abs(sub32(read(i), target[i]!)) <= f(0.2);
    expect(rig.f32(kept, n)).toEqual(listed(n, (i) => (before[i] === 0 ? candidate[i]! : 7)));
    expect(rig.f32(attempts, n)).toEqual(listed(n, (i) => (before[i] === 0 && near(i) ? 2 : before[i]!)));
    expect(open).toBe(listed(n, (i) => (before[i] === 0 && !near(i) ? 1 : 0)).reduce((sum, o) => sum + o, 0));
    rig.done();
  });

  it("curves follow their pieces: polynomials, logarithms, powers, exponentials, bounds", () => {
    const n = 4096;
    const levels = listed(n, (i) => i / 256);
    // from, origin, low, high, log, amplitude, power, rate, terms, -, -, -, c0 ... c11
    const piece = (head: number[], c: number[]) => [
      ...head,
      c.length,
      0,
      0,
      0,
      ...c,
      ...new Array(12 - c.length).fill(0),
    ];
    const pieces = Float32Array.from([
      ...piece([-Infinity, 0, 0.1, 0.9, -0.3, 0, 0, 0], [0.05]),
      ...piece([2, 4, -Infinity, Infinity, 0, 0, 0, 0], [1, 0.5, -0.25, 0.125, 0.01]),
      ...piece([7, 0, -Infinity, 3, 0.2, 2, -0.65, -0.05], [0.5]),
    ]);
    const want = (level: number) => {
      const x = Math.max(1.5 * level + 0.25, 0.01);
      if (x < 2) return clamp(0.05 - 0.3 * Math.log(x), 0.1, 0.9);
      const u = x - 4;
      if (x < 7) return 1 + 0.5 * u - 0.25 * u ** 2 + 0.125 * u ** 3 + 0.01 * u ** 4;
      return Math.min(0.5 + 0.2 * Math.log(x) + 2 * x ** -0.65 * Math.exp(-0.05 * x), 3);
    };
    const out = rig.room("f32", n);
    rig.kernels.f32_curve(out, rig.put(levels), n, 1.5, 0.25, 0.01, rig.put(pieces), 3);
    const got = rig.f32(out, n);
    let worst = 0;
    for (let i = 0; i < n; i++)
      worst = Math.max(worst, Math.abs(got[i]! - want(levels[i]!)) / Math.max(Math.abs(want(levels[i]!)), 0.1));
    expect(worst).toBeLessThan(2e-6);
    rig.done();
  });

  it("a polynomial alone gives the bits it gives as a piece, at every count", () => {
    const never = [Infinity, ...new Array<number>(23).fill(0)];
    const polynomials = [[0.3, -1.5, 0.25, 2, -0.125, 0.01], [0.3, -1.5, 0.25], [0.3, -1.5, 0], [0.3]].map((c) => {
      const rest = new Array<number>(12 - c.length).fill(0);
      return rig.put(
        Float32Array.from([-Infinity, 0.5, -4, 6, 0, 0, 0, 0, c.length, 0, 0, 0, ...c, ...rest, ...never]),
      );
    });
    for (let n = 4; n <= 400; n += 4) {
      const pieces = polynomials[(n / 4) % 4]!;
      const random = randoms(n);
      const levels = rig.put(floats(n, () => 3 * random()));
      const [alone, among] = [rig.room("f32", n), rig.room("f32", n)];
      rig.kernels.f32_curve(alone, levels, n, 0.75, 0.25, 0.01, pieces, 1);
      rig.kernels.f32_curve(among, levels, n, 0.75, 0.25, 0.01, pieces, 2);
      expect(rig.f32(alone, n)).toEqual(rig.f32(among, n));
    }
    rig.done();
  });

  it("power laws decay to 3e-7, and not at all at time zero", () => {
    const n = 4096;
    const random = randoms(5);
    const programmed = floats(n, () => f(3 * random()));
    const nu = floats(n, () => f(0.3 * random()));
    const noise = floats(n, () => f(0.1 * (random() - 0.5)));
    const out = rig.room("f32", n);
    const [p, e, x] = [rig.put(programmed), rig.put(nu), rig.put(noise)];
    let worst = 0;
    for (const logTime of [0.01, 1, 8, 17]) {
      rig.kernels.f32_power_drift(out, p, e, x, n, logTime, 4.5, 0.25, -0.25, 2.5);
      const got = rig.f32(out, n);
      for (let i = 0; i < n; i++) {
        const g = (programmed[i]! + 0.25) * Math.exp(-nu[i]! * f(logTime)) * (1 + 4.5 * noise[i]!);
        const want = clamp(g - 0.25, -0.25, 2.5);
        worst = Math.max(worst, Math.abs(got[i]! - want) / (g + 0.25));
      }
    }
    // Rounding of ν·ln T, at most 5, is half of it.
    expect(worst).toBeLessThan(6e-7);
    rig.kernels.f32_power_drift(out, p, e, 0, n, 0, 0, 0, -Infinity, Infinity);
    expect(rig.f32(out, n)).toEqual(programmed);
    rig.done();
  });

  it.each([1, 3, 8, 67])("read %i rows of cells with variances of their own", (rows) => {
    const random = randoms(rows);
    const cells = floats(paddedTo(rows, 8) * 16, () => f(random()));
    const variances = floats(cells.length, () => f(random()));
    const drives = floats(rows, () => f(2 * random() - 1));
    const draws = floats(rows * 16 + 16, () => f(2 * random() - 1));
    const line = rig.room("f32", 16);
    rig.kernels.f32_cell_read_variance_16__simd(
      line,
      rig.put(drives),
      rig.put(cells),
      rig.put(variances),
      rig.put(draws),
      16,
      rows,
      2,
      -1,
    );
    const want = listed(16, (l) => {
      let sum = 0;
      for (let r = 0; r < rows; r++) {
        const xi = add32(mul32(2, draws[r * 16 + l]!), -1);
        const cell = add32(cells[r * 16 + l]!, mul32(f(Math.sqrt(variances[r * 16 + l]!)), xi));
        sum = add32(sum, mul32(drives[r]!, cell));
      }
      return sum;
    });
    expect(rig.f32(line, 16)).toEqual(want);
    rig.done();
  });
});

function listed(count: number, value: (i: number) => number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => value(i));
}

function roundEven(x: number): number {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}
