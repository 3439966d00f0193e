import { describe, expect, it } from "vitest";
import { compileKernels, createMachine } from "../../src/engine/load.js";
import { KERNELS } from "../../src/engine/registry.js";

describe("the registry", () => {
  it("lists exactly what the module exports", async () => {
    const exported = WebAssembly.Module.exports(await compileKernels());
    const functions = exported.filter(({ kind }) => kind === "function").map(({ name }) => name);
    expect(functions.sort()).toEqual(Object.keys(KERNELS).sort());
    expect(exported.filter(({ kind }) => kind !== "function")).toEqual([{ name: "memory", kind: "memory" }]);
  });

  it("names as many arguments as each kernel takes", async () => {
    const { kernels } = createMachine(await compileKernels());
    for (const [name, { args }] of Object.entries(KERNELS)) {
      expect([name, kernels[name as keyof typeof KERNELS].length]).toEqual([name, args.length]);
    }
  });

  it("belongs to a module that imports nothing", async () => {
    expect(WebAssembly.Module.imports(await compileKernels())).toEqual([]);
  });
});
