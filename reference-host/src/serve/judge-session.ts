import type { Verdict } from "../run/outcome.js";
import type { ScriptOutcome } from "../session/requests.js";

/** Draws the verdict of a session that had no process: its result says all there is, `why` tells of its end. */
export function judgeSession(script: ScriptOutcome | undefined, why: string): Verdict {
  if (script?.ok === true) return { outcome: "ok" };
  if (script) return { outcome: "failed", error: script.error };
  return { outcome: "failed", error: { name: "no_result", message: `The session gave no result: ${why}` } };
}
