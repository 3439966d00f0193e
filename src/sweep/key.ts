import { canonicalJson, textHash } from "../config/hash.js";
import { lawVersion } from "../config/lawVersion.js";
import { resolveConfig } from "../config/resolve.js";
import type { CrossbarConfigInput } from "../config/schema.js";
import type { CheckedPlan, SweepConfig } from "./plan.js";
import type { SweepPoint } from "./points.js";

/** Names what is measured: the network's nodes and the data, to the last bit. */
export function planFingerprint({ network, data }: CheckedPlan): string {
  return textHash(canonicalJson([printable(network), printable(data)]));
}

/**
 * Key of a point. Two points of one key give the same row, on any machine and by any number of workers.
 *
 * Configurations are compared as resolved, so writing a default out changes nothing; patches of single layers and
 * configurations that cannot be built are compared as written.
 */
export function pointHash(point: SweepPoint, fingerprint: string): string {
  const { chip, read, config } = point;
  return textHash(canonicalJson([lawVersion, fingerprint, chip, read, normal(config)]));
}

/**
 * A mistake that all points share is a mistake of the plan, not of its points.
 *
 * @throws {ConfigError} that of the first point, if not one configuration can be resolved
 */
export function refuseIfAllWrong(points: readonly SweepPoint[]): void {
  const [first] = points;
  if (first === undefined || points.some(({ config }) => resolves(defaultOf(config)))) return;
  resolveConfig(defaultOf(first.config), "plan.config");
}

function resolves(config: CrossbarConfigInput): boolean {
  try {
    resolveConfig(config);
    return true;
  } catch {
    return false;
  }
}

function defaultOf(config: SweepConfig): CrossbarConfigInput {
  return "default" in config || "layers" in config ? (config.default ?? {}) : (config as CrossbarConfigInput);
}

function normal(config: SweepConfig): unknown {
  return { default: resolved(defaultOf(config)), layers: "layers" in config ? config.layers : [] };
}

function resolved(config: CrossbarConfigInput): object {
  const { meta: _meta, ...rest } = config;
  return resolves(rest) ? resolveConfig(rest) : rest;
}

/** Typed arrays as a hash of their bytes, everything else as it is. */
function printable(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}:${value.byteLength}:${bytesHash(value)}`;
  if (Array.isArray(value)) return value.map(printable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, printable(item)]));
}

function bytesHash(view: ArrayBufferView): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let a = 0x811c9dc5;
  let b = 0xcbf29ce4;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ (byte + i), 0x01000193);
  }
  return `${a >>> 0}-${b >>> 0}`;
}
