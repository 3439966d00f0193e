import * as v from "valibot";
import { ConfigError } from "./errors.js";

/**
 * Parses plain data with a schema.
 *
 * @throws {ConfigError} naming the first offending path, its value and what is allowed
 */
export function parse<T extends v.GenericSchema>(schema: T, input: unknown, root = ""): v.InferOutput<T> {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  const issue = firstIssue(result.issues[0] as v.BaseIssue<unknown>);
  throw new ConfigError(printPath(issue.path, root), issue.input, allowed(issue));
}

/** The innermost issue: a union reports its members' issues one level down. */
function firstIssue(issue: v.BaseIssue<unknown>): v.BaseIssue<unknown> {
  const inner = issue.issues?.[0] as v.BaseIssue<unknown> | undefined;
  return inner === undefined ? issue : firstIssue(inner);
}

function printPath(path: v.BaseIssue<unknown>["path"], root: string): string {
  let out = root;
  for (const item of path ?? []) {
    out += typeof item.key === "number" ? `[${item.key}]` : `${out === "" ? "" : "."}${String(item.key)}`;
  }
  return out === "" ? "config" : out;
}

function allowed(issue: v.BaseIssue<unknown>): string {
  if (issue.type !== "variant") return issue.message;
  return issue.expected === "Object"
    ? "an object with a kind"
    : `one of the kinds ${(issue.expected ?? "").slice(1, -1)}`;
}
