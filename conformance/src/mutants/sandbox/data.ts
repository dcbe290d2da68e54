import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `data`. */
export const dataMutants = [
  {
    name: "query-as-call",
    breaks: "data:query:no-frame",
    what: "A query is told to the host by a notification.",
  },
] as const satisfies readonly Mutant[];
