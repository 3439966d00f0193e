import { type LawLevels, type LawProgram, levelOf } from "./reference-weights.js";

/** Devices of one array as the library reports them: rows are inputs. */
export interface GivenArray {
  readonly tile: number;
  readonly slice: number;
  readonly polarity: string;
  readonly rows: number;
  readonly columns: number;
  readonly siemens: ArrayLike<number>;
}

/** The same program over given devices: tiles are numbered row block by row block. */
export function withConductances(program: LawProgram, arrays: readonly GivenArray[]): LawProgram {
  const blocks = program.blocks.map((block) => {
    const tile = block.rowBlock * program.columnBlocks.length + block.columnBlock;
    const levels = block.levels.map((ideal, k): LawLevels => {
      const matrix = (...polarities: string[]): number[][] => {
        const array = arrays.find((a) => a.tile === tile && a.slice === k && polarities.includes(a.polarity));
        if (array === undefined) throw new Error(`no ${polarities.join(" or ")} devices of tile ${tile}, slice ${k}`);
        const { rows, columns, siemens } = array;
        const level = (i: number) => levelOf(program.slices[k]!, siemens[i]!);
        return Array.from({ length: rows }, (_, r) =>
          Array.from({ length: columns }, (_c, j) => level(r * columns + j)),
        );
      };
      return {
        plus: matrix("plus", "single"),
        ...(ideal.minus === undefined ? {} : { minus: matrix("minus") }),
        ...(ideal.unit === undefined ? {} : { unit: matrix("unit").map((row) => row[0]!) }),
      };
    });
    return { ...block, levels };
  });
  return { ...program, blocks };
}
