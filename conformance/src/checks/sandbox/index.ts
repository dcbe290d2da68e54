import type { SandboxCheck } from "../check.js";
import { frameChecks } from "./frame.js";

/** Every check of a sandbox, areas in the order of the requirement rows. */
export const sandboxChecks: readonly SandboxCheck[] = [...frameChecks];
