import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { CHROMIUM, CHROMIUM_ARGS, FIREFOX } from "./scripts/browsers.mjs";
import { closingLine } from "./scripts/test/closing-line.mjs";
import { sources } from "./scripts/test/sources.mjs";

// Name a file ….node.test.ts or ….browser.test.ts when it can only run there; every other file runs in all three.
const missing = Object.entries({ chromium: CHROMIUM, firefox: FIREFOX }).filter(([, path]) => path === undefined);
for (const [name] of missing) {
  const remedy = `install ${name === "firefox" ? "firefox-esr" : name}, or set ${name.toUpperCase()}_PATH`;
  const message = `${name} was not found: its tests are SKIPPED (${remedy})`;
  if (process.env.CI) throw new Error(message);
  const bar = "!".repeat(100);
  console.warn(`\n${bar}\n!!  ${message}\n${bar}\n`);
}

const TESTS = "test/**/*.test.ts";

// Every package that tests or sources import in a browser. One that vite found only on the way would make it reload the
// page in the middle of a run, which fails the files that were loading.
const BROWSER_PACKAGES = [
  "@assemblyscript/loader",
  "@observablehq/plot",
  "comlink",
  "comlink/dist/esm/node-adapter.mjs",
  "fast-check",
  "valibot",
];

/** One browser's project. All files share one page: none keeps state of its own outside its tests. */
const inBrowser = (name, launchOptions) => ({
  plugins: [sources()],
  optimizeDeps: { include: BROWSER_PACKAGES },
  // The page is crossOriginIsolated, the strictest setting a worker must start under.
  server: { headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" } },
  test: {
    name,
    include: [TESTS],
    exclude: ["test/**/*.node.test.ts"],
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions }),
      instances: [{ browser: name }],
    },
  },
});

export default defineConfig({
  test: {
    reporters: ["default", closingLine(missing.map(([name]) => name))],
    projects: [
      {
        plugins: [sources()],
        test: {
          name: "node",
          environment: "node",
          include: [TESTS],
          exclude: ["test/**/*.browser.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      ...(CHROMIUM ? [inBrowser("chromium", { executablePath: CHROMIUM, args: CHROMIUM_ARGS })] : []),
      // The stock browser over WebDriver BiDi; playwright is pinned to a version whose commands this Firefox knows.
      ...(FIREFOX ? [inBrowser("firefox", { channel: "moz-firefox", executablePath: FIREFOX })] : []),
    ],
  },
});
