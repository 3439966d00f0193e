/**
 * Every error this library throws, one class per cause. `code` is stable; the manual lists each.
 *
 * Message grammar: `path: expected X, got Y`. Names are literals because bundlers mangle class names.
 */
export abstract class CrossbarError extends Error {
  abstract readonly code: string;
  /** The plain fields that travel to another thread beside `message`. */
  abstract fields(): Readonly<Record<string, unknown>>;
}

/** A value as a message shows it: short, on one line, never throwing. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${(value as unknown as { length: number }).length})`;
  if (Array.isArray(value)) return value.length > 8 ? `array of ${value.length}` : `[${value.map(shown).join(", ")}]`;
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) {
    const kind = (value as { kind?: unknown }).kind;
    return typeof kind === "string" ? `{ kind: ${JSON.stringify(kind)}, … }` : "an object";
  }
  return String(value);
}

/** A configuration, option or argument that is not allowed. Nothing has changed when it is thrown. */
export class ConfigError extends CrossbarError {
  readonly code = "CONFIG";
  override readonly name = "ConfigError";
  constructor(
    readonly path: string,
    readonly value: unknown,
    readonly allowed: string,
    readonly remedy?: string,
  ) {
    super(`${path}: expected ${allowed}, got ${shown(value)}${remedy === undefined ? "" : `; ${remedy}`}`);
  }
  override fields() {
    return { path: this.path, value: sendable(this.value), allowed: this.allowed, remedy: this.remedy };
  }
}

/** An array whose length or shape does not fit. */
export class ShapeError extends CrossbarError {
  readonly code = "SHAPE";
  override readonly name = "ShapeError";
  constructor(
    readonly path: string,
    readonly value: unknown,
    readonly allowed: string,
  ) {
    super(`${path}: expected ${allowed}, got ${shown(value)}`);
  }
  override fields() {
    return { path: this.path, value: sendable(this.value), allowed: this.allowed };
  }
}

/** A number that is NaN or infinite where data must be finite. */
export class NotFiniteError extends CrossbarError {
  readonly code = "NOT_FINITE";
  override readonly name = "NotFiniteError";
  constructor(
    readonly path: string,
    readonly index: number,
    readonly value: unknown,
  ) {
    super(`${path}[${index}]: expected a finite number, got ${shown(value)}`);
  }
  override fields() {
    return { path: this.path, index: this.index, value: this.value };
  }
}

/** A layer, network, engine or pool used after `dispose()` or `close()`. */
export class DisposedError extends CrossbarError {
  readonly code = "DISPOSED";
  override readonly name = "DisposedError";
  constructor(readonly what: string) {
    super(`${what}: used after ${what === "pool" ? "close()" : "dispose()"}`);
  }
  override fields() {
    return { what: this.what };
  }
}

/** The WebAssembly memory cannot hold what was asked for; nothing was built. */
export class OutOfMemoryError extends CrossbarError {
  readonly code = "OUT_OF_MEMORY";
  override readonly name = "OutOfMemoryError";
  constructor(
    readonly bytes: number,
    readonly inUse: number,
  ) {
    super(
      `memory: expected room for ${bytes} more bytes beside ${inUse} in use, got none; dispose layers that are no longer needed`,
    );
  }
  override fields() {
    return { bytes: this.bytes, inUse: this.inUse };
  }
}

/** The page or runtime cannot run the kernels (no SIMD, WebAssembly blocked by policy). */
export class UnsupportedError extends CrossbarError {
  readonly code = "UNSUPPORTED";
  override readonly name = "UnsupportedError";
  constructor(
    readonly what: string,
    readonly remedy: string,
  ) {
    super(`${what}; ${remedy}`);
  }
  override fields() {
    return { what: this.what, remedy: this.remedy };
  }
}

/** A worker ended or stayed silent, and its work failed again after one retry. */
export class WorkerLostError extends CrossbarError {
  readonly code = "WORKER_LOST";
  override readonly name = "WorkerLostError";
  constructor(
    readonly worker: number,
    readonly reason: string,
  ) {
    super(`worker ${worker}: ${reason}`);
  }
  override fields() {
    return { worker: this.worker, reason: this.reason };
  }
}

/** The caller's AbortSignal fired. */
export class AbortedError extends CrossbarError {
  readonly code = "ABORTED";
  override readonly name = "AbortError";
  constructor(readonly what: string) {
    super(`${what}: aborted`);
  }
  override fields() {
    return { what: this.what };
  }
}

/** Only what structured clone can carry; anything else travels as its printed form. */
function sendable(value: unknown): unknown {
  return value === null || ["number", "string", "boolean", "undefined"].includes(typeof value) ? value : shown(value);
}

/** Marks a switch that covers every member of a union: adding one makes this line a type error. */
export function unreachable(value: never): never {
  throw new TypeError(`unreachable: ${shown(value)}`);
}

const REBUILD: Readonly<Record<string, (f: Readonly<Record<string, never>>) => CrossbarError>> = {
  CONFIG: (f) => new ConfigError(f["path"]!, f["value"], f["allowed"]!, f["remedy"]),
  SHAPE: (f) => new ShapeError(f["path"]!, f["value"], f["allowed"]!),
  NOT_FINITE: (f) => new NotFiniteError(f["path"]!, f["index"]!, f["value"]),
  DISPOSED: (f) => new DisposedError(f["what"]!),
  OUT_OF_MEMORY: (f) => new OutOfMemoryError(f["bytes"]!, f["inUse"]!),
  UNSUPPORTED: (f) => new UnsupportedError(f["what"]!, f["remedy"]!),
  WORKER_LOST: (f) => new WorkerLostError(f["worker"]!, f["reason"]!),
  ABORTED: (f) => new AbortedError(f["what"]!),
};

/** All error codes; the manual has one heading for each. */
export const ERROR_CODES = Object.keys(REBUILD);

/** Rebuilds an error from `{ code, fields, message }` after it crossed a thread. */
export function rebuildError(code: string, fields: Readonly<Record<string, unknown>>, message: string): Error {
  const make = REBUILD[code];
  if (make === undefined) return new Error(message);
  const error = make(fields as Readonly<Record<string, never>>);
  error.message = message;
  return error;
}
