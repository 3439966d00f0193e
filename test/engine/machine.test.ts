import { describe, expect, it } from "vitest";
import wasmBase64 from "virtual:wasm";
import { UnsupportedError } from "../../src/config/errors.js";
import { compileKernels, createMachine } from "../../src/engine/load.js";

const bytes = () => Uint8Array.from(atob(wasmBase64), (c) => c.charCodeAt(0));

describe("a machine", () => {
  it("has views that survive growth of the memory", async () => {
    const machine = createMachine(await compileKernels());
    const block = machine.arena.allocate(64);
    const old = machine.f32;
    machine.f32.set([1, 2, 3, 4], block / 4);
    machine.arena.allocate(1 << 20);
    expect(old.length).toBe(0);
    expect([...machine.f32.subarray(block / 4, block / 4 + 4)]).toEqual([1, 2, 3, 4]);
    expect(machine.f32).toBe(machine.f32);
    const buffers = [machine.f32, machine.f64, machine.i32, machine.u32, machine.u8].map(({ buffer }) => buffer);
    expect(new Set(buffers).size).toBe(1);
    machine.f64[block / 8] = 1.5;
    expect(machine.u32[block / 4 + 1]).toBe(0x3ff80000);
    expect(machine.i32[block / 4 + 1]).toBe(0x3ff80000);
    expect(machine.u8[block + 7]).toBe(0x3f);
  });

  it("shares no memory with another one", async () => {
    const module = await compileKernels();
    const [one, two] = [createMachine(module), createMachine(module)];
    const [a, b] = [one.arena.allocate(16), two.arena.allocate(16)];
    one.f32[a / 4] = 7;
    two.f32[b / 4] = 8;
    expect(one.f32[a / 4]).toBe(7);
  });

  it("is made from bytes, a module, or what travels inside the bundle, which is compiled once", async () => {
    const machine = createMachine(bytes());
    expect(machine.kernels.f64_exp(0)).toBe(1);
    const module = await compileKernels(bytes());
    expect(await compileKernels(module)).toBe(module);
    const [first, second] = await Promise.all([compileKernels(), compileKernels()]);
    expect(first).toBe(second);
  });

  it("says so when bytes are no module", async () => {
    await expect(compileKernels(new Uint8Array(8))).rejects.toThrow(UnsupportedError);
  });

  it("says so where WebAssembly or its SIMD is missing", async () => {
    const validate = WebAssembly.validate;
    const everything = globalThis.WebAssembly;
    try {
      WebAssembly.validate = () => false;
      await expect(compileKernels()).rejects.toThrow(/no 128-bit SIMD/);
      expect(() => createMachine(bytes())).toThrow(UnsupportedError);
      (globalThis as { WebAssembly: unknown }).WebAssembly = undefined;
      await expect(compileKernels()).rejects.toThrow(/WebAssembly is not available/);
    } finally {
      globalThis.WebAssembly = everything;
      WebAssembly.validate = validate;
    }
  });
});
