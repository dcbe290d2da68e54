import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "@sandpipe/spec/requirement";
import type { Lock } from "./versions.js";

/**
 * A hash for each thing of a version that a freeze holds: type files, schemas, vector files, requirement rows. Of a
 * row what the kit plans is left out: it is no part of the rule.
 */
export function hashVersion(name: string, rows: readonly Row[], root = "."): Record<string, string> {
  const files = [
    ...listFiles(root, join("spec", name), ".ts").filter((path) => !isRows(path)),
    ...listFiles(root, join("schemas", name), ".json"),
    ...listFiles(root, join("conformance/vectors", name), ".json"),
  ];
  const hashes = [
    ...files.map((path) => [path, hash(readFileSync(join(root, path), "utf8"))]),
    ...rows.map((row) => [`row ${row.id}`, hash(JSON.stringify(sorted({ ...row, planned: undefined })))]),
  ];
  return Object.fromEntries(hashes) as Record<string, string>;
}

/** What differs between a lock and the present, each as one line that names it. */
export function frozenFaults(lock: Lock, present: Readonly<Record<string, string>>): string[] {
  const names = new Set([...Object.keys(lock.hashes), ...Object.keys(present)]);
  return [...names].toSorted().flatMap((name) => {
    const was = lock.hashes[name];
    const is = present[name];
    if (was === is) return [];
    const what =
      was === undefined ? "was added to" : is === undefined ? "was removed from" : "was changed in";
    return [`${name} ${what} ${lock.version}, which is frozen`];
  });
}

function isRows(path: string): boolean {
  return path.includes("requirements") || path.endsWith(".test.ts");
}

function listFiles(root: string, folder: string, extension: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(extension) && name !== "frozen.json")
    .map((name) => join(folder, name))
    .toSorted();
}

/** By content, so that a formatter changes nothing: JSON by value, other text without white space at line ends. */
function hash(text: string): string {
  return createHash("sha256").update(normal(text)).digest("hex").slice(0, 32);
}

function normal(text: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return text.replaceAll(/\s+/g, " ").trim();
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
