import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `cancel`. */
export const cancelMutants = [
  {
    name: "abort-not-sent",
    breaks: "cancel:signal:sent",
    what: "An aborted call rejects, but the host isn't told.",
  },
  {
    name: "abort-wrong-id",
    breaks: "cancel:signal:sent",
    what: "session.cancel names the latest call, not the aborted one.",
  },
  {
    name: "abort-never-rejects",
    breaks: "cancel:signal:sent",
    what: "An aborted call is cancelled on the wire and stays pending until its answer.",
  },
  { name: "timeout-ignored", breaks: "cancel:timeout:local", what: "timeoutMs is ignored." },
  {
    name: "late-answer-fatal",
    breaks: "cancel:timeout:local",
    what: "The answer of a call that timed out ends the process.",
  },
  {
    name: "abort-not-sent-after-late",
    breaks: "cancel:signal:sent",
    what: "Once an answer came too late for its aborted call, further aborts send no session.cancel.",
  },
] as const satisfies readonly Mutant[];
