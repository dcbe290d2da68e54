import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes generated files; with `--check` writes nothing, names those that have drifted, and exits 1. */
export function writeOrCheck(files: ReadonlyMap<string, string>, command: string): void {
  const drift = [...files].filter(([path, text]) => !existsSync(path) || readFileSync(path, "utf8") !== text);
  if (process.argv.includes("--check")) {
    if (drift.length === 0) return;
    console.error(
      `drifted from what they are made of: ${drift.map(([path]) => path).join(", ")}\nRun: ${command}`,
    );
    process.exit(1);
  }
  for (const [path, text] of drift) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
