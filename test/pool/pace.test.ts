import { describe, expect, it } from "vitest";
import { Pace } from "../../src/pool/pace.js";

function paceOf(msPerVector: number): Pace {
  const pace = new Pace();
  pace.learn(100, 100 * msPerVector);
  return pace;
}

describe("the pace of a layer", () => {
  it("sizes pieces so that every worker gets as many, of 64 vectors or more", () => {
    const quick = paceOf(0.05);
    const cases = [
      [1024, 2, 64],
      [960, 2, 69],
      [10_000, 2, 625],
      [256, 2, 64],
      [254, 2, 127],
      [64, 2, 32],
      [3, 2, 2],
      [1, 8, 1],
    ] as const;
    for (const [vectors, workers, piece] of cases) {
      expect(quick.piece(vectors, workers)).toBe(piece);
      if (vectors >= workers) expect(Math.ceil(vectors / piece) % workers).toBe(0);
    }
  });

  it("lets no piece last longer than 100 ms", () => {
    expect(paceOf(10).piece(1000, 2)).toBe(10);
    expect(paceOf(1000).piece(1000, 2)).toBe(1);
  });

  it("begins with eight vectors, and follows what it sees", () => {
    const pace = new Pace();
    expect([pace.known, pace.piece(1000, 2), pace.limit, pace.expect(5)]).toEqual([false, 8, 8, undefined]);
    pace.learn(8, 16);
    expect([pace.known, pace.limit, pace.expect(5)]).toEqual([true, 50, 10]);
    pace.learn(10, 40);
    expect(pace.expect(1)).toBe(3);
  });

  it("does not believe in chunks that take no time", () => {
    const pace = new Pace();
    pace.learn(1, 0);
    expect(pace.expect(1)).toBe(0.05);
  });
});
