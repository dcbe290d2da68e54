import type { RunReport } from "@sandpipe/spec/v1";
import type { Deviations } from "./deviations.js";
import type { Prints } from "./prints.js";
import type { LineSession } from "./v0/line-session.js";
import type { Session, SessionOutcome } from "./session.js";

/** Why the host itself ended a run. */
export type Ending = "killed" | "timeout" | "lingered";

/** What a report is made from. */
export interface ReportParts {
  readonly session: Session;
  /** The session of version 0 in its place, where the sandbox spoke that. */
  readonly lines?: LineSession;
  readonly prints: Prints;
  readonly ending: Ending | undefined;
  readonly code: number | null;
  readonly signal: string | null;
  readonly durationMs: number;
  readonly isolation: string;
  readonly deviations: Deviations;
}

/** The report of a run whose process has ended. */
export function makeReport(parts: ReportParts): RunReport {
  const { session, prints, code, signal, deviations } = parts;
  const outcome = parts.lines === undefined ? session.outcome : outcomeOfLines(session.outcome, parts.lines);
  const { result } = outcome;
  return {
    outcome: outcomeOf(parts, outcome),
    exit: { ...(code === null ? {} : { code }), ...(signal === null ? {} : { signal }) },
    ...(result?.ok === true && {
      result: deviations.has("result-as-text") ? JSON.stringify(result.value) : result.value,
    }),
    ...errorOf(parts, outcome),
    output: prints.output.base64(),
    stderr: prints.stderr.base64(),
    ...(!deviations.has("output-cut-silently") && {
      outputTruncated:
        prints.output.truncated || (prints.emitsDropped && !deviations.has("dropped-emits-untold")),
      outputBytes: prints.output.total,
      stderrTruncated: prints.stderr.truncated,
      stderrBytes: prints.stderr.total,
    }),
    emits: [...prints.emits],
    violations: outcome.violations,
    violationCount: outcome.violationCount,
    skippedBytes: outcome.skippedBytes,
    calls: outcome.requests,
    phase: phaseOf(outcome, deviations),
    effects: deviations.has("effects-unlisted") ? [] : session.calls.effects(),
    durationMs: parts.durationMs,
    transport: outcome.overHttp ? "http" : "stdio",
    ...(!deviations.has("isolation-unreported") && { isolation: parts.isolation }),
  };
}

/** A session of version 0 is open from the start; what it printed last is its result. */
function outcomeOfLines(outcome: SessionOutcome, { result, requests }: LineSession): SessionOutcome {
  return {
    ...{ ...outcome, opened: true, requests },
    result: result === undefined ? undefined : { ok: true, value: result },
  };
}

function phaseOf(
  { opened, result }: SessionOutcome,
  deviations: Deviations,
): NonNullable<RunReport["phase"]> {
  if (result !== undefined || deviations.has("phase-always-result")) return "result";
  return opened ? "running" : "open";
}

/** The report of a command that could not be started (`life:spawn:failed-report`). */
export function spawnFailure(cause: Error, deviations: Deviations): RunReport {
  const error = { name: "spawn_failed", message: `the command could not be started: ${cause.message}` };
  return {
    outcome: "failed",
    exit: {},
    ...(!deviations.has("spawn-failure-unnamed") && { error }),
    output: "",
    stderr: "",
    emits: [],
    violations: [],
    calls: 0,
    phase: "spawn",
  };
}

function outcomeOf(parts: ReportParts, { opened, result }: SessionOutcome): RunReport["outcome"] {
  const { ending, code, signal, deviations } = parts;
  if (ending === "lingered") {
    if (result?.ok !== true) return "failed";
    return code === 0 ? "ok" : "killed";
  }
  if (ending !== undefined) {
    if (ending === "timeout" && deviations.has("timeout-reported-killed")) return "killed";
    return ending === "killed" && deviations.has("cancel-reported-failed") ? "failed" : ending;
  }
  if (signal !== null) return deviations.has("signal-reported-killed") ? "killed" : "failed";
  if (deviations.has("exit-code-ignored") && result?.ok === true) return "ok";
  if (code !== 0) return "failed";
  if (!opened) return deviations.has("no-open-is-failed") ? "failed" : "protocol_error";
  if (result === undefined) return deviations.has("missing-result-ok") ? "ok" : "failed";
  return result.ok || deviations.has("failure-reported-ok") ? "ok" : "failed";
}

function errorOf(parts: ReportParts, { opened, result }: SessionOutcome): Pick<RunReport, "error"> {
  const { ending, code, signal, deviations } = parts;
  if (result?.ok === false) return deviations.has("script-error-lost") ? {} : { error: result.error };
  if (ending !== undefined || result?.ok === true) return {};
  const how = signal === null ? `with code ${String(code)}` : `by ${signal}`;
  const message = opened
    ? `the sandbox ended ${how} without a result`
    : `the sandbox ended ${how} without an open`;
  return { error: { name: opened ? "no_result" : "no_open", message } };
}
