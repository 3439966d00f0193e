import { afterAll, describe, expect, it } from "vitest";
import {
  createEngine,
  createPool,
  lawVersion,
  type SweepOptions,
  type SweepPlan,
  type SweepRow,
  sweep,
} from "../../src/index.js";
import { data, nodes, plan } from "./cases.js";

const engine = await createEngine();
const pools = await Promise.all([1, 3].map((workers) => createPool({ workers })));
afterAll(async () => {
  engine.dispose();
  await Promise.all(pools.map((pool) => pool.close()));
});

async function collect(rows: AsyncIterable<SweepRow>): Promise<SweepRow[]> {
  const all: SweepRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

const rows = await collect(sweep(engine, plan));
const bad = { path: "readout.adc.bits", name: "adc", values: [4, 99] } as const;

describe.each([
  ["an engine", (p: SweepPlan, o?: SweepOptions) => sweep(engine, p, o)],
  ["a pool of 1 worker", (p: SweepPlan, o?: SweepOptions) => pools[0]!.sweep(p, o)],
  ["a pool of 3 workers", (p: SweepPlan, o?: SweepOptions) => pools[1]!.sweep(p, o)],
] as const)("a sweep over %s", (_, run) => {
  it("has one tidy row per point, in the plan's order, with the same content everywhere", async () => {
    expect(await collect(run(plan))).toEqual(rows);
    expect(rows).toHaveLength(24);
    expect(Object.keys(rows[0]!).sort()).toEqual(
      [
        "accuracy",
        "adc",
        "agreement",
        "chip",
        "error",
        "hash",
        "lawVersion",
        "predictions",
        "programming",
        "read",
      ].sort(),
    );
    expect(rows.every((row) => row.lawVersion === lawVersion && row.error === null)).toBe(true);
    expect(new Set(rows.map((row) => row.hash)).size).toBe(24);
    expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
  });

  it("gives rows out as they come when asked to", async () => {
    const finished = await collect(run(plan, { order: "completion" }));
    const byHash = (list: SweepRow[]) => [...list].sort((a, b) => (a.hash < b.hash ? -1 : 1));
    expect(byHash(finished)).toEqual(byHash(rows));
  });

  it("turns a point that fails into a row with its error", async () => {
    const all = await collect(run({ ...plan, axes: [bad], reads: [0] }));
    expect(all.map((row) => row.error === null)).toEqual([true, true, false, false]);
    expect(all[2]).toMatchObject({ adc: 99, accuracy: null, error: { code: "CONFIG" } });
    expect(all[2]?.error?.message).toContain("readout.adc.bits");
  });

  it("refuses a plan of which no point can be built", async () => {
    const wrong = { ...plan, axes: [{ ...bad, values: [99] }] };
    await expect(collect(run(wrong))).rejects.toMatchObject({ code: "CONFIG", path: "plan.config.readout.adc.bits" });
  });

  it("tells its progress, failures included", async () => {
    const told: string[] = [];
    const onProgress: SweepOptions["onProgress"] = ({ finished, failed, total, row }) =>
      told.push(`${finished}/${total} ${failed} ${row === null}`);
    await collect(run({ ...plan, axes: [bad], reads: [0] }, { onProgress }));
    expect(told[0]).toBe("0/4 0 true");
    expect(told.at(-1)).toBe("4/4 2 false");
    expect(told).toHaveLength(5);
  });

  it("ends when its signal fires, and leaves nothing behind", async () => {
    const controller = new AbortController();
    const seen: SweepRow[] = [];
    const loop = (async () => {
      for await (const row of run(plan, { signal: controller.signal })) {
        seen.push(row);
        if (seen.length === 3) controller.abort();
      }
    })();
    await expect(loop).rejects.toMatchObject({ code: "ABORTED" });
    expect(seen).toEqual(rows.slice(0, seen.length));
    await expect(collect(run(plan, { signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: "ABORTED" });
    expect(await collect(run({ ...plan, axes: [] }))).toHaveLength(4);
    expect(engine.memoryInUse()).toBe(0);
  });

  it("stops when its loop is left", async () => {
    let finished = 0;
    for await (const _ of run(plan, { onProgress: (p) => (finished = p.finished) })) break;
    const then = finished;
    await collect(run({ ...plan, axes: [] }));
    expect(finished).toBe(then);
    expect(finished).toBeLessThan(24);
  });

  it("takes what is known from earlier rows", async () => {
    const known = JSON.parse(JSON.stringify(rows)) as SweepRow[];
    const old = known.map((row, i) =>
      i % 2 === 0 ? { ...row, accuracy: 2 } : { ...row, error: { code: "X", message: "" } },
    );
    const all = await collect(run(plan, { done: old as SweepRow[] }));
    expect(all.map((row) => row.accuracy)).toEqual(rows.map((row, i) => (i % 2 === 0 ? 2 : row.accuracy)));
  });
});

describe("a row", () => {
  it("counts right answers, and agreement with a reference", async () => {
    const reference = rows[0]!.predictions!;
    const [row] = await collect(
      sweep(engine, { ...plan, axes: [{ path: "readout.adc.bits", values: [4] }], data: { ...data, reference } }),
    );
    const right = row!.predictions!.filter((label, i) => label === data.labels[i]).length;
    expect(row?.accuracy).toBe(right / data.labels.length);
    expect(row?.["readout.adc.bits"]).toBe(4);
    expect(row?.agreement).toBeGreaterThan(0.5);
  });

  it("reads argmax as the classes it gives", async () => {
    const ends = [...nodes, { kind: "argmax" as const }];
    const [plain] = await collect(sweep(engine, { ...plan, axes: [] }));
    const [named] = await collect(sweep(engine, { ...plan, network: ends, axes: [] }));
    expect(named?.predictions).toEqual(plain?.predictions);
  });

  it("is keyed by all that makes it and nothing else", async () => {
    const hash = async (changed: Partial<SweepPlan>) => {
      const [row] = await collect(sweep(engine, { ...plan, axes: [], chips: [1], reads: [5], ...changed }));
      return row?.hash;
    };
    const base = await hash({});
    const config = plan.config as object;
    expect(await hash({ meta: { note: 1 }, predictions: false })).toBe(base);
    expect(await hash({ config: { ...config, array: { rows: null } } })).toBe(base);
    expect(await hash({ config: { default: config, layers: [] } })).toBe(base);
    const others = [
      { chips: [2] },
      { reads: [6] },
      { config: { ...config, array: { rows: 8 } } },
      { config: { default: config, layers: [{ match: "output", config: { weights: { bits: 5 } } }] } },
      { data: { ...data, inputs: data.inputs.map((x, i) => (i === 3 ? x / 2 : x)) } },
      { data: { ...data, labels: data.labels.map(() => 0) } },
      { network: nodes.map((node) => (node.kind === "linear" ? { ...node, name: `${node.name}2` } : node)) },
    ];
    const hashes = await Promise.all(others.map(hash));
    expect(new Set([base, ...hashes]).size).toBe(others.length + 1);
  });
});
