/** One line of a trace, as a host writes it where it is asked for one: JSON Lines, credentials and tokens masked. */
export interface TraceLine {
  /** RFC 3339, UTC, with milliseconds. */
  time: string;
  /** Milliseconds since the trace began, with a fraction; never goes back. */
  at: number;
  /** The session's id. */
  session: string;
  transport: "stdio" | "http";
  direction: "from-sandbox" | "to-sandbox";
  /** The frame; a record that is no JSON is here as its text. */
  frame: unknown;
}
