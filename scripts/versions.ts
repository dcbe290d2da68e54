import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "@sandpipe/spec/requirement";
import { REQUIREMENTS as V0 } from "@sandpipe/spec/v0/requirements";
import { REQUIREMENTS as V1 } from "@sandpipe/spec/v1/requirements";

/** A version of the protocol and its rows. */
export interface Version {
  readonly name: "v0" | "v1";
  readonly rows: readonly Row[];
}

export const VERSIONS: readonly Version[] = [
  { name: "v0", rows: V0 },
  { name: "v1", rows: V1 },
];

/** The lock of a frozen version: a hash for each thing that may not change, by its name. */
export interface Lock {
  readonly version: string;
  /** True while the kit has no checks for this version yet: its rows may say `planned`. */
  readonly kitBehind: boolean;
  readonly hashes: Readonly<Record<string, string>>;
}

/** The lock of a version, or undefined while it is a draft. */
export function readLock(name: string, root = "."): Lock | undefined {
  const path = join(root, "spec", name, "frozen.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Lock) : undefined;
}
