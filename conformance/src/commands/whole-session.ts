import type * as fc from "fast-check";
import type { AnyCheck } from "../checks/check.js";
import type { Fact } from "../checks/fact.js";
import type { Role, Subject } from "../target/target.js";

/**
 * Whole sessions of every kind of command, judged command by command against a model of the session: what no check of
 * a single row puts together. `fc.commands` doesn't fit: it decides what a command means while it runs, and here a
 * case is plain data that makes the whole plan before anything is sent, so that it can be saved, shrunk and replayed
 * without generation. What it gives is kept by making the model total: a command that means nothing where the session
 * stands is passed over, so any list of commands, and whatever shrinking leaves of one, is a valid session.
 */
export interface WholeSession<Case, Plan, Seen> {
  readonly role: Role;
  readonly given: fc.Arbitrary<Case>;
  /** The model's plan. Pure. */
  when(given: Case, subject: Subject): Plan;
  /** What the model expects, in the order in which it is to be believed: only the first breach is sure to be one. */
  then(seen: Seen, given: Case, subject: Subject): readonly ChargedFact[];
  /** Which row a breach is charged to that the model doesn't name: a frame against its schema, something that never came. */
  otherwise(fact: Fact): string;
  /** Rows that can be charged. */
  readonly rows: readonly string[];
  /** Sessions by default. */
  readonly runs: number;
}

/** A fact, and the row whose rule is broken when it doesn't hold. */
export interface ChargedFact extends Fact {
  readonly row: string;
}

/** Whole sessions whatever their kind of case. */
export type AnyWholeSession<Plan, Seen> = WholeSession<unknown, Plan, Seen>;

/** Whole sessions as the check of one row: a session fails when its first breach is one of that row. */
export function asCheckOf<Plan, Seen>(row: string, whole: AnyWholeSession<Plan, Seen>): AnyCheck<Plan, Seen> {
  return {
    id: row,
    given: whole.given,
    when: whole.when,
    then: whole.then,
    reach: { count: () => 1 },
    runs: whole.runs,
  };
}
