import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `limit`. */
export const limitMutants = [
  {
    name: "half-the-minima-granted",
    breaks: "limit:minima:granted",
    what: "The host grants half of the minima.",
  },
  {
    name: "frame-limit-plus-one",
    breaks: "limit:frame:in-boundary",
    what: "A frame of maxFrameBytes + 1 is served.",
  },
  {
    name: "frame-limit-minus-one",
    breaks: "limit:frame:in-boundary",
    what: "A frame of exactly maxFrameBytes is refused.",
  },
  {
    name: "oversized-in-output",
    breaks: "limit:frame:in-boundary",
    what: "The bytes of an oversized frame become output.",
  },
  {
    name: "oversized-answer-sent",
    breaks: "limit:frame:out",
    what: "A response over maxFrameBytes is sent as it is.",
  },
  {
    name: "oversized-answer-lost",
    breaks: "limit:frame:out",
    what: "A response over maxFrameBytes is dropped.",
  },
  {
    name: "largest-answer-refused",
    breaks: "limit:frame:out",
    what: "A response of exactly maxFrameBytes is taken for too large.",
  },
  {
    name: "depth-limit-plus-one",
    breaks: "limit:depth:boundary",
    what: "A frame of maxDepth + 1 levels is served.",
  },
  {
    name: "depth-limit-minus-one",
    breaks: "limit:depth:boundary",
    what: "A frame of exactly maxDepth levels is refused.",
  },
  {
    name: "text-brackets-counted",
    breaks: "limit:depth:text-brackets",
    what: "Brackets inside strings count for the depth.",
  },
  { name: "never-busy", breaks: "limit:in-flight:busy", what: "Any number of calls is accepted." },
  {
    name: "busy-but-executed",
    breaks: "limit:in-flight:busy",
    what: "A call beyond maxInFlight is answered busy, and executed.",
  },
  {
    name: "failed-calls-stay-in-flight",
    breaks: "limit:in-flight:not-early",
    what: "A call that ends in an error is counted as in flight for ever.",
  },
  {
    name: "output-kept-without-end",
    breaks: "limit:memory:bounded",
    what: "Oversized records are kept in memory until their LF.",
  },
  {
    name: "full-deafens",
    breaks: "limit:in-flight:cancel-gets-through",
    what: "While maxInFlight calls run nothing but requests is handled.",
  },
  {
    name: "open-counts-in-flight",
    breaks: "limit:in-flight:session-free",
    what: "session.open takes the place of a call.",
  },
  {
    name: "result-busy",
    breaks: "limit:in-flight:session-free",
    what: "session.result is busy while maxInFlight calls run.",
  },
  {
    name: "memory-unbounded",
    breaks: "limit:memory:child-bounded",
    what: "memoryBytes is not kept.",
  },
] as const satisfies readonly Mutant[];
