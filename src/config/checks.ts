import * as v from "valibot";

/**
 * Building blocks of the schema. Every message is the "allowed" half of an error:
 * `path: expected <message>, got <value>`.
 */

/** A finite number in a closed interval; pass Infinity for an open side. */
export function number(min = -Infinity, max = Infinity, unit = "") {
  const message = `finite number${interval(min, max)}${unit === "" ? "" : ` ${unit}`}`;
  return v.pipe(v.number(message), v.finite(message), v.minValue(min, message), v.maxValue(max, message));
}

/** A number above zero. */
export function positive(unit = "") {
  const message = `finite number > 0${unit === "" ? "" : ` ${unit}`}`;
  return v.pipe(v.number(message), v.finite(message), v.gtValue(0, message));
}

/** A whole number in a closed interval. */
export function integer(min: number, max = Infinity) {
  const message = `integer${interval(min, max)}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
}

export function flag() {
  return v.boolean("true or false");
}

export function choice<const T extends readonly string[]>(options: T) {
  return v.picklist(options, `one of ${options.map((o) => JSON.stringify(o)).join(", ")}`);
}

/** A list with at least one entry. */
export function listOf<T extends v.GenericSchema>(item: T, what: string) {
  return v.pipe(v.array(item, `a list of ${what}`), v.minLength(1, `a list of at least one of ${what}`));
}

/** One value for all, or a list of them; the shape of what came decides which errors are told. */
export function oneOrList<T extends v.GenericSchema>(item: T, what: string) {
  const list = listOf(item, what);
  return v.lazy<T | typeof list>((input) => (Array.isArray(input) ? list : item));
}

/** `value`, `[per slice]` or `[[per row block, slice]]`. */
export function perSlice<T extends v.GenericSchema>(item: T, what: string) {
  const slices = listOf(item, what);
  const blocks = listOf(slices, `lists of ${what}`);
  return v.lazy<T | typeof slices | typeof blocks>((input) =>
    !Array.isArray(input) ? item : Array.isArray(input[0]) ? blocks : slices,
  );
}

/** A plain object without unknown keys. Lists, maps and dates are objects too, but never a section. */
export function section<const T extends v.ObjectEntries>(entries: T) {
  const keys = Object.keys(entries).join(", ");
  const schema = v.strictObject(entries, (issue) => {
    if (issue.expected === "never") return `one of the keys ${keys}`;
    return issue.expected === "Object" ? `an object with the keys ${keys}` : "a value (this key has no default)";
  });
  const run = schema["~run"].bind(schema);
  const plainOnly: typeof run = (dataset, config) => {
    const { value } = dataset;
    // By tag, not by prototype: an object from another frame or thread is as plain as ours.
    if (typeof value !== "object" || Object.prototype.toString.call(value) === "[object Object]")
      return run(dataset, config);
    const refused = run({ value: undefined }, config) as v.PartialDataset<never, v.StrictObjectIssue>;
    return { ...refused, issues: refused.issues.map((issue) => ({ ...issue, input: value })) } as typeof refused;
  };
  return Object.assign(schema, { "~run": plainOnly });
}

function interval(min: number, max: number): string {
  if (min === -Infinity && max === Infinity) return "";
  if (max === Infinity) return ` >= ${min}`;
  if (min === -Infinity) return ` <= ${max}`;
  return ` in ${min}..${max}`;
}
