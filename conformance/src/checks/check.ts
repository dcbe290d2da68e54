import type * as fc from "fast-check";

/**
 * One check: it proves one requirement row over generated cases. A case is plain data; `when` turns it into the
 * plan of one whole session, which one interpreter carries out; `then` looks at what was seen. Level, text,
 * feature and profile come from the row. A check waits for nothing and words no messages.
 */
export interface Check<Case, Plan, Seen> {
  /** The requirement's id. */
  readonly id: string;
  /** Cases, one a session. JSON data, so that a failing one can be saved and replayed. */
  readonly given: fc.Arbitrary<Case>;
  /** The session that puts a case to the subject. Pure: reads no clock, no response, no randomness. */
  readonly when: (given: Case) => Plan;
  /** What was expected and what was seen. An empty list is a session in which nothing could be judged. */
  readonly then: (seen: Seen, given: Case) => readonly Fact[];
  /** How often the situation that the row is about was met in a session; over all runs at least `floor` (default 1). */
  readonly reach: Reach<Case, Seen>;
  /** Sessions by default, where a session is dear (a timeout must pass); else the runner's own default. */
  readonly runs?: number;
}

/** How a check counts that it met its situation. */
export interface Reach<Case, Seen> {
  readonly count: (seen: Seen, given: Case) => number;
  readonly floor?: number;
}

/** One thing that was looked at. The runner compares by wire value; the reporter words it. */
export interface Fact {
  /** What it is about, a noun phrase: `the response to "a"`. */
  readonly about: string;
  readonly expected: unknown;
  readonly actual: unknown;
  /** Index of the transcript's event that shows it. */
  readonly at?: number;
}
