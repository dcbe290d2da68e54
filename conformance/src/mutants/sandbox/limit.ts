import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `limit`. */
export const limitMutants = [
  {
    name: "large-call-sent",
    breaks: "limit:send:call-fails-locally",
    what: "A call over maxFrameBytes is sent all the same.",
  },
  {
    name: "large-call-hangs",
    breaks: "limit:send:call-fails-locally",
    what: "A call over maxFrameBytes is dropped and stays pending.",
  },
  {
    name: "large-emit-sent",
    breaks: "limit:send:call-fails-locally",
    what: "An emit over maxFrameBytes is sent all the same.",
  },
  {
    name: "large-print-one-frame",
    breaks: "limit:send:prints-split",
    what: "A print goes out in one frame, whatever its size.",
  },
  { name: "large-print-cut", breaks: "limit:send:prints-split", what: "A print is cut at maxFrameBytes." },
  {
    name: "large-result-sent",
    breaks: "limit:send:result-too-large",
    what: "A result over maxFrameBytes is sent all the same.",
  },
  {
    name: "large-result-lost",
    breaks: "limit:send:result-too-large",
    what: "A result over maxFrameBytes ends the process without a result.",
  },
  {
    name: "unlimited-in-flight",
    breaks: "limit:in-flight:queued",
    what: "Calls are sent whatever maxInFlight says.",
  },
  {
    name: "one-too-many-in-flight",
    breaks: "limit:in-flight:queued",
    what: "One call more than maxInFlight is kept unanswered.",
  },
  {
    name: "oversized-fatal",
    breaks: "limit:receive:oversized-skipped",
    what: "A record over maxFrameBytes ends the process.",
  },
  {
    name: "oversized-desynchronises",
    breaks: "limit:receive:oversized-skipped",
    what: "After a record over maxFrameBytes the next frame is lost.",
  },
  {
    name: "deep-call-sent",
    breaks: "limit:send:depth-fails-locally",
    what: "A call deeper than maxDepth is sent all the same.",
  },
  {
    name: "deep-emit-sent",
    breaks: "limit:send:depth-fails-locally",
    what: "An emit deeper than maxDepth is sent all the same.",
  },
  {
    name: "open-answer-within-minima",
    breaks: "limit:receive:open-answer",
    what: "The answer of session.open is read within 65,536 bytes.",
  },
] as const satisfies readonly Mutant[];
