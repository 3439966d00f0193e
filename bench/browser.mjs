import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { CHROMIUM, CHROMIUM_ARGS } from "../scripts/browsers.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);
const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Folders of TensorFlow.js that the page loads from, wherever they are installed. */
function packages() {
  try {
    return {
      "/tfjs-core/": dirname(require.resolve("@tensorflow/tfjs-core")),
      "/tfjs-backend-wasm/": dirname(require.resolve("@tensorflow/tfjs-backend-wasm")),
    };
  } catch {
    return {};
  }
}

/** Runs the list in a page of Chromium, served from this machine's loopback; page and server are gone afterwards. */
export async function runInBrowser(roof, options) {
  const folders = packages();
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    try {
      const body = path === "/roof.wasm" ? roof : await readFile(fileOf(path, folders));
      // Isolated, so that its clock is as fine as browsers let it be.
      response.writeHead(200, {
        "content-type": TYPES[extname(path)] ?? "application/octet-stream",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const installed = CHROMIUM === undefined ? {} : { executablePath: CHROMIUM, args: CHROMIUM_ARGS };
  const browser = await chromium.launch(installed);
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(error));
    await page.goto(`http://127.0.0.1:${server.address().port}/bench/page.html`);
    const result = await page.evaluate((what) => globalThis.runBench(what), options);
    return { result, engine: `Chromium ${browser.version()}` };
  } finally {
    await browser.close();
    server.close();
  }
}

function fileOf(path, folders) {
  for (const [prefix, folder] of Object.entries(folders)) {
    if (path.startsWith(prefix)) return join(folder, path.slice(prefix.length));
  }
  return join(ROOT, path);
}
