import type { HostCheck } from "../check.js";

/** Every check of a host, areas in the order of the requirement rows. */
export const hostChecks: readonly HostCheck[] = [];
