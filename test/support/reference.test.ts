import { describe, expect, it } from "vitest";
import { fromCrossSim, whyUnsupported } from "../../src/compat/index.js";
import { resolveConfig } from "../../src/config/resolve.js";
import { type CrossSimCase, crossSimCases } from "./golden.js";
import {
  type LawLevels,
  type LawProgram,
  levelOf,
  programReference,
  type Reading,
  readReference,
} from "./reference.js";

/** The conductances a case of kind `programmed` gives, put in place of the ideal ones. Gmax = 1 there; a unit column is row 0. */
function withGivenCells(program: LawProgram, { programmed, partition }: CrossSimCase): LawProgram {
  const inputBlocks = partition[1].length;
  const blocks = program.blocks.map((block) => {
    const given = programmed![block.columnBlock * inputBlocks + block.rowBlock]!;
    const levels = block.levels.map((slice, k): LawLevels => {
      const { cells } = program.slices[k]!;
      const [first, second] = given[k]! as unknown as [number[][], number[][] | undefined];
      const skip = slice.unit === undefined ? 0 : 1;
      const level = (g: number) => levelOf(program.slices[k]!, g * cells.gMax);
      const matrix = (of: number[][]) =>
        block.rows.map((_, r) => block.columns.map((_c, j) => level(of[j + skip]![r]!)));
      return {
        plus: matrix(first),
        ...(slice.minus === undefined ? {} : { minus: matrix(second!) }),
        ...(slice.unit === undefined ? {} : { unit: block.rows.map((_, r) => level(first[0]![r]!)) }),
      };
    });
    return { ...block, levels };
  });
  return { ...program, blocks };
}

/** In cs-2026-018 one line carries exactly half of its range, 15 levels and 16 times gMin: there the last bit of a sum decides. */
const decided = (read: Reading, vector: number, output: number) => read.tie[vector]![output]! > 1e-9;

describe("the f64 reference and the CrossSim adapter, without the engine", () => {
  const cases = crossSimCases.filter(({ kind }) => kind !== "adc" && kind !== "parasitic");

  it.each(cases.map((c) => [c.id, c.kind, c] as const))("agree with the tool: %s %s", (_id, kind, c) => {
    const outputs = c.matrix.length;
    const inputs = c.matrix[0]!.length;
    const { config, notes } = fromCrossSim(c.params, { outputs, inputs, partition: c.partition });
    expect(whyUnsupported(notes)).toBeNull();
    const program = programReference(c.matrix.flat(), inputs, outputs, resolveConfig(config));
    const read = readReference(kind === "programmed" ? withGivenCells(program, c) : program, c.inputs.flat());
    const largest = Math.max(...c.outputs.flat().map(Math.abs));
    const errors = c.outputs.flatMap((row, b) =>
      row.map((y, m) => (decided(read, b, m) ? Math.abs(y - read.outputs[b]![m]!) : 0)),
    );
    const error = Math.max(...errors);
    // Double precision throughout, but the tool keeps the levels of its balanced core in single precision.
    expect(error / largest).toBeLessThan(1e-7);
  });

  it("takes the tool's block sizes and converter limits from its parameters alone", () => {
    for (const c of cases) {
      const shape = { outputs: c.matrix.length, inputs: c.matrix[0]!.length };
      const own = fromCrossSim(c.params, shape).config;
      expect(own, c.id).toEqual(fromCrossSim(c.params, { ...shape, partition: c.partition }).config);
      if (!c.adcLimits || own.readout?.adc?.kind === "none") continue;
      const { rows } = resolveConfig(own).array.split as { rows: number[] };
      const { range } = resolveConfig(own).readout.adc as { range: { min: unknown; max: unknown } };
      const edge = (value: unknown, k: number): number => {
        if (typeof value === "number") return value;
        const list = value as number[] | number[][];
        return typeof list[0] === "number" ? (list[k] as number) : (list[0]![k] as number);
      };
      c.adcLimits.forEach(([min, max], k) => {
        expect(edge(range.min, k), `${c.id} ${rows}`).toBeCloseTo(min, 9);
        expect(edge(range.max, k), `${c.id} ${rows}`).toBeCloseTo(max, 9);
      });
    }
  });
});
