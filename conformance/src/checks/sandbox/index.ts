import type { SandboxCheck } from "../check.js";

/** Every check of a sandbox, areas in the order of the requirement rows. */
export const sandboxChecks: readonly SandboxCheck[] = [];
