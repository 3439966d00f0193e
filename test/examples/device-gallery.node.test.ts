import { mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEVICE_MODELS } from "../../src/index.js";
import { runScript } from "./run-script.js";

describe("the device gallery", () => {
  it("draws every published device with its citation, and a fitted one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gallery-"));
    const { code, stderr } = await runScript(["examples/06-device-gallery/run.mjs", folder]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const page = readFileSync(join(folder, "index.html"), "utf8");
    const drawings = readdirSync(folder).filter((name) => name.endsWith(".svg"));
    expect(drawings).toHaveLength(Object.keys(DEVICE_MODELS).length + 1);
    for (const { title, source } of Object.values(DEVICE_MODELS)) {
      expect(page).toContain(title);
      expect(page).toContain(source.replaceAll("&", "&amp;"));
    }
    for (const name of drawings) {
      const svg = readFileSync(join(folder, name), "utf8");
      expect(svg).toMatch(/^<svg [^>]*xmlns=/);
      expect(svg).not.toMatch(/NaN|undefined/);
    }
  });
});
