import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `fallback`. */
export const fallbackMutants = [
  {
    name: "unknown-transport-taken",
    breaks: "fallback:transport:unknown-value",
    what: "An unknown SANDPIPE_TRANSPORT counts as stdio.",
  },
  {
    name: "unknown-transport-exit-1",
    breaks: "fallback:transport:unknown-value",
    what: "An unknown SANDPIPE_TRANSPORT ends the process with 1 and a stack.",
  },
  {
    name: "bad-timeout-default",
    breaks: "fallback:timeout:bad-value",
    what: "A bad SANDPIPE_OPEN_TIMEOUT_MS counts as the default.",
  },
  {
    name: "timeout-parsed-by-prefix",
    breaks: "fallback:timeout:bad-value",
    what: "SANDPIPE_OPEN_TIMEOUT_MS is read up to its first character that is no digit.",
  },
  {
    name: "no-url-waits",
    breaks: "fallback:auto:no-url",
    what: "Without an answer and a URL the process waits for ever.",
  },
  {
    name: "no-url-exit-1",
    breaks: "fallback:auto:no-url",
    what: "Without an answer and a URL the process exits with 1.",
  },
  {
    name: "switches-later",
    breaks: "fallback:switch:never-later",
    what: "When stdin ends in mid-run the pending calls are sent again over HTTP.",
  },
  {
    name: "lost-without-cause",
    breaks: "fallback:lost:may-have-run",
    what: "transport_lost doesn't say whether the call may have run.",
  },
  {
    name: "lost-always-unsent",
    breaks: "fallback:lost:may-have-run",
    what: "transport_lost says that the call didn't run, though it was sent.",
  },
  {
    name: "http-taken-as-stdio",
    breaks: "fallback:http:no-url",
    what: "SANDPIPE_TRANSPORT http without a URL counts as stdio.",
  },
  {
    name: "fallback-never",
    breaks: "fallback:auto:silent-host",
    what: "Without an answer on stdio the process ends, though there is a URL.",
  },
  {
    name: "fallback-at-once",
    breaks: "fallback:auto:silent-host",
    what: "The session is opened over HTTP before stdio had its time.",
  },
  {
    name: "closed-stdin-waits",
    breaks: "fallback:auto:closed-stdin",
    what: "With stdin at its end the whole timeout is waited for.",
  },
  {
    name: "sends-on-both",
    breaks: "fallback:open:only-open-twice",
    what: "After a fallback every frame goes out on stdio as well.",
  },
  {
    name: "stdio-asks-http",
    breaks: "fallback:stdio:fixed",
    what: "With SANDPIPE_TRANSPORT stdio the HTTP address is asked all the same.",
  },
  {
    name: "http-opens-on-stdio",
    breaks: "fallback:http:fixed",
    what: "With SANDPIPE_TRANSPORT http the open is written to stdout as well.",
  },
  {
    name: "second-leg-long",
    breaks: "fallback:timeout:both-legs",
    what: "The second leg has a timeout of its own, of ten minutes.",
  },
  {
    name: "second-leg-short",
    breaks: "fallback:timeout:both-legs",
    what: "The second leg has a timeout of its own, of half a second.",
  },
  {
    name: "late-answer-opens",
    breaks: "fallback:late-answer:ignored",
    what: "An answer that comes late on stdio starts the script again.",
  },
  {
    name: "http-resends-counts",
    breaks: "fallback:resend:never",
    what: "A call that is not idempotent is sent again when its connection fails.",
  },
] as const satisfies readonly Mutant[];
