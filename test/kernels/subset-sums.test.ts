import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { KERNELS } from "../../src/engine/registry.js";
import { bitDrives, cellAt, panelOnGrid, planesOf, sums, variance, type VarianceModel } from "./cells.js";
import { Rig, randoms } from "./rig.js";

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.make();
});

const ROWS = [...Array.from({ length: 70 }, (_, i) => i + 1), 95, 96, 97, 127, 128, 129, 251, 509, 512, 513, 1030];
/** Around every vector width, and on both sides of where tables become tall. */
const READS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 31, 63, 64, 65, 159, 160, 161];
/** Levels of 2 bits over 512 rows: gamma = 2^(9 + 3 - 24), clamped to 8 (DESIGN 5.1). */
const [LIMIT, EXPONENT] = [8, 12];

interface Case {
  readonly rows: number;
  readonly reads: number;
  readonly drives: Int32Array;
  readonly signed: boolean;
  readonly a: Float32Array;
  readonly b: Float32Array | null;
}

function makeCase(rows: number, reads: number, signed: boolean, pair: boolean, columns = 16): Case {
  const seed = rows * 1000 + reads;
  return {
    rows,
    reads,
    signed,
    drives: bitDrives(rows, reads, signed, seed),
    a: panelOnGrid(rows, columns, LIMIT, EXPONENT, seed + 1),
    b: pair ? panelOnGrid(rows, columns, LIMIT, EXPONENT, seed + 2) : null,
  };
}

/** Step of the grid as kernels are told, where cells are its multiples in sixteen bits. */
const STEP = 2 ** -EXPONENT;

/** Cells as a kernel takes them: f32, or multiples of `step` in sixteen bits. */
function putCells(panel: Float32Array | null, step: number): number {
  if (panel === null) return 0;
  return rig.put(step === 0 ? panel : new Uint32Array(Int16Array.from(panel, (x) => x / step).buffer));
}

function subsetSums({ rows, reads, drives, signed, a, b }: Case, step = 0): Float32Array {
  const lines = rig.room("f32", reads * 16);
  rig.kernels.f32_subset_sum_16__simd(
    lines,
    reads,
    rig.put(planesOf(drives, rows, reads, 1)),
    signed ? rig.put(planesOf(drives, rows, reads, -1)) : 0,
    putCells(a, step),
    putCells(b, step),
    rows,
    LIMIT,
    step,
    rig.room("f32", KERNELS.f32_subset_sum_16__simd.scratchBytes / 4),
  );
  const got = rig.f32(lines, reads * 16);
  rig.done();
  return got;
}

/** A case whose levels sixteen bits hold: the largest of the grid is one step too many. */
function makeHalves(rows: number, reads: number): Case {
  const c = makeCase(rows, reads, rows % 2 === 0, rows % 3 === 0);
  const held = (panel: Float32Array) => panel.map((x) => Math.min(x, LIMIT - STEP));
  return { ...c, a: held(c.a), b: c.b === null ? null : held(c.b) };
}

/** Room for the sorted rows of a case. */
function sortedRows({ rows, reads, drives, signed }: Case): number {
  const runs = rig.room("f32", Math.ceil(rows / 512) * Math.ceil(reads / 4) * 2 * (1088 / 4));
  const positive = rig.put(planesOf(drives, rows, reads, 1));
  rig.kernels.u16_row_runs(runs, positive, signed ? rig.put(planesOf(drives, rows, reads, -1)) : 0, reads, rows);
  return runs;
}

function runSums(c: Case, step = 0, panels = 1): Float32Array {
  const lines = rig.room("f32", panels * c.reads * 16);
  rig.kernels.f32_run_sum_16__simd(
    lines,
    c.reads,
    sortedRows(c),
    c.signed ? 1 : 0,
    putCells(c.a, step),
    putCells(c.b, step),
    c.rows,
    LIMIT,
    step,
    panels,
    rig.room("f32", KERNELS.f32_run_sum_16__simd.scratchBytes / 4),
  );
  const got = rig.f32(lines, panels * c.reads * 16);
  rig.done();
  return got;
}

/** Panels of one case after another, each filled up to a multiple of eight rows. */
function joinPanels(panels: readonly Float32Array[], rows: number): Float32Array {
  const each = 16 * Math.ceil(rows / 8) * 8;
  const joined = new Float32Array(panels.length * each);
  panels.forEach((panel, p) => {
    joined.set(panel.subarray(0, 16 * rows), p * each);
  });
  return joined;
}

/** The exact sum, which f32 holds. */
function exactSums({ rows, reads, drives, a, b }: Case, limit = LIMIT): Float32Array {
  const exact = sums(drives, rows, reads, (at) => cellAt(a, b, limit, at));
  expect(exact.every((x) => Math.fround(x) === x)).toBe(true);
  return Float32Array.from(exact, (x) => x + 0);
}

describe.each([
  ["f32_subset_sum_16__simd", subsetSums, Infinity],
  ["f32_run_sum_16__simd", runSums, 128],
] as const)("%s", (_, subsetSums, mostReads) => {
  it("gives the exact sum for every number of rows", () => {
    for (const rows of ROWS) {
      for (const reads of rows % 4 === 0 || rows > 60
        ? [1 + (rows % 9), Math.min(160 + (rows % 5), mostReads)]
        : [1 + (rows % 9)]) {
        const c = makeCase(rows, reads, rows % 2 === 1, rows % 3 === 0);
        expect(subsetSums(c)).toEqual(exactSums(c));
      }
    }
  });

  it("gives the exact sum for every number of reads, columns, masks and sides", () => {
    for (const reads of READS.filter((count) => count <= mostReads)) {
      for (const [signed, pair] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ] as const) {
        const c = makeCase(43 + reads, reads, signed, pair, 1 + (reads % 16));
        expect(subsetSums(c)).toEqual(exactSums(c));
      }
    }
  });

  it("is right for all-ones and all-zeros, at the largest levels", () => {
    for (const fill of [0, 1, -1]) {
      const c = makeCase(512, 5, true, false);
      c.drives.fill(fill);
      c.a.fill(LIMIT);
      expect(subsetSums(c)).toEqual(new Float32Array(5 * 16).fill(fill * 512 * LIMIT));
    }
  });

  it("gives the same bits over cells of sixteen bits", () => {
    for (const rows of ROWS) {
      const c = makeHalves(rows, Math.min(rows % 8 === 1 ? 160 : 1 + (rows % 7), mostReads));
      expect(subsetSums(c, STEP)).toEqual(exactSums(c));
    }
  });

  it("holds the difference of a pair to the limit", () => {
    const c = makeCase(8, 1, false, true);
    c.drives.fill(1);
    c.a.fill(LIMIT);
    c.b!.fill(-LIMIT);
    expect(subsetSums(c)).toEqual(new Float32Array(16).fill(8 * LIMIT));
  });

  it("knows no order: rows in any order, and split over calls in any way, give the same bits", () => {
    const arbitrary = fc.record({
      rows: fc.integer({ min: 2, max: 140 }),
      reads: fc.oneof(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: Math.min(158, mostReads - 4), max: Math.min(162, mostReads) }),
      ),
      seed: fc.integer(),
      signed: fc.boolean(),
      pair: fc.boolean(),
    });
    fc.assert(
      fc.property(arbitrary, ({ rows, reads, seed, signed, pair }) => {
        const c = makeCase(rows, reads, signed, pair);
        const whole = subsetSums(c);
        const random = randoms(seed);
        const order = Array.from({ length: rows }, (_, r) => ({ r, key: random() }))
          .sort((x, y) => x.key - y.key)
          .map(({ r }) => r);
        expect(subsetSums(rowsOf(c, order))).toEqual(whole);

        const cut = 1 + Math.floor(random() * (rows - 1));
        const first = subsetSums(rowsOf(c, order.slice(0, cut)));
        const second = subsetSums(rowsOf(c, order.slice(cut)));
        expect(first.map((x, i) => x + second[i]!)).toEqual(whole);

        if (signed) {
          const positive = subsetSums({ ...c, drives: c.drives.map((t) => (t === 1 ? 1 : 0)), signed: false });
          const negative = subsetSums({ ...c, drives: c.drives.map((t) => (t === -1 ? 1 : 0)), signed: false });
          expect(positive.map((x, i) => x - negative[i]!)).toEqual(whole);
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });
});

/** The same case with the given rows, in the given order. */
function rowsOf(c: Case, order: readonly number[]): Case {
  const picked = (panel: Float32Array) => {
    const out = new Float32Array(Math.ceil(order.length / 8) * 128);
    for (const [to, from] of order.entries()) out.set(panel.subarray(from * 16, from * 16 + 16), to * 16);
    return out;
  };
  const drives = new Int32Array(c.reads * order.length);
  for (let read = 0; read < c.reads; read++) {
    for (const [to, from] of order.entries()) drives[read * order.length + to] = c.drives[read * c.rows + from]!;
  }
  return { ...c, rows: order.length, drives, a: picked(c.a), b: c.b === null ? null : picked(c.b) };
}

describe("f32_run_sum_16__simd over three panels", () => {
  it.each([0, STEP])("gives each panel's own sums, one after another, in steps of %d", (step) => {
    for (const rows of [9, 64, 513]) {
      for (const pair of [false, true]) {
        const signed = rows === 64;
        const own = [1, 2, 3].map((seed) => ({
          ...makeHalves(rows, 7),
          signed,
          drives: bitDrives(rows, 7, signed, rows),
          a: panelOnGrid(rows, 16, LIMIT / 2, EXPONENT, seed),
          b: pair ? panelOnGrid(rows, 16, LIMIT / 2, EXPONENT, seed + 9) : null,
        }));
        const join = (panels: readonly (Float32Array | null)[]) => joinPanels(panels as Float32Array[], rows);
        const a = join(own.map((c) => c.a));
        const b = pair ? join(own.map((c) => c.b)) : null;
        const expected = own.flatMap((c) => [...exactSums(c)]);
        expect(runSums({ ...own[0]!, a, b }, step, 3)).toEqual(Float32Array.from(expected));
      }
    }
  });
});

describe("i8_subset_sum_64__simd", () => {
  /** The same drives over whole levels within +-levels. */
  function makeWhole(rows: number, reads: number, signed: boolean, levels: number): Case {
    const c = makeCase(rows, reads, signed, false);
    return { ...c, a: c.a.map((x) => Math.round((x / LIMIT) * levels)) };
  }

  /** Holds sums of one panel alone, or of it and three others, against the exact ones; over tables and over runs. */
  function checkSums(c: Case, levels: number, panels: 1 | 4): void {
    const { rows, reads, drives, signed, a } = c;
    const turned = (panel: number) => a.map((x) => (panel % 2 === 0 ? x : -x) + (panel > 1 && x > 0 ? -1 : 0));
    const cells = Array.from({ length: panels }, (_, panel) => turned(panel));
    const bytes = () => rig.put(Int8Array.from(cells.flatMap((panel) => [...panel])));
    const expected = cells.map((panel) => exactSums({ ...c, a: panel }, levels));
    const check = (
      name: "i8_subset_sum_64__simd" | "i8_run_sum_64__simd",
      sum: (sums: number, tables: number) => void,
    ) => {
      const sums = rig.room("u32", reads * panels * 8);
      sum(sums, rig.room("f32", KERNELS[name].scratchBytes / 4));
      const got = new Int16Array(rig.u32(sums, reads * panels * 8).buffer);
      expected.forEach((exact, p) => {
        expect(exact.map((_, i) => got[((i >> 4) * panels + p) * 16 + (i & 15)]!)).toEqual(exact);
      });
      rig.done();
    };
    check("i8_subset_sum_64__simd", (sums, tables) => {
      const negative = signed ? rig.put(planesOf(drives, rows, reads, -1)) : 0;
      const positive = rig.put(planesOf(drives, rows, reads, 1));
      rig.kernels.i8_subset_sum_64__simd(sums, reads, positive, negative, bytes(), panels, rows, levels, tables);
    });
    if (reads > 64) return;
    check("i8_run_sum_64__simd", (sums, tables) => {
      rig.kernels.i8_run_sum_64__simd(sums, reads, sortedRows(c), signed ? 1 : 0, bytes(), panels, rows, tables);
    });
  }

  it("gives the exact integer for every number of rows, narrow and wide levels, masks and sides", () => {
    for (const rows of ROWS) {
      for (const levels of [1, 3, 4, 7, 8, 15, 18]) {
        for (const reads of [1 + ((rows + levels) % 9), 24 + (rows % 3)]) {
          const c = makeWhole(rows, reads, rows % 2 === 1, levels);
          checkSums(c, levels, rows % 5 === 0 || rows > 60 ? 4 : 1);
        }
      }
    }
  });

  it("holds the largest sums there can be", () => {
    for (const [levels, rows] of [
      [3, 512],
      [3, 10922],
      [18, 1820],
    ] as const) {
      for (const [fill, reads] of [
        [1, 2],
        [-1, 2],
        [1, 25],
        [-1, 25],
      ] as const) {
        const c = makeWhole(rows, reads, true, levels);
        c.drives.fill(fill);
        c.a.fill(levels, 0, rows * 16);
        checkSums(c, levels, 1);
      }
    }
  });
});

describe("variances of bits", () => {
  const model: VarianceModel = { c0: 0.0123, c1: 0.031, c2: 0.0071, grid: 2 ** -14, top: 0.75 };
  const polynomial = [model.c0, model.c1, model.c2, 1 / model.grid, model.grid, model.top] as const;

  /** The exact sum of the snapped variances, of both sides of a pair. */
  function exactVariances(c: Case): Float32Array {
    const cell = (at: number) => variance(c.a[at]!, model) + (c.b === null ? 0 : variance(c.b[at]!, model));
    return Float32Array.from(sums(c.drives, c.rows, c.reads, cell, Math.abs));
  }

  function subsetVariances(c: Case, step: number): Float32Array {
    const lines = rig.room("f32", c.reads * 16);
    rig.kernels.f32_subset_variance_16__simd(
      lines,
      c.reads,
      rig.put(planesOf(c.drives, c.rows, c.reads, 1)),
      c.signed ? rig.put(planesOf(c.drives, c.rows, c.reads, -1)) : 0,
      putCells(c.a, step),
      putCells(c.b, step),
      c.rows,
      ...polynomial,
      step,
      rig.room("f32", KERNELS.f32_subset_variance_16__simd.scratchBytes / 4),
    );
    const got = rig.f32(lines, c.reads * 16);
    rig.done();
    return got;
  }

  function runVariances(c: Case, step: number): Float32Array {
    const lines = rig.room("f32", c.reads * 16);
    rig.kernels.f32_run_variance_16__simd(
      lines,
      c.reads,
      sortedRows(c),
      c.signed ? 1 : 0,
      putCells(c.a, step),
      putCells(c.b, step),
      c.rows,
      ...polynomial,
      step,
      rig.room("f32", KERNELS.f32_run_variance_16__simd.scratchBytes / 4),
    );
    const got = rig.f32(lines, c.reads * 16);
    rig.done();
    return got;
  }

  it.each([
    ["f32_subset_variance_16__simd", subsetVariances, 160],
    ["f32_run_variance_16__simd", runVariances, 60],
  ] as const)("%s gives the exact sum, over cells of either form", (_, variances, many) => {
    for (const rows of ROWS) {
      const c = makeHalves(rows, (rows % 8 === 1 ? many : 1) + (rows % 7));
      const exact = exactVariances(c);
      expect(variances(c, 0)).toEqual(exact);
      expect(variances(c, STEP)).toEqual(exact);
    }
  });
});

describe("u16_row_runs", () => {
  it("lists every row once per four reads, by what they drive it with", () => {
    for (const rows of [1, 31, 32, 100, 512, 513, 1200]) {
      for (const reads of [1, 4, 7, 8]) {
        const c = makeCase(rows, reads, false, false);
        const runs = rig.room("f32", Math.ceil(rows / 512) * Math.ceil(reads / 4) * (1088 / 4));
        rig.kernels.u16_row_runs(runs, rig.put(planesOf(c.drives, rows, reads, 1)), 0, reads, rows);
        const words = new Uint16Array(rig.u32(runs, Math.ceil(rows / 512) * Math.ceil(reads / 4) * 272).buffer);
        let at = 0;
        for (let chunk = 0; chunk < rows; chunk += 512) {
          for (let read = 0; read < reads; read += 4, at += 544) {
            const [ends, list] = [words.subarray(at, at + 16), words.subarray(at + 16, at + 528)];
            const patternOf = (row: number) =>
              [0, 1, 2, 3].reduce((p, j) => p + (read + j < reads ? c.drives[(read + j) * rows + row]! << j : 0), 0);
            const seen: number[] = [];
            for (let pattern = 1; pattern < 16; pattern++) {
              for (let i = ends[pattern - 1]! / 2; i < ends[pattern]! / 2; i++) {
                const row = chunk + list[i]! / 16;
                expect(patternOf(row)).toBe(pattern);
                seen.push(row);
              }
            }
            const inChunk = Array.from({ length: Math.min(512, rows - chunk) }, (_, r) => chunk + r);
            expect(seen.toSorted((x, y) => x - y)).toEqual(inChunk.filter((row) => patternOf(row) !== 0));
          }
        }
        rig.done();
      }
    }
  });
});
