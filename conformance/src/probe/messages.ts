/** What the kit tells the probe. `n` numbers a command; the probe answers each with `done` when it is carried out. */
export type ProbeCommand = ProbeAction & { readonly n: number };

/** What the probe can be told to do. */
export type ProbeAction =
  | WriteAction
  | { readonly do: "pause" | "resume" }
  | { readonly do: "close"; readonly fd: 0 | 1 | 2 }
  | ({ readonly do: "spawn" } & Grandchild)
  | { readonly do: "tell"; readonly what: "environment" | "descriptors" | "process" }
  | { readonly do: "on-term"; readonly then: "ignore" | "exit" }
  | { readonly do: "exit"; readonly code: number }
  | { readonly do: "signal"; readonly name: string };

/** A process that inherits the probe's descriptors: it sleeps, or goes on writing. */
export interface Grandchild {
  readonly setsid: boolean;
  readonly writes?: "now and then" | "without end";
  /** Where it writes; default stdout. */
  readonly stream?: "stdout" | "stderr";
}

/**
 * Segments make one sequence of bytes, written in pieces cut at these ascending offsets. A number is so many bytes
 * of the message's body, in order; a repeat is made in the probe.
 */
export interface WriteAction {
  readonly do: "write";
  readonly fd: 1 | 2;
  readonly segments: readonly WriteSegment[];
  readonly cuts: readonly number[];
}

export type WriteSegment = number | { readonly text: string; readonly count: number };

/** What the probe says. The body of `in` is what it read on descriptor 0. */
export type ProbeReport =
  | { readonly e: "hello"; readonly key: string; readonly pid: number }
  | { readonly e: "in" }
  | { readonly e: "eof" }
  | { readonly e: "term" }
  | { readonly e: "done"; readonly n: number; readonly error?: string; readonly value?: unknown };
