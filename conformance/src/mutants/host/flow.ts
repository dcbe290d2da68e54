import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `flow`. */
export const flowMutants = [
  {
    name: "stops-reading-when-unread",
    breaks: "flow:prints:always-drain",
    what: "Stdout is not read while answers wait for a reader.",
  },
  {
    name: "stderr-unread",
    breaks: "flow:stderr:drained",
    what: "Stderr is read when the process has ended.",
  },
  {
    name: "starts-without-end",
    breaks: "flow:responses:bounded",
    what: "Calls are started however many answers wait.",
  },
  {
    name: "refusals-stop-reading",
    breaks: "flow:refusals:bounded",
    what: "Once too many refusals wait, stdout is never read again.",
  },
] as const satisfies readonly Mutant[];
