import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium } from "playwright";
import { createEngine } from "sliced-crossbar";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IN, matrix, noisy, numbers } from "../pool/cases.js";

const executablePath = [process.env["CHROMIUM_PATH"] ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"]]
  .flat()
  .find((path) => existsSync(path));

const TYPES: Readonly<Record<string, string>> = { js: "text/javascript", wasm: "application/wasm" };

const workersFrom = (workers: string) => ({
  "Content-Security-Policy": `script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src ${workers}`,
});

/** Headers of a page and its files, by the first part of their address: what it may do. */
const POLICIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  open: {},
  isolated: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
  blob: workersFrom("'self' blob:"),
  strict: workersFrom("'self'"),
};

let server: Server;
let browser: Browser;

beforeAll(async () => {
  if (executablePath === undefined) return;
  server = createServer((request, response) => {
    const [, policy = "", file = ""] = (request.url ?? "").split("/");
    for (const [name, value] of Object.entries(POLICIES[policy] ?? {})) response.setHeader(name, value);
    response.setHeader("Content-Type", TYPES[file.split(".").at(-1) ?? ""] ?? "text/html");
    response.end(file === "" ? "<!doctype html><title>page</title>" : readFileSync(`dist/${file}`));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

const plain = (data: unknown) =>
  JSON.stringify(data, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value));

async function runInPage(policy: string, entry: string) {
  const page = await browser.newPage();
  const warnings: string[] = [];
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${policy}/`);
  // As text: the test runner would rewrite `import()` in a function.
  const result: { y: number[]; mode: string; isolated: boolean } = await page.evaluate(`(async () => {
    const { createPool } = await import("./${entry}");
    const pool = await createPool({ workers: 2, chunkVectors: 4 });
    const layer = await pool.linear(${plain(matrix)}, ${plain(noisy)});
    const y = [...(await layer.forward(${plain(numbers(15 * IN, 1))}))];
    await pool.close();
    return { y, mode: pool.mode, isolated: crossOriginIsolated };
  })()`);
  await page.close();
  return { ...result, y: Float32Array.from(result.y), warnings };
}

describe.skipIf(executablePath === undefined)("a page with nothing but the published files", () => {
  it.each([
    ["open", "index.js", "workers"],
    ["open", "split.js", "workers"],
    ["isolated", "index.js", "workers"],
    ["isolated", "split.js", "workers"],
    ["blob", "index.js", "workers"],
    ["strict", "index.js", "inThread"],
    ["strict", "split.js", "workers"],
  ])("of policy %s computes the bits of Node with %s: %s", async (policy, entry, mode) => {
    const wanted = (await createEngine()).linear(matrix, noisy).forward(numbers(15 * IN, 1));
    const { y, warnings, ...rest } = await runInPage(policy, entry);
    expect(y).toEqual(wanted);
    expect(rest).toEqual({ mode, isolated: policy === "isolated" });
    expect(warnings.filter((text) => text.includes("sliced-crossbar"))).toHaveLength(mode === "inThread" ? 1 : 0);
  });
});
