import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `version`. */
export const versionMutants = [
  {
    name: "version-guessed",
    breaks: "version:offer:none-common",
    what: "Whatever is offered, version 1 is spoken.",
  },
  {
    name: "version-exit-1",
    breaks: "version:offer:none-common",
    what: "Without a version in common the process exits with 1 and a stack.",
  },
  {
    name: "absent-is-v1",
    breaks: "version:offer:absent-is-v0",
    what: "Without SANDPIPE_PROTOCOL the sandbox speaks version 1.",
  },
] as const satisfies readonly Mutant[];
