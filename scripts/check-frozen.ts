/**
 * Fails when something of a frozen version was changed, and names it. `--lock v0` writes the lock of a version that
 * has none; with `--kit-behind` its rows may say `planned` while the kit has no checks for it.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { frozenFaults, hashVersion } from "./frozen.js";
import { readLock, VERSIONS } from "./versions.js";

const wanted = process.argv.includes("--lock") ? process.argv[process.argv.indexOf("--lock") + 1] : undefined;
if (wanted === undefined) check();
else lock(wanted);

function check(): void {
  const faults = VERSIONS.flatMap(({ name, rows }) => {
    const found = readLock(name);
    return found === undefined ? [] : frozenFaults(found, hashVersion(name, rows));
  });
  if (faults.length === 0) return;
  console.error(
    `${faults.join("\n")}\nA released version never changes: undo this, or bring it in a new version.`,
  );
  process.exitCode = 1;
}

function lock(name: string): void {
  const version = VERSIONS.find((one) => one.name === name);
  if (version === undefined)
    throw new Error(`no version ${name}; there are ${VERSIONS.map((one) => one.name).join(", ")}`);
  const path = join("spec", name, "frozen.json");
  if (existsSync(path)) throw new Error(`${path} exists: ${name} is frozen, and a lock is never renewed`);
  const kitBehind = process.argv.includes("--kit-behind");
  if (!kitBehind && version.rows.some(({ planned }) => planned !== undefined))
    throw new Error(`${name} has rows whose check is only planned: it can't be frozen yet`);
  const hashes = hashVersion(name, version.rows);
  writeFileSync(path, `${JSON.stringify({ version: name, kitBehind, hashes }, null, 2)}\n`);
}
