import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `result`. */
export const resultMutants = [
  {
    name: "result-as-text",
    breaks: "result:value:handed-over",
    what: "The value is handed over as JSON text.",
  },
  {
    name: "result-nulls-dropped",
    breaks: "result:value:handed-over",
    what: "Members of the value that are null are dropped.",
  },
  {
    name: "undefined-dropped",
    breaks: "result:undefined:null",
    what: "A result of undefined is sent without a value.",
  },
  {
    name: "throw-crashes",
    breaks: "result:throw:reported",
    what: "A script that throws ends the process without a result.",
  },
  {
    name: "throw-named-error",
    breaks: "result:throw:reported",
    what: "Every thrown error is reported with name ScriptError and without a stack.",
  },
  {
    name: "throw-as-success",
    breaks: "result:throw:reported",
    what: "What a script throws is handed over as its value.",
  },
  { name: "result-twice", breaks: "result:once", what: "The result is sent again before the process exits." },
  { name: "result-never-after-throw", breaks: "result:once", what: "A script that throws sends no result." },
  {
    name: "exit-before-acknowledgement",
    breaks: "result:exit:after-acknowledgement",
    what: "The process exits as soon as its result is written.",
  },
  { name: "exit-code-one", breaks: "result:exit:code", what: "The process exits with 1 after an ok result." },
  {
    name: "unserializable-null",
    breaks: "result:value:not-serializable",
    what: "A value that can't be serialised is handed over as null.",
  },
  {
    name: "unserializable-crashes",
    breaks: "result:value:not-serializable",
    what: "A value that can't be serialised ends the process.",
  },
  {
    name: "unsettled-silent",
    breaks: "result:unsettled:reported",
    what: "A script that can never finish ends the process without a result.",
  },
  {
    name: "unsettled-hangs",
    breaks: "result:unsettled:reported",
    what: "A script that can never finish keeps the process for ever.",
  },
] as const satisfies readonly Mutant[];
