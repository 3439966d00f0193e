import { mkdirSync, writeFileSync } from "node:fs";
import { toJsonSchema } from "@valibot/to-json-schema";
import { resolveConfig } from "../build/js/src/config/resolve.js";
import { CrossbarSchema } from "../build/js/src/config/schema.js";

// Prints the configuration reference and a JSON Schema from the one schema: every field, its default, what it allows.
const FILE = "docs/api/CONFIG.md";
const SCHEMA_FILE = "docs/api/config.schema.json";
const OPTIONS = { errorMode: "ignore", typeMode: "input", overrideSchema: alternativesByShape };
const schema = toJsonSchema(CrossbarSchema, OPTIONS);
const lines = [
  "# Configuration reference",
  "",
  "Generated from the schema by `npm run docs`. Every field has a default; `{}` is the idealised crossbar, y = W x.",
  "",
];
section(schema, resolveConfig({}), "", 2);
mkdirSync("docs/api", { recursive: true });
writeFileSync(FILE, `${lines.join("\n")}\n`);
writeFileSync(SCHEMA_FILE, `${JSON.stringify(schema, null, 2)}\n`);
console.log(`${SCHEMA_FILE}; ${FILE}: ${lines.length} lines`);

function section(node, defaults, path, depth) {
  for (const [name, field] of Object.entries(node.properties ?? {})) {
    const at = path === "" ? name : `${path}.${name}`;
    const value = defaults?.[name];
    lines.push(`${"#".repeat(Math.min(depth, 5))} \`${at}\``, "");
    if (field.description) lines.push(field.description, "");
    lines.push(
      `Allowed: ${allowed(field)}.${value === undefined ? "" : ` Default: \`${JSON.stringify(value)}\`.`}`,
      "",
    );
    section(field, value, at, depth + 1);
    for (const option of field.anyOf ?? field.oneOf ?? []) {
      alternatives(option, at);
      if (option.properties?.kind === undefined) section(option, value, at, depth + 1);
    }
  }
}

function alternatives(option, at) {
  const kind = option.properties?.kind?.const;
  if (kind === undefined) return;
  const others = Object.entries(option.properties).filter(([name]) => name !== "kind");
  const fields = others.map(([name, field]) => `\`${name}\`: ${allowed(field)}`).join("; ");
  lines.push(`- \`${at}\` of kind \`"${kind}"\`${fields === "" ? "" : `: ${fields}`}`, "");
}

function allowed(field) {
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum !== undefined) return field.enum.map((value) => `\`${JSON.stringify(value)}\``).join(" | ");
  const options = field.anyOf ?? field.oneOf;
  if (options !== undefined) return [...new Set(options.map(allowed))].join(" | ");
  if (field.prefixItems !== undefined) return `[${field.prefixItems.map(allowed).join(", ")}]`;
  if (field.type === "array") return `list of ${allowed(field.items ?? {})}`;
  if (field.type === "object") {
    const kind = field.properties?.kind?.const;
    return kind === undefined ? "object" : `\`{ kind: "${kind}" }\``;
  }
  if (field.type === "number" || field.type === "integer") return `${field.type}${range(field)}`;
  return field.type ?? "anything";
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  const low = minimum !== undefined ? `≥ ${minimum}` : exclusiveMinimum !== undefined ? `> ${exclusiveMinimum}` : "";
  const high = maximum !== undefined ? `≤ ${maximum}` : exclusiveMaximum !== undefined ? `< ${exclusiveMaximum}` : "";
  const both = [low, high].filter((part) => part !== "").join(", ");
  return both === "" ? "" : ` (${both})`;
}

/** Where the schema depends on the shape of what is given, every shape's own schema is an alternative. */
function alternativesByShape({ valibotSchema }) {
  if (valibotSchema.type !== "lazy") return undefined;
  const schemas = new Set([0, "", {}, [], [[]]].map((input) => valibotSchema.getter(input)));
  return { anyOf: [...schemas].map((each) => toJsonSchema(each, OPTIONS)) };
}
