import { availableParallelism } from "node:os";
import type { Row } from "@sandpipe/spec/requirement";
import type { AnyCheck } from "../checks/check.js";
import type { CheckResult, Report } from "../report/report.js";
import type { Role, StartOptions, Subject, Target } from "../target/target.js";
import { KIT_VERSION } from "./kit-version.js";
import { createPool } from "./pool.js";
import { ROLES, ROWS } from "./roles.js";
import { DEFAULT_RUNS, type EarlierFailure, type RunSettings } from "./run-check.js";
import { runChecks } from "./run-checks.js";
import { selects } from "./select.js";
import { UsageError } from "./usage-error.js";
import { verdictOf } from "./verdict.js";

/** How a run is made; everything has a default. */
export interface JudgeSettings {
  /** Globs of check ids: only these, but not those. */
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly profile?: Row["profile"];
  /** Sessions of a check, default 8; a check whose sessions are dear runs fewer, in proportion. */
  readonly runs?: number;
  /** Default: a random one, told in the report. */
  readonly seed?: number;
  /** Sessions at once, default twice the cores and at least 4; the subject's own maximum holds as well. */
  readonly jobs?: number;
  /** Multiplies every deadline, default 1. */
  readonly timeoutScale?: number;
  /** Budget for shrinking one failure, default 10,000 ms. */
  readonly shrinkMs?: number;
  /** Budget of one check, default 60,000 ms × timeoutScale. */
  readonly checkMs?: number;
  /** Ends the run at the first failure. */
  readonly bail?: boolean;
  /** Failing cases of earlier runs by check id; each is tried first. */
  readonly earlier?: ReadonlyMap<string, EarlierFailure>;
  readonly signal?: AbortSignal;
  /** Hears who the subject is and how many checks there are, then of each check as it ends. */
  readonly onStart?: (subject: Subject, checks: number, seed: number) => void;
  readonly onResult?: (result: CheckResult) => void;
}

/** A subject by its command line. */
export interface JudgeOptions extends JudgeSettings {
  readonly role: Role;
  readonly command: readonly string[];
  readonly driver?: string;
}

/**
 * Judges a host or a sandbox by its command line. Rejects with `UsageError` when the selection matches no check,
 * and with `SubjectError` when the subject can't be started.
 */
export async function judge(options: JudgeOptions): Promise<Report> {
  const { role } = options;
  return role === "host"
    ? judgeRole(options, ROLES.host.checks, ROLES.host.start)
    : judgeRole(options, ROLES.sandbox.checks, ROLES.sandbox.start);
}

async function judgeRole<Plan, Seen>(
  options: JudgeOptions,
  checks: readonly AnyCheck<Plan, Seen>[],
  start: (options: StartOptions) => Promise<Target<Plan, Seen>>,
): Promise<Report> {
  const selected = selectChecks(checks, options);
  const target = await start({
    command: options.command,
    timeoutScale: options.timeoutScale ?? 1,
    jobs: jobsOf(options),
    ...(options.driver === undefined ? {} : { driver: options.driver }),
  });
  return judgeTarget(target, selected, options, options.command);
}

/** The checks that a selection keeps. Throws `UsageError` when it keeps none. */
export function selectChecks<C extends { readonly id: string }>(
  checks: readonly C[],
  { only = [], skip = [] }: Pick<JudgeSettings, "only" | "skip">,
): readonly C[] {
  for (const glob of only) {
    if (!checks.some(({ id }) => selects(id, [glob], [])))
      throw new UsageError(`--only ${glob} matches no check; \`sandpipe list\` shows their ids`);
  }
  const selected = checks.filter(({ id }) => selects(id, only, skip));
  if (selected.length === 0) throw new UsageError("--only and --skip leave no check to run");
  return selected;
}

const jobsOf = ({ jobs }: JudgeSettings): number => jobs ?? Math.max(4, 2 * availableParallelism());

/** Judges a started target by these checks and closes it. */
export async function judgeTarget<Plan, Seen>(
  target: Target<Plan, Seen>,
  checks: readonly AnyCheck<Plan, Seen>[],
  settings: JudgeSettings,
  command: readonly string[] = [],
  rows: ReadonlyMap<string, Row> = ROWS,
): Promise<Report> {
  const { subject } = target;
  const profile = settings.profile ?? "full";
  const seed = settings.seed ?? Math.floor(Math.random() * 2 ** 31);
  const now = (): number => performance.now();
  const start = now();
  const bail = new AbortController();
  const signal = AbortSignal.any([bail.signal, ...(settings.signal ? [settings.signal] : [])]);
  const shared: RunSettings = {
    kit: KIT_VERSION,
    seed,
    runs: settings.runs ?? DEFAULT_RUNS,
    shrinkMs: settings.shrinkMs ?? 10_000,
    checkMs: settings.checkMs ?? 60_000 * (settings.timeoutScale ?? 1),
    pool: createPool(Math.max(1, Math.min(jobsOf(settings), subject.maxRuns))),
    signal,
    now,
    earlier: settings.earlier ?? new Map(),
  };
  settings.onStart?.(subject, checks.length, seed);
  const onResult = (result: CheckResult): void => {
    if (settings.bail && result.verdict === "fail") bail.abort();
    settings.onResult?.(result);
  };
  let results: readonly CheckResult[];
  try {
    results = await runChecks(checks, rows, target, profile, shared, onResult);
  } finally {
    await target.close();
  }
  const complaints = target.complaints?.() ?? [];
  const interrupted = settings.signal?.aborted ?? false;
  const sum = (count: (result: CheckResult) => number): number =>
    results.reduce((total, result) => total + count(result), 0);
  return {
    kit: KIT_VERSION,
    role: subject.role,
    ...{ subject, command, seed, profile },
    ...verdictOf(results, profile, complaints, interrupted),
    checks: results,
    ...{ complaints, interrupted },
    sessions: sum(({ sessions }) => sessions),
    exchanges: sum(({ exchanges }) => exchanges),
    ms: now() - start,
  };
}
