import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `output`. */
export const outputMutants = [
  {
    name: "output-decoded",
    breaks: "output:raw:byte-exact",
    what: "Output is decoded as text, so bytes that are no UTF-8 are replaced.",
  },
  {
    name: "output-trimmed",
    breaks: "output:raw:byte-exact",
    what: "White space at the end of each piece of output is trimmed.",
  },
  {
    name: "partial-line-lost",
    breaks: "output:partial-line:kept",
    what: "What stands before a frame on its line is thrown away.",
  },
  {
    name: "prints-executed",
    breaks: "output:print:never-executed",
    what: "A printed line that looks like a request is executed.",
  },
  {
    name: "captured-prints-last",
    breaks: "output:captured:in-order",
    what: "Captured prints are put behind the raw output.",
  },
  {
    name: "base64-kept-as-text",
    breaks: "output:captured:bytes",
    what: "The base64 text of a captured print is kept instead of its bytes.",
  },
  {
    name: "early-prints-dropped",
    breaks: "output:captured:always-taken",
    what: "session.output before the open is dropped.",
  },
  {
    name: "stderr-in-output",
    breaks: "output:stderr:apart",
    what: "Captured prints of stderr go to the output.",
  },
  {
    name: "report-at-exit",
    breaks: "output:end:drained",
    what: "The report is made at the exit event; what the reader still holds is lost.",
  },
  {
    name: "output-cut-silently",
    breaks: "output:limit:counted",
    what: "Output beyond its limit is cut without a word.",
  },
] as const satisfies readonly Mutant[];
