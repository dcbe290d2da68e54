import type * as fc from "fast-check";
import type { Row } from "@sandpipe/spec/requirement";
import type { AnyCheck } from "../checks/check.js";
import { INTERRUPTED } from "../report/interrupted.js";
import type { CheckResult, CheckVerdict, Failure } from "../report/report.js";
import { KitFault, type RunOptions, type Target, type Version } from "../target/target.js";
import { failureOf } from "./failure-of.js";
import { judgeCase, type CaseOutcome } from "./judge-case.js";
import type { Pool } from "./pool.js";
import { seedOf } from "./seed.js";
import { makeCase, shrinkCase } from "./shrink.js";
import { createTimeBudget } from "./time-budget.js";
import { formatToken } from "./token.js";
import { judgeWholeFor, wholeName, type Found, type WholeRun } from "./whole-run.js";

/** What all checks of a run share. */
export interface RunSettings {
  readonly kit: string;
  readonly protocol: Version;
  readonly seed: number;
  /** Sessions of a check that doesn't say its own number. */
  readonly runs: number;
  /** For shrinking one failure. */
  readonly shrinkMs: number;
  /** For one check, while any session of it runs; beyond it the check is undecided. */
  readonly checkMs: number;
  readonly pool: Pool;
  /** Ends the whole run. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Failing cases of earlier runs by check, tried first. */
  readonly earlier: ReadonlyMap<string, EarlierFailure>;
  /** Which block of its cases a check runs, from 0; a later round goes on where the one before ended. */
  readonly round: number;
  /** Whether the run's time is used up: what is running ends, no further case begins. */
  isOver(): boolean;
}

/** A failing case of an earlier run, as it was saved. */
export interface EarlierFailure {
  readonly given: unknown;
  readonly token: string;
  readonly minimal: boolean;
  /** It is a whole session. */
  readonly whole: boolean;
}

/**
 * How often a failing case that passed when it was run again gets another chance to fail; more often where the row
 * itself says that a fault shows only in some interleavings.
 */
const REPEATS = { exact: 4, stochastic: 24, timed: 4, untestable: 4 } as const;

/** The runner's own number of sessions; `Check.runs` is meant in proportion to it. */
export const DEFAULT_RUNS = 6;

/** How many sessions a check gets of so many runs, and how often they must meet its situation: in proportion. */
export function scaled(
  { runs = DEFAULT_RUNS, reach }: { readonly runs?: number; readonly reach?: { readonly floor?: number } },
  settingsRuns: number,
): { readonly count: number; readonly floor: number } {
  const count = Math.max(1, Math.ceil((runs * settingsRuns) / DEFAULT_RUNS));
  return { count, floor: Math.max(1, Math.floor(((reach?.floor ?? 1) * count) / runs)) };
}

/** Where a failing case came from: the check's own cases, or the whole sessions. */
interface Source {
  readonly whole: boolean;
  readonly given: fc.Arbitrary<unknown>;
  readonly seedName: string;
  judge(given: unknown, signal: AbortSignal, options: RunOptions): Promise<CaseOutcome>;
}

/**
 * Runs one check over its cases: judges, confirms and shrinks a failure, counts its reach. What passes its own cases
 * fails all the same when a whole session breaks its row.
 */
export async function runCheck<Plan, Seen>(
  check: AnyCheck<Plan, Seen>,
  row: Row,
  target: Target<Plan, Seen>,
  settings: RunSettings,
  whole?: WholeRun<Plan, Seen>,
): Promise<CheckResult> {
  const { pool, now } = settings;
  const { count, floor } = scaled(check, settings.runs);
  const from = settings.round * count;
  const timeout = new AbortController();
  const signal = AbortSignal.any([timeout.signal, settings.signal]);
  const budget = createTimeBudget(settings.checkMs, now, () => timeout.abort());
  let stopped = false;
  let leftOut = 0;
  const tally = { sessions: 0, exchanges: 0, reached: 0 };

  const own: Source = {
    ...{ whole: false, given: check.given, seedName: check.id },
    judge: (given, until, options) => judgeCase(check, given, target, until, options),
  };
  /** In a place of the pool that the caller holds. */
  const judgeHere = async (
    source: Source,
    given: unknown,
    hurry = false,
    until: AbortSignal = signal,
  ): Promise<CaseOutcome> => {
    until.throwIfAborted();
    budget.enter();
    const outcome = await source.judge(given, until, { hurry }).finally(() => budget.leave());
    tally.sessions++;
    tally.exchanges += outcome.session.exchanges;
    tally.reached += outcome.reached;
    return outcome;
  };
  /** What a failure needs: it is confirmed even where the check's time is over, or a host that hangs is never judged. */
  const judge = (source: Source, given: unknown, hurry = false): Promise<CaseOutcome> =>
    pool.run(() => judgeHere(source, given, hurry, settings.signal), "urgent");

  const result = (verdict: CheckVerdict, reason?: string, failure?: Failure): CheckResult => ({
    ...{ id: check.id, level: row.level, area: row.area, verdict },
    ...(reason === undefined ? {} : { reason }),
    ...tally,
    floor,
    ms: budget.busyMs(),
    ...(failure ? { failure } : {}),
  });

  const report = (
    { whole: ofWhole }: Pick<Source, "whole">,
    found: Found,
    ...[path, minimal, failed, of]: [path: string, minimal: boolean, failed: number, of: number]
  ): Failure => {
    const { kit, protocol, seed } = settings;
    const at = { index: found.index, whole: ofWhole, path };
    const token = formatToken({ kit, protocol, check: check.id, seed, ...at });
    return failureOf(found.outcome, found.given, target.subject.role, { minimal, failed, of, token });
  };

  /** The failing case once more, and ever smaller; a failure that never comes again is flaky. */
  const settle = async (found: Found, source = own): Promise<CheckResult> => {
    budget.stop();
    let repeated: CaseOutcome | undefined;
    let runs = 1;
    while (!repeated && runs <= REPEATS[row.proof]) {
      runs++;
      const outcome = await judge(source, found.given);
      if (outcome.status === "fail") repeated = outcome;
    }
    if (!repeated) {
      const reason = `failed in 1 of ${runs} runs of the same case`;
      return result("flaky", reason, report(source, found, "0", false, 1, runs));
    }
    const seed = seedOf(settings.seed, source.seedName, found.index);
    const fails = async (given: unknown): Promise<boolean> =>
      (await judge(source, given, true)).status === "fail";
    const shrinking = { budgetMs: timeout.signal.aborted ? 0 : settings.shrinkMs, width: pool.width, now };
    const { given, path, minimal } = await shrinkCase(source.given, seed, shrinking, fails);
    const outcome = path === "0" ? repeated : await judge(source, given);
    // Of a case that fails only now and then nobody knows whether a smaller one does.
    const sure = minimal && runs === 2;
    const smallest = { index: found.index, given, outcome };
    if (outcome.status === "fail")
      return result("fail", undefined, report(source, smallest, path, sure, 2, runs));
    return result("fail", undefined, report(source, { ...found, outcome: repeated }, "0", false, 2, runs));
  };

  const one = async (index: number): Promise<Found | undefined> =>
    pool.run(
      async () => {
        // Cases with a lower index were started before, so that the lowest failing one is the same for any width.
        if (stopped) return undefined;
        if (settings.isOver()) {
          leftOut++;
          return undefined;
        }
        const given = makeCase(check.given, seedOf(settings.seed, check.id, index));
        const outcome = await judgeHere(own, given);
        if (outcome.status === "pass") return undefined;
        stopped = true;
        return { index, given, outcome };
      },
      check.runs !== undefined && check.runs < DEFAULT_RUNS ? "dear" : "plain",
    );

  const wholeSource: Source | undefined = whole && {
    ...{ whole: true, given: whole.sessions.given, seedName: wholeName(whole.sessions) },
    judge: (given, until, options) => judgeWholeFor(check.id, whole.sessions, given, target, until, options),
  };

  /** What failed before comes first; it is small already. */
  const tryEarlier = async (): Promise<CheckResult | undefined> => {
    const earlier = settings.earlier.get(check.id);
    if (!earlier) return undefined;
    const source = earlier.whole ? wholeSource : own;
    if (!source) return undefined;
    const outcome = await judge(source, earlier.given);
    if (outcome.status !== "fail") return undefined;
    const again = await judge(source, earlier.given);
    if (again.status !== "fail") return undefined;
    const { given, token, minimal } = earlier;
    const failure = report(source, { index: 0, given, outcome: again }, "0", minimal, 2, 2);
    return result("fail", undefined, { ...failure, token });
  };

  try {
    const old = await tryEarlier();
    if (old) return old;
    const found = await firstFound(from, count, one);
    if (found?.outcome.status === "fail")
      return row.level === "MAY" ? result("informational", seenInstead(found)) : await settle(found);
    if (found) {
      const reason = String(found.outcome.facts[0]?.actual);
      return result("undecided", reason, report(own, found, "0", false, 1, 1));
    }
    if (leftOut > 0 && settings.round === 0)
      return result("undecided", `out of time (--max-time): ran ${count - leftOut} of ${count} sessions`);
    const broken = row.level === "MAY" ? undefined : await whole?.foundFor(check.id);
    if (broken) return await settle(broken, wholeSource);
    return result(...exercised(tally, floor));
  } catch (error) {
    if (error instanceof KitFault) return result("kit-fault", error.message);
    if (settings.signal.aborted) return result("undecided", INTERRUPTED);
    if (timeout.signal.aborted)
      return result("undecided", `out of time after ${settings.checkMs} ms (--max-check-time)`);
    throw error;
  } finally {
    stopped = true;
    budget.stop();
  }
}

/** The verdict of a check none of whose sessions failed. */
export function exercised(
  { reached, sessions }: Pick<CheckResult, "reached" | "sessions">,
  floor: number,
): [verdict: "pass" | "not-exercised", reason?: string] {
  if (reached >= floor) return ["pass"];
  return [
    "not-exercised",
    `met its situation ${reached} times in ${sessions} sessions, of at least ${floor}`,
  ];
}

/** All cases, several at once; of those that don't pass the one with the lowest index, whatever ended first. */
async function firstFound(
  from: number,
  count: number,
  one: (index: number) => Promise<Found | undefined>,
): Promise<Found | undefined> {
  const all = Array.from({ length: count }, (_, index) => one(from + index));
  const ended = await Promise.allSettled(all);
  const found = ended.find((end) => end.status === "fulfilled" && end.value !== undefined);
  if (found?.status === "fulfilled") return found.value;
  const failed = ended.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
  return undefined;
}

/** Where several behaviours are right, which one was seen. */
function seenInstead({ outcome }: Found): string {
  const [fact] = outcome.facts;
  return fact === undefined ? "not seen" : `${fact.about}: ${String(fact.actual)}`;
}
