import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `life`. */
export const lifeMutants = [
  { name: "eof-ignored", breaks: "life:eof:exits", what: "The end of stdin is not noticed." },
  {
    name: "eof-waits-for-script",
    breaks: "life:eof:exits",
    what: "After the end of stdin the process waits for the script's timers and sockets.",
  },
  {
    name: "pending-never-settle",
    breaks: "life:eof:pending-fail-once",
    what: "At the end of stdin pending calls stay pending while the process exits.",
  },
  {
    name: "pending-fail-generic",
    breaks: "life:eof:pending-fail-once",
    what: "At the end of stdin pending calls fail without a code.",
  },
  { name: "term-ignored", breaks: "life:term:exits", what: "SIGTERM is ignored." },
  {
    name: "term-cuts-frame",
    breaks: "life:term:exits",
    what: "SIGTERM ends the process in the middle of a frame.",
  },
  {
    name: "token-in-environment",
    breaks: "life:environment:token-gone",
    what: "SANDPIPE_HTTP_TOKEN stays in the environment.",
  },
  {
    name: "token-in-proc",
    breaks: "life:environment:token-gone",
    what: "SANDPIPE_HTTP_TOKEN is deleted from the environment, but stays in /proc.",
  },
  {
    name: "busy-loop-survives",
    breaks: "life:eof:busy-loop",
    what: "A script in a synchronous loop never hears of the end of stdin.",
  },
] as const satisfies readonly Mutant[];
