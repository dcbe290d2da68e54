import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `session`. */
export const sessionMutants = [
  {
    name: "open-without-features",
    breaks: "session:open:answered",
    what: "The answer of session.open has no features.",
  },
  {
    name: "default-limits-told",
    breaks: "session:open:limits-told",
    what: "session.open tells the host's default limits, not the run's.",
  },
  { name: "served-before-open", breaks: "session:open:first", what: "Calls before session.open are served." },
  {
    name: "executed-before-open",
    breaks: "session:open:first",
    what: "Calls before session.open are refused, but executed.",
  },
  {
    name: "second-open-answered",
    breaks: "session:open:second-refused",
    what: "A second session.open is answered like the first.",
  },
  {
    name: "pipelined-calls-refused",
    breaks: "session:open:pipelined",
    what: "Calls in the same read as session.open come too early.",
  },
  {
    name: "unknown-notifications-answered",
    breaks: "session:notification:unknown-dropped",
    what: "An unknown notification is answered −32601.",
  },
  {
    name: "unknown-notifications-uncounted",
    breaks: "session:notification:unknown-dropped",
    what: "An unknown notification is no violation.",
  },
  { name: "progress-answered", breaks: "session:progress:taken", what: "session.progress is answered." },
  { name: "emits-reversed", breaks: "session:emit:reported", what: "Emits are reported in reverse order." },
  {
    name: "emits-pile-up",
    breaks: "session:emit:same-id-replaces",
    what: "A second emit under an id is added to the first.",
  },
  {
    name: "emit-replaced-at-end",
    breaks: "session:emit:same-id-replaces",
    what: "A second emit under an id moves to the end.",
  },
  {
    name: "early-emits-taken",
    breaks: "session:notification:before-open",
    what: "Emits before the open are taken.",
  },
  {
    name: "emits-without-end",
    breaks: "session:emit:limited",
    what: "Emits are kept however many there are.",
  },
  {
    name: "emit-undeclared",
    breaks: "session:features:undeclared-silent",
    what: "Emits are taken, but the feature is not declared.",
  },
  {
    name: "dropped-emits-untold",
    breaks: "session:emit:drop-reported",
    what: "An emit that there is no room for is dropped without a word.",
  },
  {
    name: "emit-lost-while-full",
    breaks: "session:emit:reported",
    what: "An emit is dropped while maxInFlight calls are unanswered.",
  },
] as const satisfies readonly Mutant[];
