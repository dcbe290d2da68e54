import type { HostCheck, SandboxCheck } from "./check.js";
import { hostChecks } from "./host/index.js";
import { sandboxChecks } from "./sandbox/index.js";

/** Every check of a host, in the order of the requirement rows. */
export const HOST_CHECKS: readonly HostCheck[] = hostChecks;

/** Every check of a sandbox. */
export const SANDBOX_CHECKS: readonly SandboxCheck[] = sandboxChecks;
