import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { counterOf, philox, type Words } from "./philox.js";
import { Rig } from "./rig.js";

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.make();
});

/** kat_vectors of Random123 1.14.0, philox4x32 with 10 rounds: counter, key, result. */
const KNOWN: readonly (readonly [Words, readonly [number, number], Words])[] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

const word = fc.integer({ min: 0, max: 0xffffffff });
const words = fc.tuple(word, word, word, word);
const key = fc.tuple(word, word);

describe("Philox4x32-10", () => {
  it.each(KNOWN)("gives the known answer of Random123 for counter %j and key %j", (counter, key, result) => {
    const out = rig.room("u32", 4);
    rig.kernels.u32_philox_4x32_10(out, ...counter, ...key);
    expect([...rig.u32(out, 4)]).toEqual(result);
    rig.done();
  });

  it("agrees with the paper's rounds in the tests, which also run backwards", () => {
    fc.assert(
      fc.property(words, key, (counter, key) => {
        const out = rig.room("u32", 4);
        rig.kernels.u32_philox_4x32_10(out, ...counter, ...key);
        const made = [...rig.u32(out, 4)] as unknown as Words;
        expect(made).toEqual(philox(counter, key));
        expect(counterOf(made, key)).toEqual(counter);
        rig.done();
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("feeds uniforms: the upper 24 bits of each word, elements in order", () => {
    fc.assert(
      fc.property(words, key, fc.integer({ min: 1, max: 5 }), ([word0, word1, word2, word3], key, blocks) => {
        const counter: Words = [Math.min(word0, 0xffffff00), word1, word2, word3];
        const quads = 4 * blocks;
        const out = rig.room("f32", 4 * quads);
        rig.kernels.f32_uniform_fill(out, quads, ...counter, ...key);
        const expected = Array.from({ length: quads }, (_, i) =>
          philox([counter[0] + i, counter[1], counter[2], counter[3]], key).map((w) => (w >>> 8) / 2 ** 24),
        ).flat();
        expect([...rig.f32(out, 4 * quads)]).toEqual(expected);
        rig.done();
      }),
      { seed: 2, numRuns: 100 },
    );
  });
});
