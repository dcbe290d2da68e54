import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `result`. */
export const resultMutants = [
  {
    name: "result-unanswered",
    breaks: "result:accepted:acknowledged",
    what: "session.result is never answered.",
  },
  { name: "result-as-text", breaks: "result:ok:reported", what: "The value in the report is its JSON text." },
  {
    name: "failure-reported-ok",
    breaks: "result:failed:reported",
    what: "A result that said not ok makes the outcome ok.",
  },
  {
    name: "script-error-lost",
    breaks: "result:failed:reported",
    what: "The report says failed without the script's error.",
  },
  {
    name: "exit-code-ignored",
    breaks: "result:exit-code:failed",
    what: "Only the result decides the outcome, not the exit code.",
  },
  { name: "missing-result-ok", breaks: "result:missing:failed", what: "Exit 0 without a result is ok." },
  { name: "last-result-wins", breaks: "result:second:refused", what: "A second result replaces the first." },
  {
    name: "calls-run-on",
    breaks: "result:after:calls-cancelled",
    what: "Calls in flight at the result run on.",
  },
  {
    name: "served-after-result",
    breaks: "result:after:requests-refused",
    what: "Calls after the result are served.",
  },
  {
    name: "late-prints-dropped",
    breaks: "result:after:output-taken",
    what: "Prints after the result are dropped.",
  },
  {
    name: "late-emits-dropped",
    breaks: "result:after:emit-taken",
    what: "Emits after the result are dropped.",
  },
  { name: "effects-unlisted", breaks: "result:report:effects", what: "The report lists no effects." },
  {
    name: "phase-always-result",
    breaks: "result:report:phase",
    what: "The report says that every run came to its result.",
  },
] as const satisfies readonly Mutant[];
