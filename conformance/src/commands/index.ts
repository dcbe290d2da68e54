import { hostSessions } from "./host/host-sessions.js";
import { sandboxSessions } from "./sandbox/sandbox-sessions.js";

/** The whole sessions of each version and role; version 0 has too few rules for a model of its own, a pair none. */
export const SESSIONS = {
  0: { host: undefined, sandbox: undefined, both: undefined },
  1: { host: hostSessions, sandbox: sandboxSessions, both: undefined },
} as const;
