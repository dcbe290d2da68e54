import type { Pair } from "./pair.js";

/** Pairs of faults against the rows that are the hardest to judge. */
export const PAIRS: readonly Pair[] = [
  {
    role: "host",
    faults: ["answers-swapped", "some-answers-lost"],
    why: "A lost answer may be one of the two that would have been swapped.",
  },
  {
    role: "host",
    faults: ["duplicate-executed", "ids-keyed-by-text"],
    why: "What is taken for a duplicate is executed all the same, so it looks served.",
  },
  {
    role: "host",
    faults: ["cancelled-answered-twice", "cancel-misses-same-read"],
    why: "A cancel that is dropped has no second answer.",
  },
  {
    role: "host",
    faults: ["decodes-each-chunk", "rs-inside-swallowed"],
    why: "Both spoil the same bytes.",
  },
  {
    role: "host",
    faults: ["hidden-oracle-by-message", "params-before-whitelist"],
    why: "An answer about params comes before the one that tells the hidden method.",
  },
  {
    role: "host",
    faults: ["stops-reading-when-unread", "never-busy"],
    why: "A host that reads no further seems to hold its limit.",
  },
  {
    role: "host",
    faults: ["group-outlives-run", "report-at-exit"],
    why: "The report no longer waits for the pipes that a survivor holds.",
  },
  {
    role: "host",
    faults: ["params-before-busy", "busy-but-executed"],
    why: "What is refused for its params is never executed.",
  },
  {
    role: "host",
    faults: ["no-group", "child-outlives-host"],
    why: "A sandbox in the host's own group dies when whoever killed the host clears that.",
  },
  {
    role: "host",
    faults: ["http-late-open-answered", "http-stdio-served-too"],
    why: "A stdio that is served after the latch answers a late open as well.",
  },
  {
    role: "host",
    faults: ["foreign-file-told", "duplicate-member-read-twice"],
    why: "Either lets the scope of a file be asked about the wrong one.",
  },
  {
    role: "sandbox",
    faults: ["second-answer-shifts", "unknown-id-closes"],
    why: "A shifted answer leaves an id behind that nobody knows.",
  },
  {
    role: "sandbox",
    faults: ["console-overtaken", "print-inside-frame"],
    why: "Both move prints.",
  },
  {
    role: "sandbox",
    faults: ["one-too-many-in-flight", "abort-wrong-id"],
    why: "A cancel that names another call frees no place.",
  },
  {
    role: "sandbox",
    faults: ["switches-later", "lost-always-unsent"],
    why: "A call that is sent again over HTTP is never reported as lost.",
  },
];
