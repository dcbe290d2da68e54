import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `cancel`. */
export const cancelMutants = [
  {
    name: "cancelled-unanswered",
    breaks: "cancel:call:one-response",
    what: "A cancelled call is never answered.",
  },
  {
    name: "cancelled-answered-twice",
    breaks: "cancel:call:one-response",
    what: "A cancelled call is answered, and then its result comes as well.",
  },
  {
    name: "cancel-waits-for-handler",
    breaks: "cancel:call:prompt",
    what: "A cancelled call is answered when its handler has ended.",
  },
  {
    name: "cancel-misses-same-read",
    breaks: "cancel:call:same-read",
    what: "A cancel in the same read as its call comes before the call is started, and is dropped.",
  },
  {
    name: "unknown-cancel-answered",
    breaks: "cancel:unknown:ignored",
    what: "A cancel of an unknown id is answered.",
  },
  { name: "no-call-deadline", breaks: "cancel:deadline:answered", what: "callTimeoutMs is not kept." },
  { name: "cancel-by-text", breaks: "cancel:id:types-distinct", what: 'A cancel of 1 also cancels "1".' },
  {
    name: "late-cancel-counted",
    breaks: "cancel:result:ignored",
    what: "A cancel after the result is a violation.",
  },
] as const satisfies readonly Mutant[];
