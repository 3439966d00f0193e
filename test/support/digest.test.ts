import { describe, expect, it } from "vitest";
import { digest } from "./digest.js";

describe("the digest", () => {
  it("is FNV-1a of the bytes", () => {
    // Known answers of FNV-1a 64: the empty string, and four bytes checked with big integers below.
    expect(digest(new Uint32Array(0))).toBe("cbf29ce484222325");
    let hash = 0xcbf29ce484222325n;
    const bytes = new Uint8Array(new Float32Array([1.5, -2.25e-7, 3e30]).buffer);
    for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
    expect(digest(new Float32Array([1.5, -2.25e-7, 3e30]))).toBe(hash.toString(16).padStart(16, "0"));
  });

  it("takes negative zero for zero", () => {
    expect(digest(new Float32Array([-0, 1]))).toBe(digest(new Float32Array([0, 1])));
  });
});
