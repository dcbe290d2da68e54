import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeCase } from "../runner/case-codec.js";
import type { EarlierFailure } from "../runner/run-check.js";
import { parseToken } from "../runner/token.js";
import type { JudgedRole, Version } from "../target/target.js";
import type { CheckResult, Failure, RunHead } from "./report.js";

/** A failing case in a file: replaying it generates nothing, so it lasts longer than its token. */
export interface SavedFailure extends Pick<
  Failure,
  "token" | "given" | "minimal" | "facts" | "transcript" | "stderr"
> {
  readonly sandpipe: "failure";
  readonly role: JudgedRole;
  /** The version of the protocol; absent is 1. */
  readonly protocol?: number;
  readonly check: string;
}

/** Where a check's failing case is saved, below a folder of failures. */
export function failurePath(folder: string, role: JudgedRole, protocol: number, check: string): string {
  // Colons are not allowed in file names everywhere, nor in the artifacts of some CI services.
  return join(subjectFolder(folder, role, protocol), `${check.replaceAll(":", ".")}.json`);
}

/** Versions have ids in common: what failed by version 0 is kept apart. */
function subjectFolder(folder: string, role: JudgedRole, protocol: number): string {
  return protocol === 0 ? join(folder, "v0", role) : join(folder, role);
}

/** Saves a failing case and returns its path. */
export function saveFailure(
  folder: string,
  { role, protocol }: Pick<RunHead, "role" | "protocol">,
  result: CheckResult,
  failure: Failure,
): string {
  const path = failurePath(folder, role, protocol, result.id);
  const { token, given, minimal, facts, transcript, stderr } = failure;
  const saved: SavedFailure = {
    ...{ sandpipe: "failure", role, protocol, check: result.id, token, given, minimal },
    ...{ facts, transcript, stderr },
  };
  mkdirSync(subjectFolder(folder, role, protocol), { recursive: true });
  writeFileSync(path, `${JSON.stringify(saved, undefined, 2)}\n`);
  return path;
}

/** Reads a saved failing case. Throws an Error that says what is wrong with the file. */
export function readFailure(path: string): SavedFailure {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`${path} can't be read as a saved failure: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const saved = value as Partial<SavedFailure> | null;
  if (saved?.sandpipe !== "failure" || typeof saved.check !== "string" || !("given" in saved))
    throw new Error(`${path} is no saved failure: it lacks "sandpipe": "failure", "check" or "given"`);
  return saved as SavedFailure;
}

/** Files of saved failures below a folder; empty when there is none. */
export function listFailures(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [];
  }
}

/** What failed before, by check, to be tried first; a file that can't be read is left out. */
export function earlierFailures(
  folder: string,
  role: JudgedRole,
  protocol: Version,
): ReadonlyMap<string, EarlierFailure> {
  const found = new Map<string, EarlierFailure>();
  for (const path of listFailures(subjectFolder(folder, role, protocol))) {
    try {
      const { check, given, token, minimal } = readFailure(path);
      const whole = parseToken(token)?.whole ?? false;
      found.set(check, { given: decodeCase(given), token, minimal, whole });
    } catch {
      continue;
    }
  }
  return found;
}
