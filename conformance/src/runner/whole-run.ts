import type { Fact } from "../checks/check.js";
import { asCheckOf, type AnyWholeSession, type ChargedFact } from "../commands/whole-session.js";
import type { RunOptions, Target } from "../target/target.js";
import { judgeCase, type CaseOutcome } from "./judge-case.js";
import type { Pool } from "./pool.js";
import { seedOf } from "./seed.js";
import { makeCase } from "./shrink.js";

/** A session that failed. */
export interface Found {
  readonly index: number;
  readonly given: unknown;
  readonly outcome: CaseOutcome;
}

/** The whole sessions of one run, shared by all checks whose rows they can be charged to. */
export interface WholeRun<Plan, Seen> {
  readonly sessions: AnyWholeSession<Plan, Seen>;
  /** The first session whose breach is one of this row; the first who asks makes them run. */
  foundFor(row: string): Promise<Found | undefined>;
  /** What ran so far. */
  readonly tally: { readonly sessions: number; readonly exchanges: number };
}

/** What the whole sessions of a run stand on. */
export interface WholeRunSettings {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  readonly pool: Pool;
  readonly signal: AbortSignal;
  isOver(): boolean;
}

/** Behind the first session that fails so many more are looked at: others may break other rows. */
const BEYOND_FIRST = 8;

/** Creates the whole sessions of a run; nothing runs before somebody asks. */
export function createWholeRun<Plan, Seen>(
  sessions: AnyWholeSession<Plan, Seen>,
  target: Target<Plan, Seen>,
  { seed, from, count, pool, signal, isOver }: WholeRunSettings,
): WholeRun<Plan, Seen> {
  const tally = { sessions: 0, exchanges: 0 };
  let last = Infinity;
  let all: Promise<readonly (Found & { readonly row: string })[]> | undefined;

  const one = (index: number): Promise<(Found & { readonly row: string }) | undefined> =>
    pool.run(async () => {
      if (index > last || isOver()) return undefined;
      const given = makeCase(sessions.given, seedOf(seed, wholeName(sessions), index));
      const outcome = await judgeWhole(sessions, given, target, signal);
      tally.sessions++;
      tally.exchanges += outcome.session.exchanges;
      if (outcome.status !== "fail" || outcome.row === undefined) return undefined;
      last = Math.min(last, index + BEYOND_FIRST);
      return { index, given, outcome, row: outcome.row };
    });
  const run = async (): Promise<readonly (Found & { readonly row: string })[]> => {
    const found = await Promise.all(Array.from({ length: count }, (_, index) => one(from + index)));
    // What had begun before the first failure was known depends on the machine.
    return found.filter((failed) => failed !== undefined).filter(({ index }) => index <= last);
  };
  return {
    sessions,
    tally,
    async foundFor(row) {
      if (!sessions.rows.includes(row)) return undefined;
      all ??= run();
      return (await all).find((found) => found.row === row);
    },
  };
}

/** What the seeds of whole sessions are made from, in the place of a check's id. */
export function wholeName({ role }: Pick<AnyWholeSession<never, never>, "role">): string {
  return `whole:${role}`;
}

/** Puts one whole session to the subject; `row` is the one that is charged. */
export async function judgeWhole<Plan, Seen>(
  sessions: AnyWholeSession<Plan, Seen>,
  given: unknown,
  target: Target<Plan, Seen>,
  signal: AbortSignal,
  options: RunOptions = {},
): Promise<CaseOutcome & { readonly row?: string }> {
  const outcome = await judgeCase(asCheckOf(wholeName(sessions), sessions), given, target, signal, options);
  const [fact] = outcome.facts;
  if (outcome.status !== "fail" || fact === undefined) return outcome;
  const row = outcome.facts.find(isCharged)?.row ?? sessions.otherwise(fact);
  const facts = outcome.facts.filter((one) => !isCharged(one) || one.row === row);
  return { ...outcome, row, facts: facts.map(withoutRow) };
}

/** Puts one whole session to the subject for one row: it fails where that row is charged. */
export async function judgeWholeFor<Plan, Seen>(
  row: string,
  ...about: Parameters<typeof judgeWhole<Plan, Seen>>
): Promise<CaseOutcome> {
  const outcome = await judgeWhole(...about);
  return outcome.status === "fail" && outcome.row !== row
    ? { ...outcome, status: "pass", facts: [] }
    : outcome;
}

function isCharged(fact: Fact): fact is ChargedFact {
  return "row" in fact;
}

function withoutRow({ about, expected, actual, at }: Fact): Fact {
  return at === undefined ? { about, expected, actual } : { about, expected, actual, at };
}
