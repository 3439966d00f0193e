import { describe, expect, it } from "vitest";
import { ConfigError, NotFiniteError, ShapeError, type SweepPlan } from "../../src/index.js";
import { checkPlan } from "../../src/sweep/plan.js";
import { listPoints } from "../../src/sweep/points.js";
import { data, plan } from "./cases.js";

const points = (changed: Partial<SweepPlan>) => listPoints(checkPlan({ ...plan, ...changed }));

describe("the points of a plan", () => {
  it("vary the first axis slowest, then chips, then reads", () => {
    const all = points({});
    expect(all).toHaveLength(24);
    expect(all[0]).toMatchObject({ columns: { adc: 4, programming: 0 }, chip: 1, read: 5 });
    expect(all[1]).toMatchObject({ columns: { adc: 4, programming: 0 }, chip: 1, read: 6 });
    expect(all[2]).toMatchObject({ columns: { adc: 4, programming: 0 }, chip: 2, read: 5 });
    expect(all[4]).toMatchObject({ columns: { adc: 4, programming: 0.05 }, chip: 1 });
    expect(all[12]).toMatchObject({ columns: { adc: 8, programming: 0 } });
  });

  it("carry the patched configuration", () => {
    expect(points({}).at(-1)?.config).toMatchObject({
      weights: { bits: 4 },
      cells: { programming: { kind: "proportional", sigma: 0.2 }, read: { sigma: 0.02 } },
      readout: { adc: { kind: "uniform", bits: 8 } },
    });
  });

  it("are one, with the seeds 0, when nothing is varied", () => {
    const { axes: _a, chips: _c, reads: _r, ...rest } = plan;
    expect(listPoints(checkPlan(rest))).toEqual([{ columns: {}, config: plan.config, chip: 0, read: 0 }]);
  });

  it("take chips and further columns from a value that names them", () => {
    const value = { label: "a", columns: { devices: 4 }, config: {}, chips: [9] };
    const all = points({ axes: [{ name: "mapping", values: [value, { label: "b", config: {} }] }] });
    expect(all.map(({ columns, chip }) => ({ ...columns, chip }))).toEqual([
      ...[9, 9].map((chip) => ({ mapping: "a", devices: 4, chip })),
      ...[1, 1, 2, 2].map((chip) => ({ mapping: "b", chip })),
    ]);
  });

  it("put patches of layers behind those already there", () => {
    const patch = (bits: number) => ({ match: "output", config: { weights: { bits } } });
    const [point] = points({
      config: { default: { array: { rows: 8 } }, layers: [patch(3)] },
      axes: [
        { name: "a", values: [{ label: 1, config: { layers: [patch(5)] } }] },
        { path: "weights.bits", values: [7] },
      ],
    });
    expect(point?.config).toEqual({
      default: { array: { rows: 8 }, weights: { bits: 7 } },
      layers: [patch(3), patch(5)],
    });
  });
});

describe("a plan", () => {
  const refused: [string, object, object][] = [
    ["unknown keys", { chip: [1] }, { path: "plan.chip" }],
    ["seeds that are none", { chips: [-1] }, { path: "plan.chips[0]" }],
    ["no seeds", { reads: [] }, { path: "plan.reads" }],
    ["an axis without values", { axes: [{ path: "weights.bits", values: [] }] }, { path: "plan.axes[0].values" }],
    ["a path that is none", { axes: [{ path: "cells[0]", values: [1] }] }, { path: "plan.axes[0].path" }],
    ["values that are no data", { axes: [{ path: "a", values: [() => 1] }] }, { path: "plan.axes[0].values[0]" }],
    ["a column twice", { axes: [1, 2].map(() => ({ path: "weights.bits", values: [4] })) }, { path: "plan.axes[1]" }],
    [
      "a result's column",
      { axes: [{ path: "weights.bits", name: "accuracy", values: [4] }] },
      { path: "plan.axes[0]" },
    ],
    ["no labels", { data: { inputs: data.inputs } }, { path: "plan.data" }],
    ["labels that are no classes", { data: { ...data, labels: data.labels.map((l) => l / 2) } }, { code: "CONFIG" }],
    ["inputs that are a plain list", { data: { ...data, inputs: [1, 2] } }, { path: "plan.data.inputs" }],
  ];
  it.each(refused)("is refused with %s", (_, changed, error) => {
    const check = () => checkPlan({ ...plan, ...changed } as SweepPlan);
    expect(check).toThrow(ConfigError);
    expect(check).toThrow(expect.objectContaining(error));
  });

  it("is refused with data that do not fit together", () => {
    const short = { ...data, labels: data.labels.slice(1) };
    expect(() => checkPlan({ ...plan, data: short })).toThrow(ShapeError);
    expect(() => checkPlan({ ...plan, data: { ...data, reference: [1] } })).toThrow(ShapeError);
    const inputs = Float32Array.from(data.inputs);
    inputs[17] = Number.NaN;
    expect(() => checkPlan({ ...plan, data: { ...data, inputs } })).toThrow(NotFiniteError);
  });
});
