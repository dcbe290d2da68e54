import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `flow`. */
export const flowMutants = [
  {
    name: "write-blocks-reading",
    breaks: "flow:stdin:read-while-writing",
    what: "While a write waits nothing else runs, so stdin isn't read.",
  },
] as const satisfies readonly Mutant[];
