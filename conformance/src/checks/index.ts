import type { Role, Version } from "../target/target.js";
import type { HostCheck, SandboxCheck } from "./check.js";
import { hostChecks } from "./host/index.js";
import { sandboxChecks } from "./sandbox/index.js";
import { hostChecksV0 } from "./v0/host.js";
import { sandboxChecksV0 } from "./v0/sandbox.js";

/** Every check by version and role, in the order of the requirement rows. */
export const CHECKS = {
  0: { host: hostChecksV0, sandbox: sandboxChecksV0 },
  1: { host: hostChecks, sandbox: sandboxChecks },
} as const satisfies Record<Version, { host: readonly HostCheck[]; sandbox: readonly SandboxCheck[] }>;

/** Ids of a role's checks, in the order of the rows. */
export function checkIds(role: Role, version: Version): readonly string[] {
  return CHECKS[version][role].map(({ id }) => id);
}
