import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `error`. */
export const errorMutants = [
  {
    name: "params-before-busy",
    breaks: "error:order:first-fault",
    what: "Params are validated before the number of calls in flight.",
  },
  {
    name: "whitelist-before-open",
    breaks: "error:order:first-fault",
    what: "The whitelist is asked before the session is open.",
  },
  { name: "kind-missing", breaks: "error:kind:present", what: "Errors carry no data.kind." },
  {
    name: "method-data-dropped",
    breaks: "error:method:passes-through",
    what: "The data of a method's own error is dropped.",
  },
  {
    name: "method-code-replaced",
    breaks: "error:method:passes-through",
    what: "A method's own error becomes an internal error.",
  },
  {
    name: "failure-text-leaked",
    breaks: "error:internal:no-leak",
    what: "The text of an unexpected failure is the message of its answer.",
  },
  {
    name: "failure-stack-leaked",
    breaks: "error:internal:no-leak",
    what: "The stack of an unexpected failure is in the data of its answer.",
  },
  {
    name: "failure-ends-session",
    breaks: "error:internal:session-survives",
    what: "After an unexpected failure nothing is answered any more.",
  },
] as const satisfies readonly Mutant[];
