import { availableParallelism } from "node:os";
import type { Row } from "@sandpipe/spec/requirement";
import type { ServerUrls } from "../databases/server.js";
import type { AnyCheck } from "../checks/check.js";
import { CHECKS } from "../checks/index.js";
import { SESSIONS } from "../commands/index.js";
import type { AnyWholeSession } from "../commands/whole-session.js";
import type { ReportShard } from "@sandpipe/spec/control";
import { expectResult, staleExpectations, type Expectation } from "../expect/expectations.js";
import type { CheckResult, Report, RunHead } from "../report/report.js";
import type { JudgedRole, StartOptions, Target, Version } from "../target/target.js";
import { isWorthMore, joinRounds } from "./join-rounds.js";
import { KIT_VERSION } from "./kit-version.js";
import { createPool } from "./pool.js";
import { rowsOf, START } from "./roles.js";
import { DEFAULT_RUNS, scaled, type EarlierFailure, type RunSettings } from "./run-check.js";
import { runChecks } from "./run-checks.js";
import { inProfile, selects } from "./select.js";
import { shardOf } from "./shard.js";
import { UsageError } from "./usage-error.js";
import { verdictOf } from "./verdict.js";
import { createWholeRun, type WholeRun } from "./whole-run.js";

/** How a run is made; everything has a default. */
export interface JudgeSettings {
  /** The version by which it is judged, default 1. */
  readonly protocol?: Version;
  /** Globs of check ids: only these, but not those. */
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly profile?: Row["profile"];
  /** Sessions of a check, default 6; a check whose sessions are dear runs fewer, in proportion. */
  readonly runs?: number;
  /** Default: a random one, told in the report. */
  readonly seed?: number;
  /** Sessions at once, default twice the cores and one, and at least 4; the subject's own maximum holds as well. */
  readonly jobs?: number;
  /** Multiplies every deadline, default 1. */
  readonly timeoutScale?: number;
  /** Budget for shrinking one failure, default 10,000 ms. */
  readonly shrinkMs?: number;
  /** Budget of one check, default 60,000 ms × timeoutScale, more in proportion to more runs. */
  readonly checkMs?: number;
  /**
   * Goes on with new cases as long as this, in place of a fixed number; a check that it leaves no time for is
   * undecided.
   */
  readonly maxMs?: number;
  /** Ends the run at the first failure that isn't expected. */
  readonly bail?: boolean;
  /** One part of the selected checks. */
  readonly shard?: ReportShard;
  /** Failures that are known of. */
  readonly expectations?: readonly Expectation[];
  /** Failing cases of earlier runs by check id; each is tried first. */
  readonly earlier?: ReadonlyMap<string, EarlierFailure>;
  /** A sandbox's driver, if it isn't the kit's own; the report names it. */
  readonly driver?: string;
  readonly signal?: AbortSignal;
  /** Hears who the subject is and how many checks there are. */
  readonly onStart?: (head: RunHead) => void;
  /** Hears of each check as it ends, and of one that got more sessions once more at the end. */
  readonly onResult?: (result: CheckResult) => void;
}

/** A subject by its command line; of a pair the host's, the word `----`, and the sandbox's. */
export interface JudgeOptions extends JudgeSettings {
  readonly role: JudgedRole;
  readonly command: readonly string[];
  readonly transport?: "stdio" | "http" | "both";
  /** Database servers that a sandbox may be judged with. */
  readonly servers?: ServerUrls;
}

/**
 * Judges a host, a sandbox or a pair by its command line. Rejects with `UsageError` when the selection matches no check,
 * and with `SubjectError` when the subject can't be started.
 */
export async function judge(options: JudgeOptions): Promise<Report> {
  const { role, protocol = 1 } = options;
  const [checks, sessions] = [CHECKS[protocol], SESSIONS[protocol]];
  switch (role) {
    case "host":
      return judgeRole(options, { checks: checks.host, sessions: sessions.host, start: START.host });
    case "sandbox":
      return judgeRole(options, {
        ...{ checks: checks.sandbox, sessions: sessions.sandbox, start: START.sandbox },
      });
    case "both":
      return judgeRole(options, { checks: checks.both, start: START.both });
  }
}

/** All that there is to judge a role's subjects by. */
export interface JudgedBy<Plan, Seen> {
  readonly checks: readonly AnyCheck<Plan, Seen>[];
  readonly sessions?: AnyWholeSession<Plan, Seen> | undefined;
  /** The rows of the checks; default those of the version. */
  readonly rows?: ReadonlyMap<string, Row>;
}

async function judgeRole<Plan, Seen>(
  options: JudgeOptions,
  {
    checks,
    sessions,
    start,
  }: JudgedBy<Plan, Seen> & {
    readonly start: (options: StartOptions) => Promise<Target<Plan, Seen>>;
  },
): Promise<Report> {
  const { protocol = 1, role, transport = "both" } = options;
  const selected = selectChecks(checksOver(transport, checks, rowsOf({ protocol, role })), options);
  const target = await start({
    ...{ command: options.command, protocol },
    timeoutScale: options.timeoutScale ?? 1,
    jobs: jobsOf(options),
    ...(options.driver === undefined ? {} : { driver: options.driver }),
    ...(options.servers === undefined ? {} : { servers: options.servers }),
  });
  return judgeTarget(target, { checks: selected, sessions }, options, options.command);
}

/** The checks of one transport: over HTTP those whose row is about it, over stdio the others. */
function checksOver<C extends { readonly id: string }>(
  transport: "stdio" | "http" | "both",
  checks: readonly C[],
  rows: ReadonlyMap<string, Row>,
): readonly C[] {
  if (transport === "both") return checks;
  return checks.filter(({ id }) => (rows.get(id)?.feature === "http") === (transport === "http"));
}

/** The checks that a selection keeps. Throws `UsageError` when it keeps none. */
export function selectChecks<C extends { readonly id: string }>(
  checks: readonly C[],
  { only = [], skip = [], shard }: Pick<JudgeSettings, "only" | "skip" | "shard">,
): readonly C[] {
  for (const glob of only) {
    if (!checks.some(({ id }) => selects(id, [glob], [])))
      throw new UsageError(`--only ${glob} matches no check; \`sandpipe list\` shows their ids`);
  }
  const selected = checks.filter(({ id }) => selects(id, only, skip));
  if (selected.length === 0) throw new UsageError("--only and --skip leave no check to run");
  if (!shard) return selected;
  const part = shardOf(selected, shard);
  if (part.length === 0)
    throw new UsageError(
      `shard ${shard.index}/${shard.of} is empty: there are ${selected.length} checks to share out`,
    );
  return part;
}

const jobsOf = ({ jobs }: JudgeSettings): number => jobs ?? Math.max(4, 2 * availableParallelism() + 1);

/** Judges a started target by these checks and closes it. */
export async function judgeTarget<Plan, Seen>(
  target: Target<Plan, Seen>,
  { checks, sessions, rows: ownRows }: JudgedBy<Plan, Seen>,
  settings: JudgeSettings,
  command: readonly string[] = [],
): Promise<Report> {
  const { subject } = target;
  const { protocol = 1, profile = "full", expectations = [], shard } = settings;
  const rows = ownRows ?? rowsOf({ protocol, role: subject.role });
  const seed = settings.seed ?? Math.floor(Math.random() * 2 ** 31);
  const now = (): number => performance.now();
  const start = now();
  const until = start + (settings.maxMs ?? Infinity);
  const bail = new AbortController();
  const signal = AbortSignal.any([bail.signal, ...(settings.signal ? [settings.signal] : [])]);
  const runs = settings.runs ?? DEFAULT_RUNS;
  const shared: RunSettings = {
    ...{ kit: KIT_VERSION, protocol, seed, runs },
    shrinkMs: settings.shrinkMs ?? 10_000,
    checkMs: settings.checkMs ?? 60_000 * (settings.timeoutScale ?? 1) * Math.max(1, runs / DEFAULT_RUNS),
    pool: createPool(Math.max(1, Math.min(jobsOf(settings), subject.maxRuns))),
    signal,
    now,
    earlier: settings.earlier ?? new Map(),
    round: 0,
    isOver: () => now() >= until,
  };
  const judged = checks.filter(({ id }) => {
    const row = rows.get(id);
    return row === undefined || inProfile(row, profile);
  });
  const head: RunHead = {
    kit: KIT_VERSION,
    role: subject.role,
    ...{ subject, protocol, command, seed, profile, planned: judged.length },
    ...(settings.driver === undefined ? {} : { driver: settings.driver }),
    ...(shard ? { shard } : {}),
    os: process.platform,
    started: new Date().toISOString(),
  };
  settings.onStart?.(head);
  const tell = (raw: CheckResult): void => {
    const result = expectResult(raw, expectations);
    if (settings.bail && result.verdict === "fail" && !result.expected?.met) bail.abort();
    settings.onResult?.(result);
  };
  const wholes: WholeRun<Plan, Seen>[] = [];
  /** One round of the checks, with whole sessions of its own. */
  const playRound = (
    played: readonly AnyCheck<Plan, Seen>[],
    round: RunSettings,
    onResult: (result: CheckResult) => void,
  ): Promise<readonly CheckResult[]> => {
    const count = sessions === undefined ? 0 : scaled(sessions, runs).count;
    const whole =
      sessions && createWholeRun(sessions, target, { ...round, count, from: round.round * count });
    if (whole) wholes.push(whole);
    return runChecks(played, rows, target, round, onResult, whole);
  };
  let results: readonly CheckResult[];
  try {
    results = await playRound(judged, shared, tell);
    if (settings.maxMs !== undefined) results = await goOn(results, judged, shared, playRound, tell);
  } finally {
    await target.close();
  }
  results = results.map((result) => expectResult(result, expectations));
  const complaints = target.complaints?.() ?? [];
  const interrupted = settings.signal?.aborted ?? false;
  const stale = staleExpectations(results, expectations);
  const sum = (count: (one: Pick<CheckResult, "sessions" | "exchanges">) => number): number =>
    [...results, ...wholes.map(({ tally }) => tally)].reduce((total, one) => total + count(one), 0);
  return {
    ...head,
    ...verdictOf(results, { profile, complaints, staleExpectations: stale, interrupted }),
    checks: results,
    ...{ complaints, staleExpectations: stale, interrupted },
    sessions: sum(({ sessions }) => sessions),
    exchanges: sum(({ exchanges }) => exchanges),
    ms: now() - start,
  };
}

/** Round after round of further cases of what passes, until time is up. */
async function goOn<Plan, Seen>(
  first: readonly CheckResult[],
  checks: readonly AnyCheck<Plan, Seen>[],
  shared: RunSettings,
  playRound: (
    checks: readonly AnyCheck<Plan, Seen>[],
    settings: RunSettings,
    onResult: (result: CheckResult) => void,
  ) => Promise<readonly CheckResult[]>,
  tell: (result: CheckResult) => void,
): Promise<readonly CheckResult[]> {
  let results = first;
  const told = new Set<string>();
  for (let round = 1; !shared.isOver() && !shared.signal.aborted; round++) {
    const open = new Set(results.filter(isWorthMore).map(({ id }) => id));
    if (open.size === 0) break;
    const settings = { ...shared, round, earlier: new Map() };
    const again = checks.filter(({ id }) => open.has(id));
    const more = await playRound(again, settings, (result) => {
      if (result.verdict !== "fail") return;
      told.add(result.id);
      tell(result);
    });
    results = results.map((result) =>
      joinRounds(
        result,
        more.find(({ id }) => id === result.id),
      ),
    );
  }
  for (const [index, result] of results.entries())
    if (result !== first[index] && !told.has(result.id)) tell(result);
  return results;
}
