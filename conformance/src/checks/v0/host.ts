import type { HostCheck } from "../check.js";
import { callChecks } from "./host-call.js";
import { frameChecks } from "./host-frame.js";
import { lifeChecks } from "./host-life.js";
import { outputChecks } from "./host-output.js";

/** Every check of a host of version 0, in the order of the requirement rows. */
export const hostChecksV0: readonly HostCheck[] = [
  ...frameChecks,
  ...callChecks,
  ...outputChecks,
  ...lifeChecks,
];
