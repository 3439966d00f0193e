import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Rollup plugins that remember which packages went into the bundles and write their licences beside them.
 * Bundling somebody's code obliges us to carry their notice.
 */
export function notices() {
  const packages = new Map();
  return {
    collect: () => ({
      name: "notices-collect",
      generateBundle(_options, bundle) {
        for (const chunk of Object.values(bundle)) {
          for (const id of Object.keys(chunk.modules ?? {})) remember(packages, id);
        }
      },
    }),
    write: (fileName) => ({
      name: "notices-write",
      generateBundle() {
        const source = [...packages.keys()]
          .sort()
          .map((key) => packages.get(key))
          .join(`\n${"-".repeat(80)}\n\n`);
        this.emitFile({ type: "asset", fileName, source });
      },
    }),
  };
}

function remember(packages, id) {
  const at = id.lastIndexOf("/node_modules/");
  if (at < 0) return;
  let folder = dirname(id);
  while (
    !existsSync(join(folder, "package.json")) ||
    !("version" in JSON.parse(readFileSync(join(folder, "package.json"))))
  ) {
    folder = dirname(folder);
  }
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  const body = file === undefined ? "" : `\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  packages.set(name, `${name} ${version} (${license})\n${body}`);
}
