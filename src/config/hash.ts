import { resolveConfig } from "./resolve.js";
import type { CrossbarConfigInput } from "./schema.js";

/**
 * JSON with sorted keys: equal data gives equal text, in whatever order it was written.
 *
 * @example canonicalJson({ b: 1, a: [2] })   // '{"a":[2],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
}

/**
 * 64-bit FNV-1a of a text's UTF-16 units, as 16 hex digits.
 *
 * Two 32-bit halves with different offsets; a key for results, no protection against malice.
 */
export function textHash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0xcbf29ce4;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ (unit + i), 0x01000193);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}

/**
 * Key of a resolved configuration; `meta` is left out.
 *
 * @example configHash({ meta: "mine" }) === configHash({})   // true
 */
export function configHash(config: CrossbarConfigInput): string {
  const { meta: _meta, ...rest } = resolveConfig(config);
  return textHash(canonicalJson(rest));
}
