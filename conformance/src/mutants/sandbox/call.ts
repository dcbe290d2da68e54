import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `call`. */
export const callMutants = [
  {
    name: "answers-by-order",
    breaks: "call:correlate:own-answer",
    what: "Answers settle calls in the order in which they were sent, whatever their ids.",
  },
  {
    name: "second-answer-fatal",
    breaks: "call:correlate:settles-once",
    what: "An answer to a settled call ends the process.",
  },
  {
    name: "second-answer-shifts",
    breaks: "call:correlate:settles-once",
    what: "An answer to a settled call settles the oldest pending one.",
  },
  {
    name: "unknown-id-fatal",
    breaks: "call:correlate:unknown-ignored",
    what: "An answer with an unknown id ends the process.",
  },
  {
    name: "unknown-id-closes",
    breaks: "call:correlate:unknown-ignored",
    what: "An answer with an unknown id fails every pending call.",
  },
  { name: "ids-reused", breaks: "call:id:never-reused", what: "The id of a settled call is taken again." },
  {
    name: "null-result-hangs",
    breaks: "call:result:null-is-success",
    what: "A null result is taken for no result: the call stays pending.",
  },
  { name: "null-result-fails", breaks: "call:result:null-is-success", what: "A null result fails its call." },
  {
    name: "neither-ignored",
    breaks: "call:result:neither-or-both",
    what: "An answer with neither result nor error is ignored.",
  },
  {
    name: "both-succeed",
    breaks: "call:result:neither-or-both",
    what: "An answer with result and error succeeds.",
  },
  {
    name: "error-as-text",
    breaks: "call:error:passes-through",
    what: "An error is turned into text: its code and data are lost.",
  },
  {
    name: "error-data-dropped",
    breaks: "call:error:passes-through",
    what: "The data of an error are dropped.",
  },
  {
    name: "calls-beyond-64-lost",
    breaks: "call:concurrent:many",
    what: "A call that finds 64 others pending is never sent.",
  },
  {
    name: "host-requests-answered",
    breaks: "call:request:from-host-ignored",
    what: "A request from the host is answered with an error.",
  },
  {
    name: "host-requests-fatal",
    breaks: "call:request:from-host-ignored",
    what: "A request from the host ends the process.",
  },
  {
    name: "jsonrpc-unchecked",
    breaks: "call:response:malformed-fails",
    what: "An answer succeeds whatever its jsonrpc says.",
  },
  {
    name: "odd-error-ignored",
    breaks: "call:response:malformed-fails",
    what: "An answer whose error has no integer code or no message is ignored: the call hangs.",
  },
  {
    name: "strict-answers",
    breaks: "call:response:unknown-members",
    what: "An answer with a member that the sandbox doesn't know fails its call.",
  },
  {
    name: "strict-errors",
    breaks: "call:response:unknown-members",
    what: "An error with a member that the sandbox doesn't know is malformed.",
  },
  {
    name: "strict-opening",
    breaks: "call:response:unknown-members",
    what: "An answer of session.open with a limit that the sandbox doesn't know is refused.",
  },
  {
    name: "null-after-error-rejects",
    breaks: "call:result:null-is-success",
    what: "A null result right behind an error answer rejects with that error once more.",
  },
] as const satisfies readonly Mutant[];
