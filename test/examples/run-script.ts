import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of this repository against the built package; `source` is read from standard input instead of a file. */
export function runScript(args: readonly string[], source?: string): Promise<Ended> {
  if (!existsSync("dist/index.js")) throw new Error("dist/ is missing: npm run build");
  const given = source === undefined ? args : ["--input-type=module", ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, given, { stdio: ["pipe", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => (output.stdout += chunk));
    child.stderr.on("data", (chunk) => (output.stderr += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...output }));
    child.stdin.end(source ?? "");
  });
}
