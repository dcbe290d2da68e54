import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `version`. */
export const versionMutants = [
  {
    name: "supported-missing",
    breaks: "version:open:unsupported",
    what: "The refusal of a version doesn't tell the ones that would work.",
  },
  {
    name: "any-version-opened",
    breaks: "version:open:unsupported",
    what: "session.open is answered whatever version it names.",
  },
  {
    name: "bare-lines-after-latch",
    breaks: "version:latch:v1",
    what: "Bare request lines are executed in a session of v1.",
  },
  {
    name: "open-params-first",
    breaks: "version:open:before-params",
    what: "The params of session.open are held to this version's schema before the version is looked at.",
  },
] as const satisfies readonly Mutant[];
