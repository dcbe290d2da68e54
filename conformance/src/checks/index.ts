import type { JudgedRole, Version } from "../target/target.js";
import { BOTH_CHECKS } from "./both/index.js";
import type { HostCheck, SandboxCheck } from "./check.js";
import { hostChecks } from "./host/index.js";
import { sandboxChecks } from "./sandbox/index.js";
import { hostChecksV0 } from "./v0/host.js";
import { sandboxChecksV0 } from "./v0/sandbox.js";

/** Every check by version and role, in the order of the rows. A pair is judged by version 1 only. */
export const CHECKS = {
  0: { host: hostChecksV0, sandbox: sandboxChecksV0, both: [] },
  1: { host: hostChecks, sandbox: sandboxChecks, both: BOTH_CHECKS },
} as const satisfies Record<
  Version,
  { host: readonly HostCheck[]; sandbox: readonly SandboxCheck[]; both: typeof BOTH_CHECKS | readonly [] }
>;

/** Ids of a role's checks, in the order of the rows. */
export function checkIds(role: JudgedRole, version: Version): readonly string[] {
  return CHECKS[version][role].map(({ id }) => id);
}
