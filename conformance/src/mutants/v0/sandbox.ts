import type { Mutant } from "../mutant.js";

/** Faults of a sandbox against the requirements of version 0, in the order of its rows. */
export const sandboxMutantsV0 = [
  {
    name: "v0-parses-each-chunk",
    breaks: "frame:receive:any-boundary",
    what: "Each read is parsed by itself: half a response and two are none.",
  },
  {
    name: "v0-decodes-each-chunk",
    breaks: "frame:receive:any-boundary",
    what: "Each read is decoded by itself, which breaks characters.",
  },
  { name: "v0-ids-reused", breaks: "call:id:never-reused", what: "Ids begin anew when no call waits." },
  {
    name: "v0-answers-by-order",
    breaks: "call:correlate:own-answer",
    what: "A response settles the call that has waited longest.",
  },
  {
    name: "v0-unknown-fatal",
    breaks: "call:correlate:unknown-ignored",
    what: "A response with an unknown id ends the process.",
  },
  {
    name: "v0-unknown-settles",
    breaks: "call:correlate:unknown-ignored",
    what: "A response with an unknown id settles the call that has waited longest.",
  },
  {
    name: "v0-errors-resolve",
    breaks: "call:error:rejects",
    what: "An error is given as if it were a result.",
  },
  { name: "v0-error-text-lost", breaks: "call:error:rejects", what: "Every call fails with the same text." },
  {
    name: "v0-prints-after-result",
    breaks: "output:result:last-line",
    what: "A line of the sandbox's own follows the result.",
  },
  { name: "v0-pretty-result", breaks: "output:result:last-line", what: "The result is indented over lines." },
  {
    name: "v0-result-cut",
    breaks: "output:result:last-line",
    what: "The exit cuts what the pipe hasn't taken.",
  },
] as const satisfies readonly Mutant[];

/** The name of a fault against version 0 that the kit's own sandbox can be given. */
export type SandboxFaultV0 = (typeof sandboxMutantsV0)[number]["name"];
