import type { ExitStatus, RunReport, ScriptError } from "@sandpipe/spec/v1";
import type { ScriptOutcome, SessionState } from "../session/requests.js";

/** Why the host itself ended a run; `lingered`: its process went on after its result. */
export type EndReason = "timeout" | "killed" | "lingered";

/** How a run went. */
export interface Verdict {
  readonly outcome: RunReport["outcome"];
  readonly error?: ScriptError;
}

/** What a verdict is drawn from. */
export interface RunFacts {
  readonly exit: ExitStatus;
  readonly state: SessionState;
  readonly script: ScriptOutcome | undefined;
  readonly ended: { readonly reason: EndReason; readonly message: string } | undefined;
}

/** Draws the verdict of a run whose process has ended, with the host's own account where the script gave none. */
export function judgeRun({ exit, state, script, ended }: RunFacts): Verdict {
  if (ended?.reason === "lingered") {
    // `life:end:lingering`: one that heeds `session.close` has ended as it should, only late.
    if (exit.code !== 0 && script?.ok === true) return fail("killed", "lingered", ended.message);
  } else if (ended) return fail(ended.reason, ended.reason, ended.message);
  // `result:failed:reported`
  if (script?.ok === false) return { outcome: "failed", error: script.error };
  const how = exit.signal === undefined ? `with exit code ${exit.code}` : `by ${exit.signal}`;
  if (exit.code === 0) {
    // `result:ok:reported`
    if (script) return { outcome: "ok" };
    // `result:missing:failed`
    if (state === "open") return fail("failed", "no_result", `The process ended ${how} and gave no result`);
    // `life:spawn:no-open`
    const message =
      "The process ended with exit code 0 and never opened a session: is it a Sandpipe sandbox?";
    return fail("protocol_error", "no_session", message);
  }
  // `result:exit-code:failed`, `life:signal:failed`
  const when = script
    ? "after its result"
    : state === "open"
      ? "before its result"
      : "before it opened a session";
  return fail("failed", "bad_exit", `The process ended ${how} ${when}`);
}

function fail(outcome: RunReport["outcome"], name: string, message: string): Verdict {
  return { outcome, error: { name, message } };
}
