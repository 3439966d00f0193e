import { expect, it } from "vitest";
import { runScript } from "./run-script.js";

it("four bits on two-bit devices: two devices as offset, four as pairs, none wrong on ideal devices", async () => {
  const { code, stdout, stderr } = await runScript(["examples/01-four-bits-on-two-bit-devices/run.mjs"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const table = stdout.split("\n").filter((line) => /\d ± \d/.test(line));
  expect(table.map((line) => line.split(/ {2,}/).slice(0, 4))).toEqual([
    ["one 4-bit device, offset", "1", "4", "0.00"],
    ["2-bit devices, offset", "2", "2 + 2", "0.00"],
    ["one 3-bit pair", "2", "3", "0.00"],
    ["2-bit devices, pairs", "4", "2 + 2", "0.00"],
  ]);
});
