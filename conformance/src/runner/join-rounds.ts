import type { CheckResult } from "../report/report.js";
import { exercised } from "./run-check.js";

/** What a check comes to after one more round of cases; a round that was cut short takes nothing back. */
export function joinRounds(before: CheckResult, after: CheckResult | undefined): CheckResult {
  if (!after || after.sessions === 0) return before;
  const sums = {
    sessions: before.sessions + after.sessions,
    exchanges: before.exchanges + after.exchanges,
    reached: before.reached + after.reached,
    ms: before.ms + after.ms,
  };
  const passed = after.verdict === "pass" || after.verdict === "not-exercised";
  if (!passed && (after.verdict !== "undecided" || after.failure)) return { ...after, ...sums };
  const { reason: _, ...rest } = before;
  const [verdict, reason] = exercised(sums, before.floor);
  return { ...rest, verdict, ...(reason === undefined ? {} : { reason }), ...sums };
}

/** Whether another round can tell more of a check. */
export function isWorthMore({ verdict }: CheckResult): boolean {
  return verdict === "pass" || verdict === "not-exercised";
}
