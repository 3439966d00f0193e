import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);
const script = (body: string) => [
  "--input-type=module",
  "-e",
  `import { createPool } from "sliced-crossbar"; const pool = await createPool({ workers: 2 });
   const layer = await pool.linear({ weights: [1, 2], inFeatures: 2, outFeatures: 1 }); ${body}`,
];
const limit = { timeout: 30_000 };

describe("Node", () => {
  it("ends by itself beside an idle pool", async () => {
    const { stdout, stderr } = await run(
      process.execPath,
      script("console.log(...await layer.forward([3, 4]));"),
      limit,
    );
    expect(stdout.trim()).toBe("11");
    expect(stderr).toBe("");
  });

  it("waits for a call that is under way", async () => {
    const body = "layer.forward(new Float32Array(20000)).then((y) => console.log(y.length));";
    expect((await run(process.execPath, script(body), limit)).stdout.trim()).toBe("10000");
  });

  it("waits for a pool that is closed while its workers compute", async () => {
    const body = `const open = layer.forward(new Float32Array(4e6)).catch((error) => console.log(error.name));
      await new Promise((resolve) => setTimeout(resolve, 5));
      await pool.close();
      console.log("closed");`;
    expect((await run(process.execPath, script(body), limit)).stdout.trim()).toBe("DisposedError\nclosed");
  });

  it("hears of a worker address that is wrong", async () => {
    const body = `await createPool({ workers: 1, workerUrl: new URL("file:///nowhere.js") }).catch((e) => console.log(e.name));`;
    expect((await run(process.execPath, script(body), limit)).stdout.trim()).toBe("WorkerLostError");
  });
});
