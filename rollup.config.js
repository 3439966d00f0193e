import { existsSync, readFileSync } from "node:fs";
import commonjs from "@rollup/plugin-commonjs";
import resolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { notices } from "./scripts/notices.mjs";

// Input is what tsc wrote to build/js. Everything published is bundled: the package has no dependencies at run time.
const SOURCE = "build/js/src";
const ERRORS = /\/config\/errors\.js$/;
const bundled = [resolve({ exportConditions: ["import", "default"], browser: true })];
const licences = notices();

async function workerProgram() {
  const bundle = await rollup({
    input: "build/js/workers/worker.js",
    plugins: [assets({ inline: false }), ...bundled, licences.collect(), terser()],
  });
  // Classic, not a module: blob module workers do not start in pages of opaque origin (sandboxed notebook output).
  const { output } = await bundle.generate({ format: "iife", inlineDynamicImports: true });
  await bundle.close();
  return output[0].code;
}

/** Fills in `virtual:wasm` and `virtual:worker`: their contents where a file must stand alone, nothing elsewhere. */
function assets({ inline }) {
  return {
    name: "assets",
    resolveId: (id) => (id === "virtual:wasm" || id === "virtual:worker" ? `\0${id}` : null),
    async load(id) {
      if (id === "\0virtual:wasm") return text(inline ? readFileSync("build/kernels.wasm").toString("base64") : "");
      if (id === "\0virtual:worker") return text(inline ? await workerProgram() : "");
      return null;
    },
  };
}

const text = (content) => `export default ${JSON.stringify(content)};`;

const kernels = {
  name: "kernels",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "kernels.wasm", source: readFileSync("build/kernels.wasm") });
  },
};

/** Error classes live in the main entry alone, so `instanceof` holds whichever entry threw. */
const oneSetOfErrors = {
  name: "one-set-of-errors",
  resolveId: (id) => (ERRORS.test(id) ? { id: "./index.js", external: true } : null),
};

const es = { dir: "dist", format: "es", entryFileNames: "[name].js", inlineDynamicImports: true };
const entry = (name, input, plugins, output = {}) => ({
  input: { [name]: input },
  plugins: [...plugins, ...bundled, licences.collect()],
  output: { ...es, ...output },
});
const sideEntries = ["io", "report", "compat"].filter((name) => existsSync(`${SOURCE}/${name}/index.js`));

export default [
  entry("index", `${SOURCE}/index.js`, [assets({ inline: true })]),
  entry("split", `${SOURCE}/split.js`, [assets({ inline: false }), kernels]),
  entry("worker", "build/js/workers/worker.js", [assets({ inline: false })], {
    footer: "export {}; // a module: nothing else in it would say so",
  }),
  ...sideEntries.map((name) =>
    entry(name, `${SOURCE}/${name}/index.js`, [oneSetOfErrors, assets({ inline: false }), commonjs()]),
  ),
  {
    input: Object.fromEntries([
      ["index", `${SOURCE}/index.d.ts`],
      ["split", `${SOURCE}/split.d.ts`],
      ...sideEntries.map((name) => [name, `${SOURCE}/${name}/index.d.ts`]),
    ]),
    plugins: [dts({ includeExternal: ["valibot"] }), licences.write("NOTICES.txt")],
    output: { dir: "dist", format: "es", entryFileNames: "[name].d.ts", chunkFileNames: "types.d.ts" },
  },
];
