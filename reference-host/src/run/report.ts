import type { ExitStatus, RunReport } from "@sandpipe/spec/v1";
import type { Session } from "../session/session.js";
import type { Transport } from "../session/channel.js";
import type { Verdict } from "./outcome.js";

/** What a report tells beside the session. */
export interface Circumstances {
  readonly durationMs: number;
  /** Said of a session that was never opened. */
  readonly transport: Transport;
  /** What it really was. */
  readonly isolation: string;
}

/** Writes the report of a run that was spawned. */
export function writeReport(
  session: Pick<Session, "account" | "outcome" | "state" | "transport">,
  exit: ExitStatus,
  verdict: Verdict,
  { durationMs, transport, isolation }: Circumstances,
): RunReport {
  const { account, outcome } = session;
  return {
    outcome: verdict.outcome,
    exit,
    ...(outcome?.ok === true && { result: outcome.value }),
    ...(verdict.error && { error: verdict.error }),
    output: account.output.toBase64(),
    stderr: account.stderr.toBase64(),
    outputTruncated: account.output.truncated || account.emitsDropped,
    outputBytes: account.output.count,
    stderrTruncated: account.stderr.truncated,
    stderrBytes: account.stderr.count,
    emits: [...account.emits],
    violations: [...account.violations],
    violationCount: account.violationCount,
    skippedBytes: account.skippedBytes,
    calls: account.calls,
    // `result:report:phase`
    phase: session.state === "new" ? "open" : session.state === "open" ? "running" : "result",
    // `result:report:effects`
    effects: [...account.effects],
    effectCount: account.effectCount,
    durationMs,
    transport: session.transport ?? transport,
    // `life:isolation:reported`
    isolation,
  };
}

/** Writes the report of a run whose process never started (`life:spawn:failed-report`). */
export function writeSpawnFailure(
  message: string,
  { durationMs, transport, isolation }: Circumstances,
): RunReport {
  return {
    outcome: "failed",
    exit: {},
    error: { name: "spawn_failed", message },
    output: "",
    stderr: "",
    emits: [],
    violations: [],
    calls: 0,
    phase: "spawn",
    effects: [],
    durationMs,
    transport,
    isolation,
  };
}
