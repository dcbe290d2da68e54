import type { Oddity } from "../oddity.js";

/** Hosts that are right but unusual. */
export const HOST_ODDITIES = [
  // R51: what is right but unusual, a frame that nobody awaits among it.
  { name: "reverse-order", what: "Answers that are ready in one turn are sent in reverse order." },
  { name: "one-byte-writes", what: "Frames are written byte by byte (the first 64 bytes of each)." },
  {
    name: "one-large-write",
    what: "Answers are held until the next turn and written at once, many frames a write.",
  },
  {
    name: "unknown-members",
    what: "Each frame, result of session.open and error data has members that nobody knows.",
  },
  { name: "odd-member-order", what: "The members of a frame come in reverse order." },
  { name: "escaped-text", what: "Every character beyond ASCII, and the solidus, is written as an escape." },
  { name: "extra-notifications", what: "A notification that the kit doesn't know goes before each answer." },
  { name: "silent-after-100", what: "Violations after the first hundred are not answered." },
  { name: "slow-start", what: "The child is spawned 300 ms late." },
  { name: "slow-frames", what: "150 ms are added to each frame." },
  { name: "surrogates-refused", what: "A frame with an escaped lone surrogate is refused with −32600." },
  { name: "slow-end", what: "Each step of the end takes 50 ms more than graceMs." },
  { name: "lingering-end", what: "`ended` comes 900 ms after graceMs." },
  {
    name: "death-watcher",
    what: "A second process, not the kernel, ends the sandbox when the host is gone.",
  },
] as const satisfies readonly Oddity[];

export type HostOddity = (typeof HOST_ODDITIES)[number]["name"];
