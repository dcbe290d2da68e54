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
  {
    name: "http-outlives-stdin",
    breaks: "life:eof:http",
    what: "Over HTTP the end of a pipe on stdin is not noticed.",
  },
  {
    name: "http-ends-by-device",
    breaks: "life:eof:http",
    what: "Over HTTP a /dev/null on stdin ends the process.",
  },
  {
    name: "env-file-read",
    breaks: "life:start:no-local-config",
    what: "Variables of a .env in the working folder reach the script.",
  },
  {
    name: "preload-run",
    breaks: "life:start:no-local-config",
    what: "The preload that a bunfig.toml in the working folder names is run.",
  },
  {
    name: "package-fetched",
    breaks: "life:start:no-local-config",
    what: "A package that isn't there is asked for at the registry.",
  },
  {
    name: "launcher-stays",
    breaks: "life:pid:runtime",
    what: "The launcher stays, and the runtime is its child.",
  },
  { name: "lost-exit-1", breaks: "life:exit:codes", what: "A lost host is exit 1 without a line." },
  { name: "close-exit-0", breaks: "life:exit:codes", what: "After session.close the process exits with 0." },
  {
    name: "nonsense-taken",
    breaks: "life:exit:codes",
    what: "Nonsense as the answer of session.open is taken, and nothing follows.",
  },
] as const satisfies readonly Mutant[];
