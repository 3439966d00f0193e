import { describe, expect, it } from "vitest";
import { AbortedError, createEngine, WorkerLostError } from "../../src/index.js";
import type { Job } from "../../src/pool/crew.js";
import { Pace } from "../../src/pool/pace.js";
import { computeShare, type Share, SharedBatch } from "../../src/pool/shared-batch.js";
import { SharedBuffers } from "../../src/pool/shared-buffers.js";
import { SharedForward } from "../../src/pool/shared-forward.js";
import type { Slot } from "../../src/pool/slot.js";
import { packError, type Reply } from "../../src/pool/wire.js";
import { IN, matrix, noisy, numbers, OUT } from "./cases.js";

const VECTORS = 12;
const x = numbers(VECTORS * IN, 1);
const engine = await createEngine();
const layer = engine.linear(matrix, noisy, { chip: 1, layer: 0 });
const reading = { read: 5, firstSample: 3 };
const outputs = layer.forward(x, reading);
const slot = {} as Slot;

/** A forward over two workers whose answers the test gives: each question waits in `asked`. */
function twoWorkers(chunkVectors = 3) {
  const asked: { share: Share; compute(): void; answer(reply: Reply): void; lose(): void }[] = [];
  const buffers = new SharedBuffers();
  const batch = {
    x,
    inFeatures: IN,
    outFeatures: OUT,
    vectors: VECTORS,
    reading,
    pace: new Pace(),
    chunkVectors,
    holds: () => true,
  };
  const ask = (_: Slot, share: Share) =>
    new Promise<Reply>((answer, reject) => {
      const compute = () => answer({ ok: true, value: computeShare(share, layer), ms: 1 });
      asked.push({ share, compute, answer, lose: () => reject(new WorkerLostError(0, "lost by the test")) });
    });
  const forward = new SharedForward(batch, 2, buffers, ask);
  return { forward, asked, buffers };
}

const start = (forward: SharedForward) => (forward.next() as Job).run(slot);
const turn = () => new Promise((done) => setTimeout(done));
/** The buffer that the next batch of this size would get. */
const nextBuffer = (buffers: SharedBuffers) => buffers.take({ vectors: VECTORS, inFeatures: IN, outFeatures: OUT });

describe("a forward in shared memory", () => {
  it("asks for as many workers as there is something for", async () => {
    const { forward, asked } = twoWorkers(5);
    const jobs = [forward.next(), forward.next(), forward.next(), forward.next()];
    expect(jobs.map((job) => job !== undefined)).toEqual([true, true, true, false]);
    forward.done.catch(() => {});
    for (const job of jobs) void job?.run(slot);
    expect(asked.map(({ share }) => share.start)).toEqual([
      { first: 0, count: 5 },
      { first: 5, count: 5 },
      { first: 10, count: 2 },
    ]);
    for (const { compute } of asked) compute();
    expect(await forward.done).toEqual(outputs);
  });

  it("gives one worker the rest when others have nothing to do with it", async () => {
    const { forward, asked } = twoWorkers();
    const ended = start(forward);
    for (let i = 0; i < 4; i++) {
      await turn();
      // The speed is not known before the first answer, so that share is one piece.
      asked[i]?.compute();
    }
    await ended;
    expect(asked.map(({ share }) => share.milliseconds)).toEqual([0, 100]);
    expect(await forward.done).toEqual(outputs);
  });

  it("computes again what a lost worker had claimed, also after it was given up", async () => {
    const { forward, asked, buffers } = twoWorkers();
    const [lost, other] = [forward.next() as Job, forward.next() as Job];
    const outcome = lost.run(slot).catch((error) => error);
    const ended = other.run(slot);
    const { memory } = asked[0]!.share;
    const zombie = new SharedBatch(memory);
    zombie.claim(6, 2);
    asked[0]!.lose();
    expect(await outcome).toBeInstanceOf(WorkerLostError);
    expect(zombie.claim(10, 2)).toEqual({ first: 10, count: 2 });
    for (let i = 1; asked[i] !== undefined; i++) {
      asked[i]!.compute();
      await turn();
    }
    await ended;
    expect(await forward.done).toEqual(outputs);
    await lost.run(slot);
    expect(nextBuffer(buffers)).not.toBe(memory.buffer);
  });

  it("does not compute again what another worker is at", async () => {
    const { forward, asked } = twoWorkers(6);
    const [lost, other] = [forward.next() as Job, forward.next() as Job];
    const outcome = lost.run(slot).catch((error) => error);
    const ended = other.run(slot);
    asked[0]!.lose();
    await outcome;
    await lost.run(slot);
    expect(asked).toHaveLength(2);
    asked[1]!.compute();
    await turn();
    expect(asked.map(({ share }) => share.start.first)).toEqual([0, 6, 0]);
    asked[2]!.compute();
    await ended;
    expect(await forward.done).toEqual(outputs);
  });

  it("keeps its memory until every worker has answered", async () => {
    const { forward, asked, buffers } = twoWorkers(6);
    const [first, second] = [start(forward), start(forward)];
    const { memory } = asked[0]!.share;
    asked[0]!.compute();
    computeShare(asked[1]!.share, layer);
    await first;
    expect(await forward.done).toEqual(outputs);
    const between = nextBuffer(buffers);
    expect(between).not.toBe(memory.buffer);
    asked[1]!.answer({ ok: true, value: 6, ms: 1 });
    await second;
    expect(nextBuffer(buffers)).toBe(memory.buffer);
  });

  it("leaves memory alone that has become another batch's", async () => {
    const { forward, asked, buffers } = twoWorkers(6);
    const ended = [start(forward), start(forward)];
    for (const { compute } of asked) compute();
    await Promise.all(ended);
    const again = SharedBatch.of(x, { vectors: VECTORS, inFeatures: IN, outFeatures: OUT }, buffers);
    expect(again.memory.buffer).toBe(asked[0]!.share.memory.buffer);
    again.claim(0, 5);
    forward.fail(new AbortedError("forward"));
    expect(forward.next()).toBeUndefined();
    expect(again.claim(0, VECTORS)).toEqual({ first: 5, count: VECTORS - 5 });
    expect(await forward.done).toEqual(outputs);
  });

  it("whose worker reports an error is rejected with it and asks nobody any more", async () => {
    const { forward, asked } = twoWorkers();
    const [lost, failing] = [forward.next() as Job, forward.next() as Job];
    const outcome = lost.run(slot).catch((error) => error);
    const ended = failing.run(slot);
    asked[0]!.lose();
    await outcome;
    asked[1]!.answer({ ok: false, error: packError(new RangeError("thrown by the test")), ms: 1 });
    await ended;
    await expect(forward.done).rejects.toThrow("thrown by the test");
    expect(forward.next()).toBeUndefined();
    await lost.run(slot);
    expect(asked).toHaveLength(2);
  });

  it("that is aborted ends at the next piece, and its memory is not used again", async () => {
    const { forward, asked, buffers } = twoWorkers();
    const ended = start(forward);
    const { memory } = asked[0]!.share;
    forward.fail(new AbortedError("forward"));
    await expect(forward.done).rejects.toBeInstanceOf(AbortedError);
    expect(forward.next()).toBeUndefined();
    asked[0]!.compute();
    await ended;
    expect(asked).toHaveLength(1);
    expect(new SharedBatch(memory).firstOpen(0)).toBe(3);
    expect(nextBuffer(buffers)).not.toBe(memory.buffer);
  });
});
