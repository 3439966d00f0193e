import { instantiateSync } from "@assemblyscript/loader";
import wasmBase64 from "virtual:wasm";
import { UnsupportedError } from "../config/errors.js";
import { Machine } from "./machine.js";

/** `(func (result v128) i32.const 0 i8x16.splat i8x16.popcnt)`: valid where 128-bit SIMD is. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

let inlined: Promise<WebAssembly.Module> | undefined;

/**
 * Compiles the kernels; those that travel inside this bundle only once.
 *
 * @param source  bytes or a module from elsewhere (a page whose policy wants its own URL, a worker that was sent one)
 * @throws {UnsupportedError} no WebAssembly, no SIMD, compiling forbidden, or a bundle without kernels and no source
 */
export async function compileKernels(source?: BufferSource | WebAssembly.Module): Promise<WebAssembly.Module> {
  checkSupport();
  if (source instanceof WebAssembly.Module) return source;
  if (source !== undefined) return compile(source);
  inlined ??= compile(inlinedBytes()).catch((error: unknown) => {
    inlined = undefined;
    throw error;
  });
  return inlined;
}

/**
 * A fresh instance with its own memory.
 *
 * @param source  what `compileKernels` gave, or the bytes themselves
 * @throws {UnsupportedError} this thread may not run WebAssembly or has no SIMD
 */
export function createMachine(source: WebAssembly.Module | BufferSource): Machine {
  checkSupport();
  // The loader's own `exports` wrap each kernel in a closure; the instance has the functions themselves.
  return new Machine(instantiateSync(source as WebAssembly.Module).instance.exports);
}

async function compile(bytes: BufferSource): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnsupportedError(
      `the kernels do not compile here: ${reason}`,
      "allow 'wasm-unsafe-eval' in the page's policy",
    );
  }
}

function inlinedBytes(): Uint8Array<ArrayBuffer> {
  if (wasmBase64 === "") {
    throw new UnsupportedError("this bundle carries no kernels", "pass their bytes or a compiled module");
  }
  return Uint8Array.from(atob(wasmBase64), (character) => character.charCodeAt(0));
}

function checkSupport(): void {
  if (typeof WebAssembly !== "object") {
    throw new UnsupportedError("WebAssembly is not available", "use Node 20.16 or later, or an evergreen browser");
  }
  if (!WebAssembly.validate(SIMD_PROBE)) {
    throw new UnsupportedError(
      "WebAssembly has no 128-bit SIMD here",
      "use Node 20.16 or later, or an evergreen browser",
    );
  }
}
