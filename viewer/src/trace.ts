/** What went between some parties, in order of time: what the viewer draws, wherever it was recorded. */
export interface Trace {
  /** Id of the session, or of the check that it failed. */
  readonly name: string;
  /** From left to right. */
  readonly parties: readonly string[];
  readonly entries: readonly Entry[];
}

/** One thing that went from one party to another, or a note of what happened. */
export interface Entry {
  /** Milliseconds since the trace began. */
  readonly at: number;
  /** Index of the party that it came from; absent in a note. */
  readonly from?: number;
  /** Index of the party that it went to; absent in a note. */
  readonly to?: number;
  /** Where it went. */
  readonly channel: "wire" | "http" | "stderr" | "control" | "process";
  /** The payload as it was recorded: a frame's JSON, or bytes as text, its middle perhaps left out. */
  readonly text: string;
  /** Bytes of the whole payload. */
  readonly size: number;
  /** What it says, where it is one whole frame. */
  readonly message?: Message;
  /** The recorder found fault with exactly this. */
  readonly marked?: boolean;
}

/** What a frame says, as far as a reader has to find it again. */
export interface Message {
  readonly kind: "request" | "notification" | "result" | "error" | "malformed";
  /** Of a request or notification. */
  readonly method?: string;
  /** As JSON, so that `1` and `"1"` differ; absent in a notification. */
  readonly id?: string;
  /** Of an error. */
  readonly code?: number;
  /** What an error says. */
  readonly words?: string;
}
