import type { Row } from "@sandpipe/spec/requirement";
import type { AnyCheck } from "../checks/check.js";
import type { CheckResult } from "../report/report.js";
import type { Target } from "../target/target.js";
import type { AnyWholeSession } from "../commands/whole-session.js";
import { failureOf } from "./failure-of.js";
import { judgeCase } from "./judge-case.js";
import { missingFeature } from "./select.js";
import { parseToken } from "./token.js";
import { judgeWholeFor } from "./whole-run.js";

/** What became of a case that failed once. */
export interface Replayed {
  /** `error`: it could not be run, so nothing is known. */
  readonly status: "fixed" | "failing" | "error";
  readonly reason?: string;
  /** The failure, when it fails still. */
  readonly result?: CheckResult;
}

/** A case that failed once, by which its token tells whether it is a whole session. */
export interface SavedCase {
  readonly given: unknown;
  readonly token: string;
}

/** A failure may show only in some interleavings, so a case is fixed only when it passes so many times. */
const PASSES = 3;

/** Runs one case again. */
export async function replayCase<Plan, Seen>(
  check: AnyCheck<Plan, Seen>,
  row: Row | undefined,
  { given, token }: SavedCase,
  target: Target<Plan, Seen>,
  signal: AbortSignal,
  sessions?: AnyWholeSession<Plan, Seen>,
): Promise<Replayed> {
  if (!row) return { status: "error", reason: `the check ${check.id} cites no requirement of this version` };
  const whole = parseToken(token)?.whole === true;
  const feature = missingFeature(row, check.needs ?? [], target.subject);
  if (feature !== undefined)
    return { status: "error", reason: `not run, as ${target.subject.name} doesn't declare ${feature}` };
  for (let run = 1; run <= PASSES; run++) {
    const outcome = await (whole && sessions
      ? judgeWholeFor(check.id, sessions, given, target, signal)
      : judgeCase(check, given, target, signal));
    if (outcome.status === "undecided") return { status: "error", reason: String(outcome.facts[0]?.actual) };
    if (outcome.status === "pass") continue;
    const failure = failureOf(outcome, given, target.subject.role, {
      minimal: true,
      failed: 1,
      of: run,
      token,
    });
    const { level, area } = row;
    const counts = {
      sessions: run,
      exchanges: outcome.session.exchanges,
      reached: outcome.reached,
      floor: 0,
      ms: 0,
    };
    return { status: "failing", result: { id: check.id, level, area, verdict: "fail", ...counts, failure } };
  }
  return { status: "fixed" };
}
