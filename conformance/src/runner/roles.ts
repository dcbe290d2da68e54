import type { Row } from "@sandpipe/spec/requirement";
import { REQUIREMENTS } from "@sandpipe/spec/v1/requirements";
import { HOST_CHECKS, SANDBOX_CHECKS } from "../checks/index.js";
import { startHostTarget } from "../target/host-target.js";
import type { SandboxPlan } from "../target/sandbox-plan.js";
import type { SandboxSeen } from "../target/sandbox-seen.js";
import type { Role, StartOptions, Target } from "../target/target.js";

/** Starts a sandbox target; loaded when it is wanted, as a run needs one role only. */
async function startSandboxTarget(options: StartOptions): Promise<Target<SandboxPlan, SandboxSeen>> {
  const module = (await import(new URL("../target/sandbox-target.js", import.meta.url).href)) as {
    startSandboxTarget(options: StartOptions): Promise<Target<SandboxPlan, SandboxSeen>>;
  };
  return module.startSandboxTarget(options);
}

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
