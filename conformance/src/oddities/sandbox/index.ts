import type { Oddity } from "../oddity.js";

/** Sandboxes that are right but unusual. */
export const SANDBOX_ODDITIES = [
  { name: "raw-prints", what: "Prints without RS go to the wire as they are, between frames." },
  { name: "raw-stderr", what: "Prints to stderr go to descriptor 2." },
  { name: "one-byte-writes", what: "The first 64 bytes of each write are written one by one." },
  { name: "unknown-members", what: "Each frame and its params have members that nobody knows." },
  { name: "integer-ids", what: "Ids are integers, from below zero upwards." },
  { name: "odd-member-order", what: "The members of a frame come in reverse order." },
  { name: "escaped-text", what: "Every character beyond ASCII is written as an escape." },
  {
    name: "slow-start",
    what: "session.open is sent 50 ms late: within the shortest open timeout that a check sets.",
  },
  { name: "slow-frames", what: "Frames are written 20 ms late." },
  { name: "extra-notifications", what: "A notification that the kit doesn't know goes before each call." },
  {
    name: "script-loaded-early",
    what: "The script is loaded before the host has answered, and its calls are sent behind session.open.",
  },
] as const satisfies readonly Oddity[];

/** The name of an oddity that the kit's own sandbox can be given. */
export type SandboxOddity = (typeof SANDBOX_ODDITIES)[number]["name"];
