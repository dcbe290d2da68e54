import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

/** Both runtimes run every test of a real process. */
export const RUNTIMES = ["bun", "node"] as const;
export type Runtime = (typeof RUNTIMES)[number];

const MODULES = resolve(import.meta.dirname, "../../../node_modules");

/** The runtime's own executable, found as the launcher does. */
export function executable(runtime: Runtime): string {
  if (runtime === "node") return process.execPath;
  const scope = join(MODULES, "@oven");
  const packages = existsSync(scope) ? readdirSync(scope) : [];
  const found = packages.map((name) => join(scope, name, "bin/bun")).find((path) => existsSync(path));
  return found ?? join(MODULES, "bun/bin/bun.exe");
}
