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
  {
    name: "v0-line-never-latches",
    breaks: "version:latch:v0",
    what: "A host that offers both takes a bare request line for output.",
  },
  {
    name: "v0-latch-answers-in-frames",
    breaks: "version:latch:v0",
    what: "Having latched version 0, the host puts RS before its lines all the same.",
  },
  {
    name: "v1-after-v0-latch",
    breaks: "version:latch:v0",
    what: "A session that has latched version 0 still executes frames of version 1.",
  },
  {
    name: "early-record-answered",
    breaks: "version:latch:before-is-output",
    what: "A malformed record is refused before the latch.",
  },
  {
    name: "early-record-lost",
    breaks: "version:latch:before-is-output",
    what: "A malformed record before the latch is no output.",
  },
] as const satisfies readonly Mutant[];
