import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

export const HELP = `Maps a pretrained language classifier onto bit-sliced crossbars and sweeps devices, converters and errors.

  npm run demo -- [options]

  --full         all 2,861 paragraphs instead of 10 per language
  --small        a tiny grid on 2 paragraphs per language, about ten seconds
  --workers N    worker threads, one per core by default
  --out FILE     where the report goes, reports/language-network.html by default
  --rows FILE    also write every row as a line of JSON; rows already there are not measured again
  --help         this text
`;

const OPTIONS = {
  full: { type: "boolean" },
  small: { type: "boolean" },
  workers: { type: "string" },
  out: { type: "string" },
  rows: { type: "string" },
  help: { type: "boolean" },
};

/** A command line that cannot be obeyed; the message is for people. */
export class UsageError extends Error {}

/**
 * @param {string[]} args without node and script
 * @returns {{ help: boolean, size: "full" | "default" | "small", workers: number, out: string, rows: string | undefined }}
 * @throws {UsageError} unknown or contradictory options
 */
export function readOptions(args) {
  const { full = false, small = false, help = false, out, rows, workers } = parse(args);
  if (full && small) throw new UsageError("--full and --small: expected one of them, got both");
  const count = workers === undefined ? availableParallelism() : Number(workers);
  if (!Number.isInteger(count) || count < 1 || count > 256) {
    throw new UsageError(`--workers: expected a whole number in 1..256, got ${JSON.stringify(workers)}`);
  }
  for (const [name, file] of Object.entries({ out, rows })) {
    if (file === "") throw new UsageError(`--${name}: expected a file name, got nothing`);
  }
  const size = full ? "full" : small ? "small" : "default";
  return { help, size, workers: count, out: out ?? "reports/language-network.html", rows };
}

function parse(args) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new UsageError(error.message.split(". To specify")[0]);
  }
}
