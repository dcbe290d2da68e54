import type { Row } from "@sandpipe/spec/requirement";
import { REQUIREMENTS } from "@sandpipe/spec/v1/requirements";
import { HOST_CHECKS, SANDBOX_CHECKS } from "../checks/index.js";
import { startHostTarget } from "../target/host-target.js";
import { startSandboxTarget } from "../target/sandbox-target.js";
import type { Role } from "../target/target.js";

/** What is there for each role: its checks, and how its subjects are started. */
export const ROLES = {
  host: { checks: HOST_CHECKS, start: startHostTarget },
  sandbox: { checks: SANDBOX_CHECKS, start: startSandboxTarget },
} as const;

/** The requirement rows by id. */
export const ROWS: ReadonlyMap<string, Row> = new Map(REQUIREMENTS.map((row) => [row.id, row]));

/** Ids of a role's checks, in the order of the rows. */
export function checkIds(role: Role): readonly string[] {
  return ROLES[role].checks.map((check) => check.id);
}
