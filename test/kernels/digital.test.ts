import { beforeAll, describe, expect, it } from "vitest";
import { floats, Rig, randoms } from "./rig.js";

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.make();
});

const doubles = (count: number, seed: number) =>
  Float64Array.from({ length: count }, randoms(seed)).map((x) => x - 0.5);

describe("f64_add_scaled", () => {
  it("adds one panel to its columns of the total", () => {
    for (const vectors of [1, 2, 3, 8, 65]) {
      for (const [panels, panel, shifted] of [
        [1, 0, false],
        [3, 1, true],
        [2, 1, false],
      ] as const) {
        const stride = panels * 16;
        const [start, acc, own] = [doubles(vectors * stride, 1), doubles(vectors * 16, 2), doubles(vectors, 3)];
        const total = rig.room("f64", vectors * stride, start);
        const perVector = shifted ? rig.put(own) : 0;
        rig.kernels.f64_add_scaled(total + panel * 128, stride, rig.put(acc), vectors, 2.3, perVector);
        const expected = start.map((before, at) => {
          const [v, column] = [Math.floor(at / stride), at % stride];
          if (column >> 4 !== panel) return before;
          const part = 2.3 * acc[v * 16 + (column & 15)]!;
          return before + (shifted ? part + own[v]! : part);
        });
        expect(rig.f64(total, vectors * stride)).toEqual(expected);
        rig.done();
      }
    }
  });
});

describe("f64_add_products", () => {
  const NOBODY = 0xffffffff;

  it("adds each place's sums to its vector, each column with its own scale", () => {
    for (const columns of [0, 1, 2, 3, 16, 35]) {
      for (const list of [null, [], [2], [3, NOBODY, 0], [NOBODY, 4, 1, 2]]) {
        const [stride, vectors] = [columns + 3, 5];
        const places = list?.length ?? vectors;
        const [start, sums] = [doubles(vectors * stride, 1), doubles(places * stride, 2)];
        const [scale, factor] = [doubles(columns, 3), doubles(places, 4)];
        const total = rig.room("f64", vectors * stride, start);
        const pointers = [rig.put(sums), stride, rig.put(scale), columns, rig.put(factor)] as const;
        rig.kernels.f64_add_products(total, ...pointers, list === null ? 0 : rig.put(Uint32Array.from(list)), places);
        const expected = start.slice();
        for (let place = 0; place < places; place++) {
          const vector = list === null ? place : list[place]!;
          for (let m = 0; m < columns && vector !== NOBODY; m++) {
            expected[vector * stride + m]! += sums[place * stride + m]! * (scale[m]! * factor[place]!);
          }
        }
        expect(rig.f64(total, vectors * stride)).toEqual(expected);
        rig.done();
      }
    }
  });
});

describe("f32_finish", () => {
  it("scales, adds the bias and rounds once", () => {
    for (const columns of [...Array.from({ length: 35 }, (_, i) => i + 1), 61, 127]) {
      for (const biased of [false, true]) {
        const [vectors, stride, outStride] = [1 + (columns % 4), columns + 3, columns];
        const [total, scale, own, bias] = [
          doubles(vectors * stride, 1),
          doubles(columns, 2),
          doubles(vectors, 3),
          doubles(columns, 4),
        ];
        const out = rig.room("f32", vectors * outStride);
        const pointers = [rig.put(scale), rig.put(own), biased ? rig.put(bias) : 0] as const;
        rig.kernels.f32_finish(out, outStride, rig.put(total), stride, vectors, columns, ...pointers);
        const expected = new Float32Array(vectors * outStride).map((_, at) => {
          const [v, m] = [Math.floor(at / outStride), at % outStride];
          const y = total[v * stride + m]! * scale[m]! * own[v]!;
          return biased ? y + bias[m]! : y;
        });
        expect(rig.f32(out, vectors * outStride)).toEqual(expected);
        rig.done();
      }
    }
  });
});

describe("digital nodes of a network", () => {
  const COUNTS = [...Array.from({ length: 70 }, (_, i) => i + 1), 127, 509];

  it("relu keeps what is above 0 and gives +0 else, also in place", () => {
    for (const count of COUNTS) {
      const x = floats(count, randoms(count)).map((v, i) => (i % 7 === 3 ? -0 : v - 0.5));
      const expected = x.map((v) => Math.max(v, 0));
      const out = rig.room("f32", count, undefined, count % 4);
      rig.kernels.f32_relu(out, rig.put(x), count);
      expect(rig.f32(out, count)).toEqual(expected);
      const same = rig.room("f32", count, x);
      rig.kernels.f32_relu(same, same, count);
      expect(rig.f32(same, count)).toEqual(expected);
      rig.done();
    }
  });

  it("softmax is a distribution within one f32 ulp of f64, however large the logits", () => {
    for (const columns of COUNTS) {
      const vectors = 1 + (columns % 3);
      const x = floats(vectors * columns, randoms(columns)).map((v) => 200 * v - 30);
      const out = rig.room("f32", vectors * columns);
      rig.kernels.f32_softmax(out, rig.put(x), vectors, columns);
      const got = rig.f32(out, vectors * columns);
      for (let v = 0; v < vectors; v++) {
        const own = [...x.subarray(v * columns, (v + 1) * columns)];
        const largest = Math.max(...own);
        const sum = own.reduce((s, value) => s + Math.exp(value - largest), 0);
        for (const [m, value] of own.entries()) {
          const wanted = Math.exp(value - largest) / sum;
          expect(Math.abs(got[v * columns + m]! - wanted)).toBeLessThanOrEqual(wanted * 2 ** -23 + 2 ** -149);
        }
      }
      rig.done();
    }
  });

  it("argmax takes the first of equal maxima", () => {
    for (const columns of COUNTS) {
      const vectors = 1 + (columns % 5);
      const x = floats(vectors * columns, randoms(columns)).map((v) => Math.floor(4 * v) - 2);
      const out = rig.room("u32", vectors);
      rig.kernels.u32_argmax(out, rig.put(x), vectors, columns);
      const expected = Array.from({ length: vectors }, (_, v) => {
        const own = [...x.subarray(v * columns, (v + 1) * columns)];
        return own.indexOf(Math.max(...own));
      });
      expect([...rig.u32(out, vectors)]).toEqual(expected);
      rig.done();
    }
  });
});
