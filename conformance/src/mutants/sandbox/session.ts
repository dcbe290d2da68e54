import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `session`. */
export const sessionMutants = [
  {
    name: "protocol-as-text",
    breaks: "session:open:sent-first",
    what: "session.open names its protocol as a string.",
  },
  {
    name: "progress-before-open",
    breaks: "session:open:sent-first",
    what: "A session.progress goes before session.open.",
  },
  {
    name: "script-before-open",
    breaks: "session:open:before-user-code",
    what: "The script is loaded while session.open still waits to be written.",
  },
  {
    name: "open-twice",
    breaks: "session:open:sent-once",
    what: "session.open is sent again when it was answered.",
  },
  { name: "close-ignored", breaks: "session:close:exits", what: "session.close is ignored." },
  {
    name: "close-waits-for-script",
    breaks: "session:close:exits",
    what: "After session.close the process waits for the script's timers and sockets.",
  },
  {
    name: "unknown-notification-fatal",
    breaks: "session:notification:unknown-ignored",
    what: "An unknown notification ends the process.",
  },
  {
    name: "unknown-notification-answered",
    breaks: "session:notification:unknown-ignored",
    what: "An unknown notification is answered with an error.",
  },
  {
    name: "stdio-gives-up",
    breaks: "session:open:waits",
    what: "On fixed stdio the process gives up when SANDPIPE_OPEN_TIMEOUT_MS are over.",
  },
] as const satisfies readonly Mutant[];
