import { existsSync } from "node:fs";

// Browsers as systems install them; a variable says otherwise. Undefined where there is none.
const find = (variable, places) => [process.env[variable] ?? places].flat().find((path) => existsSync(path));

export const CHROMIUM = find("CHROMIUM_PATH", [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
]);
export const FIREFOX = find("FIREFOX_PATH", ["/usr/bin/firefox-esr", "/usr/bin/firefox"]);

/** Chromium on a closed network, as any user, asking nobody. */
export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
